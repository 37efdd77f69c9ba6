/** Storage for tests and for what need not outlive the process: it keeps the whole contract except that. */
import { QuorateError } from '@quorate/serialization';
import { checkLogLimits, SequentialStorage, type LogDriver, type LogLimits } from './sequential-storage.js';
import { defaultMaxLogBytes, defaultMaxRecordBytes, type Storage, type StorageContents } from './storage.js';

/** What outlives a storage in memory: hand it to the next life of the node. */
export class MemoryLog {
  /** What is persisted, in order. */
  readonly records: Uint8Array[] = [];
  /** The storage that has it open. A test that lets a node crash sets it to `undefined`, as the end of a process would. */
  holder: object | undefined;
}

export interface MemoryStorageOptions {
  /** The log of earlier lives. Default: a new one, which nobody else can read. */
  readonly log?: MemoryLog;
  /** Longest record, in bytes. Default 4 MiB. */
  readonly maxRecordBytes?: number;
  /** All records together, in bytes. Default 256 MiB. */
  readonly maxLogBytes?: number;
}

/** A log in memory. Throws Q3004 on limits that are none. */
export function memoryStorage(options: MemoryStorageOptions = {}): Storage {
  const { log = new MemoryLog(), maxRecordBytes = defaultMaxRecordBytes, maxLogBytes = defaultMaxLogBytes } = options;
  const limits = checkLogLimits({ maxRecordBytes, maxLogBytes }, 1);
  return new SequentialStorage(new MemoryDriver(log, limits), limits);
}

class MemoryDriver implements LogDriver {
  readonly #log: MemoryLog;
  readonly #limits: LogLimits;
  #bytes = 0;

  constructor(log: MemoryLog, limits: LogLimits) {
    this.#log = log;
    this.#limits = limits;
  }

  async open(): Promise<StorageContents> {
    if (this.#log.holder !== undefined) throw new QuorateError('Q3046', 'the log in memory is open already');
    this.#log.holder = this;
    this.#bytes = size(this.#log.records);
    if (this.#bytes > this.#limits.maxLogBytes) throw full(this.#bytes, this.#limits);
    return { records: this.#log.records.map((record) => new Uint8Array(record)) };
  }

  async append(records: readonly Uint8Array[]): Promise<void> {
    this.#write(records, this.#bytes + size(records), this.#log.records.length);
  }

  async compact(records: readonly Uint8Array[]): Promise<void> {
    this.#write(records, size(records), 0);
  }

  async close(): Promise<void> {
    if (this.#log.holder === this) this.#log.holder = undefined;
  }

  /** Keeps the first `kept` records, and then these. */
  #write(records: readonly Uint8Array[], bytes: number, kept: number): void {
    if (this.#log.holder !== this) throw new QuorateError('Q3042', 'the log was taken away from this storage');
    if (bytes > this.#limits.maxLogBytes) throw full(bytes, this.#limits);
    const copies = records.map((record) => new Uint8Array(record));
    this.#log.records.length = kept;
    for (const copy of copies) this.#log.records.push(copy);
    this.#bytes = bytes;
  }
}

const size = (records: readonly Uint8Array[]): number => records.reduce((sum, { length }) => sum + length, 0);

const full = (bytes: number, { maxLogBytes }: LogLimits): QuorateError =>
  new QuorateError('Q3041', `a log of ${bytes} bytes, at most ${maxLogBytes} are kept`);
