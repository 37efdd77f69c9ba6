import { randomBytes } from 'node:crypto';
import { QuorateError } from '@quorate/serialization';
import { Aborted, type LogDriver, type LogLimits } from '../sequential-storage.js';
import type { StorageContents } from '../storage.js';
import type { Disk, DiskFile } from './disk.js';
import {
  decodeHeader,
  encodeBatch,
  encodeHeader,
  framedBytes,
  headerBytes,
  type Header,
  type LogEnd,
} from './format.js';
import { scan, type Scan } from './scan.js';

const mib = 1_048_576;
/** A file grows by its own length, but by so much at least and at most: written with zeros, so that a commit changes no more than data. */
const smallestGrowth = mib;
const largestGrowth = 16 * mib;
const zeros = Buffer.alloc(mib);
/** What is read of a file before the signal is asked again. */
const readAtOnce = 16 * mib;

export interface LogFileOptions extends LogLimits {
  readonly path: string;
  /** Whose log it is, in UTF-8. */
  readonly identity: Uint8Array;
}

/** A log in a file: see `format.ts`. A new file gets its name when it is whole, so whatever has the name was whole once. */
export class LogFile implements LogDriver {
  readonly #disk: Disk;
  readonly #options: LogFileOptions;
  /** Where the file really is, once it was opened. */
  #path: string;
  #unlock: (() => Promise<void>) | undefined;
  #file: DiskFile | undefined;
  #salt = 0;
  #end: LogEnd = { position: headerBytes, number: 1 };
  /** Length of the file: behind the end there are zeros. */
  #allocated = 0;
  /** Grows to the longest batch so far. */
  #buffer: Buffer = Buffer.alloc(4096);

  constructor(disk: Disk, options: LogFileOptions) {
    this.#disk = disk;
    this.#options = options;
    this.#path = options.path;
  }

  async open(signal: AbortSignal | undefined): Promise<StorageContents> {
    this.#path = await this.#disk.settle(this.#path);
    this.#unlock = await this.#disk.lock(this.#path);
    // A crash has left it, before it got the log's name.
    await this.#disk.remove(this.#draft);
    this.#file = await this.#disk.open(this.#path, false);
    if (this.#file === undefined) {
      await this.#replace([]);
      return { records: [] };
    }
    this.#refuseSecondName(this.#file);
    const bytes = await this.#readFile(this.#file, signal);
    const header = decodeHeader(bytes.subarray(0, headerBytes), this.#options.identity, this.#path);
    const found = scan(bytes, header, this.#path);
    await this.#goOn(this.#file, header, found, bytes.length);
    const cut = { records: found.records.length, bytes: found.torn };
    return found.torn > 0 ? { records: found.records, cut } : { records: found.records };
  }

  async append(records: readonly Uint8Array[]): Promise<void> {
    if (records.length === 0) return;
    const { position, number } = this.#end;
    const length = this.#encode(records, this.#salt, this.#end);
    const end = position + length;
    const file = this.#openFile();
    if (end > this.#allocated) await this.#grow(file, end);
    await file.write(this.#buffer, length, position);
    await file.dataSync();
    // What is durable in a file that nobody can find again is lost.
    if (file.names() === 0) throw this.#gone();
    this.#end = { position: end, number: number + records.length };
  }

  async compact(records: readonly Uint8Array[]): Promise<void> {
    // Its place may be somebody else's by now.
    if (!(await this.#openFile().isAt(this.#path))) throw this.#gone();
    await this.#replace(records);
  }

  async close(): Promise<void> {
    const file = this.#file;
    const unlock = this.#unlock;
    this.#file = this.#unlock = undefined;
    try {
      await file?.close();
    } finally {
      await unlock?.();
    }
  }

  get #draft(): string {
    return `${this.#path}.new`;
  }

  #openFile(): DiskFile {
    if (this.#file === undefined) throw new QuorateError('Q3042', 'the storage is not open');
    return this.#file;
  }

  /** Each name would have a lock of its own; and compacting parts them, so that the other name is an older log. */
  #refuseSecondName(file: DiskFile): void {
    const names = file.names();
    if (names <= 1) return;
    const hint = 'keep one of them, and where the other is wanted a copy';
    throw new QuorateError('Q3049', `${this.#path} is a file with ${names} names (hard links)`, hint);
  }

  #gone(): QuorateError {
    const hint = 'put it back and start the node again; without its records it counts among the f';
    return new QuorateError('Q3049', `${this.#path} was moved or removed while it was open`, hint);
  }

  /** Puts a batch into the buffer. Answers its length. */
  #encode(records: readonly Uint8Array[], salt: number, end: LogEnd): number {
    let length = 0;
    for (const record of records) length += framedBytes(record.length);
    const { maxLogBytes } = this.#options;
    if (end.position + length > maxLogBytes) {
      const hint = 'compact more often, or raise maxLogBytes';
      throw new QuorateError(
        'Q3041',
        `${this.#path} has no room for ${length} bytes, it may have ${maxLogBytes}`,
        hint,
      );
    }
    if (length > this.#buffer.length) this.#buffer = Buffer.alloc(Math.max(length, 2 * this.#buffer.length));
    return encodeBatch(records, this.#buffer, salt, end);
  }

  /** Writes zeros so that `end` and more to come has its place. */
  async #grow(file: DiskFile, end: number): Promise<void> {
    const growth = Math.min(Math.max(this.#allocated, smallestGrowth), largestGrowth);
    const size = Math.min(Math.max(this.#allocated + growth, end), this.#options.maxLogBytes);
    await fillWithZeros(file, this.#allocated, size);
    this.#allocated = size;
  }

  /** A new file with these records takes the place of the one there is, if there is one. */
  async #replace(records: readonly Uint8Array[]): Promise<void> {
    const random = randomBytes(8);
    const header = encodeHeader(this.#options.identity, random, records.length);
    const { salt } = decodeHeader(header, this.#options.identity, this.#path);
    const length = this.#encode(records, salt, { position: headerBytes, number: 1 });
    const position = headerBytes + length;
    const allocated = Math.min(position + smallestGrowth, this.#options.maxLogBytes);
    const file = await this.#disk.open(this.#draft, true);
    if (file === undefined) throw new Error('unreachable: the file is created');
    try {
      await file.write(header, headerBytes, 0);
      await file.write(this.#buffer, length, headerBytes);
      await fillWithZeros(file, position, allocated);
      await file.sync();
      await this.#disk.rename(this.#draft, this.#path);
      await this.#disk.syncDirectoryOf(this.#path);
    } catch (error) {
      await file.close();
      throw error;
    }
    const before = this.#file;
    this.#file = file;
    this.#salt = salt;
    this.#end = { position, number: records.length + 1 };
    this.#allocated = allocated;
    await before?.close();
  }

  async #readFile(file: DiskFile, signal: AbortSignal | undefined): Promise<Buffer> {
    const size = await file.size();
    if (size > this.#options.maxLogBytes) {
      const what = `${this.#path} has ${size} bytes, at most ${this.#options.maxLogBytes} are read`;
      throw new QuorateError('Q3041', what, 'raise maxLogBytes');
    }
    const bytes = Buffer.alloc(size);
    for (let at = 0; at < size; at += readAtOnce) {
      if (signal?.aborted === true) throw new Aborted(signal);
      await file.read(bytes.subarray(at, at + readAtOnce), at);
    }
    return bytes;
  }

  /** Makes what was read durable (it may come from a process that died before it could), and the rest zeros. */
  async #goOn(file: DiskFile, header: Header, found: Scan, size: number): Promise<void> {
    this.#salt = header.salt;
    this.#end = found.end;
    this.#allocated = size;
    if (found.torn > 0 || size < found.end.position) {
      // What is cut must never be found again behind newer records.
      await file.truncate(Math.min(size, found.end.position));
      const allocated = Math.min(found.end.position + smallestGrowth, this.#options.maxLogBytes);
      await fillWithZeros(file, Math.min(size, found.end.position), allocated);
      this.#allocated = allocated;
    }
    await file.sync();
    // The name may be as young as the records.
    await this.#disk.syncDirectoryOf(this.#path);
  }
}

async function fillWithZeros(file: DiskFile, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += zeros.length) await file.write(zeros, Math.min(zeros.length, to - at), at);
}
