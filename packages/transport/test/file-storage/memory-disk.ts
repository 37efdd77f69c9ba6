import { QuorateError } from '../../src/index.js';
import type { Disk, DiskFile } from '../../src/file-storage/disk.js';

/** A change that the disk has been told of, and that a crash may lose. */
type Change =
  | { readonly kind: 'write'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'size'; readonly size: number };

interface Content {
  durable: Buffer;
  changes: Change[];
}

/** Says of a part of what was not synchronised whether the crash kept it. */
export type Fate = () => boolean;

/** So much is written at once, or not. */
const sector = 64;

/**
 * A disk in memory that can fail or crash at any operation. What was not synchronised is lost, kept or half kept after a crash, sector by sector and in any
 * order, as the test wants it; names change as a whole, and only `syncDirectoryOf` makes that durable.
 */
export class MemoryDisk implements Disk {
  /** Operations so far. */
  operations = 0;
  /** The operation that fails, and what happens then. */
  failAt = Infinity;
  /** A crash: nothing works any more, until `restart`. */
  crashes = true;
  locked = false;
  #durable = new Map<string, Content>();
  #names = new Map<string, Content>();
  #down = false;
  /** Files that were opened in an earlier life are gone. */
  #life = 0;

  /** The disk as the next life of the machine finds it. */
  restart(kept: Fate): void {
    const names = kept() ? this.#names : this.#durable;
    for (const content of new Set(names.values())) {
      content.durable = afterCrash(content, kept);
      content.changes = [];
    }
    this.#names = new Map(names);
    this.#durable = new Map(names);
    this.#down = false;
    this.#life++;
    this.locked = false;
    this.failAt = Infinity;
    this.operations = 0;
  }

  /** What stands in a file now. */
  bytesOf(path: string): Buffer | undefined {
    const content = this.#names.get(path);
    return content === undefined ? undefined : present(content);
  }

  /** Puts a file there, as somebody with an editor does. */
  put(path: string, bytes: Buffer): void {
    const content = { durable: bytes, changes: [] };
    this.#names.set(path, content);
    this.#durable.set(path, content);
  }

  async settle(path: string): Promise<string> {
    await this.#operation();
    return path;
  }

  async lock(path: string): Promise<() => Promise<void>> {
    if (this.locked) throw new QuorateError('Q3046', `${path} is open`);
    this.locked = true;
    return async () => void (this.locked = false);
  }

  async open(path: string, create: boolean): Promise<DiskFile | undefined> {
    await this.#operation();
    if (create) this.#names.set(path, { durable: Buffer.alloc(0), changes: [] });
    const content = this.#names.get(path);
    const life = this.#life;
    const operate = async (partly?: () => void): Promise<void> => {
      if (life !== this.#life) throw new Error('EIO the process is gone');
      await this.#operation(partly);
    };
    return content === undefined ? undefined : new MemoryFile(content, operate);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#operation();
    const content = this.#names.get(from);
    if (content === undefined) throw new Error(`ENOENT ${from}`);
    this.#names.delete(from);
    this.#names.set(to, content);
  }

  async remove(path: string): Promise<void> {
    await this.#operation();
    this.#names.delete(path);
  }

  async syncDirectoryOf(): Promise<void> {
    await this.#operation();
    this.#durable = new Map(this.#names);
  }

  /** `partly` is what a write that fails has done all the same. */
  async #operation(partly?: () => void): Promise<void> {
    if (this.#down) throw new Error('EIO the machine is down');
    if (this.operations++ < this.failAt) return;
    partly?.();
    this.#down = this.crashes;
    throw new Error('ENOSPC no space left on device');
  }
}

class MemoryFile implements DiskFile {
  readonly #content: Content;
  readonly #operation: (partly?: () => void) => Promise<void>;

  constructor(content: Content, operation: (partly?: () => void) => Promise<void>) {
    this.#content = content;
    this.#operation = operation;
  }

  async size(): Promise<number> {
    await this.#operation();
    return present(this.#content).length;
  }

  names(): number {
    return 1;
  }

  async isAt(): Promise<boolean> {
    await this.#operation();
    return true;
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    await this.#operation();
    const bytes = present(this.#content).subarray(position, position + target.length);
    target.set(bytes);
    return bytes.length;
  }

  async write(bytes: Uint8Array, length: number, position: number): Promise<void> {
    const put = (): void => {
      this.#content.changes.push({ kind: 'write', at: position, bytes: Uint8Array.from(bytes.subarray(0, length)) });
    };
    await this.#operation(put);
    put();
  }

  async truncate(size: number): Promise<void> {
    await this.#operation();
    this.#content.changes.push({ kind: 'size', size });
  }

  async dataSync(): Promise<void> {
    await this.#operation();
    this.#content.durable = present(this.#content);
    this.#content.changes = [];
  }

  sync(): Promise<void> {
    return this.dataSync();
  }

  async close(): Promise<void> {
    // A file that nobody can write to any more can still be closed.
  }
}

function present({ durable, changes }: Content): Buffer {
  return changes.reduce(applied, durable);
}

function applied(bytes: Buffer, change: Change): Buffer {
  const size = change.kind === 'size' ? change.size : Math.max(bytes.length, change.at + change.bytes.length);
  const next = Buffer.alloc(size);
  bytes.copy(next, 0, 0, size);
  if (change.kind === 'write') next.set(change.bytes, change.at);
  return next;
}

/** The file after a crash: of each change every sector may be there or not. */
function afterCrash({ durable, changes }: Content, kept: Fate): Buffer {
  let bytes = durable;
  for (const change of changes) {
    if (change.kind === 'size') {
      if (kept()) bytes = applied(bytes, change);
      continue;
    }
    // Long writes are zeros: whether each of their sectors is there makes no difference that is worth the time.
    const step = change.bytes.length > 16_384 ? change.bytes.length : sector;
    for (let at = 0; at < change.bytes.length; at += step) {
      if (!kept()) continue;
      bytes = applied(bytes, { kind: 'write', at: change.at + at, bytes: change.bytes.subarray(at, at + step) });
    }
  }
  return bytes;
}
