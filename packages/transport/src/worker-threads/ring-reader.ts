import { Block } from './block.js';
import {
  controlBytes,
  headWord,
  kindFirst,
  kindHello,
  kindMore,
  kindReopen,
  kindWhole,
  kindWrap,
  recordBytes,
  recordHeaderBytes,
  tailWord,
} from './layout.js';

/** What a ring's reader tells. */
export interface RingListener {
  /** A frame; the bytes stand there during the call only. */
  frame(bytes: Uint8Array, start: number, end: number): void;
  /** The record that was expected (see {@link RingReader.expect}): nothing more is read in this round. */
  control(bytes: Uint8Array, start: number, end: number): void;
}

/**
 * The reading end of a ring. Another thread can write anything at any time, so every number is read once and checked; what
 * makes no sense breaks the ring (`broken` says why), and nothing in it is told any more. Each round ends after a bounded
 * number of records, because the cursor up to which it reads was read before and every record moves on.
 */
export class RingReader {
  readonly control: Int32Array;
  readonly #data: Block;
  /** Length of the data. */
  readonly size: number;
  readonly #maxFrameBytes: number;
  #head = 0;
  #stopped = false;
  #broken: string | undefined;
  /** The one kind of record that may come next, or 0: frames may. */
  #expected = kindHello;
  /** Parts of a long frame: at most `maxFrameBytes`, kept for the next one. */
  #parts: Uint8Array = new Uint8Array(0);
  #assembled = 0;
  #total = 0;

  constructor(memory: SharedArrayBuffer, maxFrameBytes: number) {
    this.control = new Int32Array(memory, 0, controlBytes / 4);
    this.size = memory.byteLength - controlBytes;
    this.#data = Block.over(memory, controlBytes, this.size);
    this.#maxFrameBytes = maxFrameBytes;
    this.#head = Atomics.load(this.control, headWord) & ~7;
  }

  /** Why nothing is read here any more, if so. */
  get broken(): string | undefined {
    return this.#broken;
  }

  /** Whether something was published that we have not read. */
  get readable(): boolean {
    return this.#broken === undefined && Atomics.load(this.control, tailWord) !== this.#head;
  }

  /** Bytes between us and the writer, as far as it has published; some number when it is scribbling. */
  get unread(): number {
    return (Atomics.load(this.control, tailWord) - this.#head) | 0;
  }

  /** Only a record of this kind may come next; parts of a frame whose rest was dropped are forgotten. */
  expect(kind: typeof kindHello | typeof kindReopen): void {
    this.#expected = kind;
    this.#total = 0;
  }

  /** Ends the round that is under way, after the frame that is being told. */
  stop(): void {
    this.#stopped = true;
  }

  /** Tells what was published, at most `limit` records; answers how many. The writer gets the room when the round ends, or after a quarter of the ring. */
  read(listener: RingListener, limit: number): number {
    const tail = Atomics.load(this.control, tailWord);
    if (tail === this.#head || this.#broken !== undefined) return 0;
    const available = (tail - this.#head) | 0;
    if (available < 0 || available > this.size || (available & 7) !== 0) {
      this.#broken = 'the cursor of the ring jumped';
      return 0;
    }
    this.#stopped = false;
    return this.#expected === 0 ? this.#frames(listener, tail, limit) : this.#expectedRecord(listener, tail);
  }

  #frames(listener: RingListener, tail: number, limit: number): number {
    const { bytes, words } = this.#data;
    const mask = this.size - 1;
    const quarter = this.size >>> 2;
    let released = this.#head;
    let count = 0;
    try {
      while (this.#head !== tail && count < limit && !this.#stopped) {
        const head = this.#head;
        const at = head & mask;
        const length = words[at >>> 2] ?? 0;
        const header = words[(at >>> 2) + 1] ?? 0;
        if (header !== kindWhole) {
          if (!this.#other(listener, header, at, length, tail)) break;
        } else if (length >>> 0 > this.#room(at, tail) || length > this.#maxFrameBytes || this.#total > 0) {
          this.#broken = `a record of ${length >>> 0} bytes does not fit in the ring`;
          break;
        } else {
          this.#head = (head + recordBytes(length)) | 0;
          listener.frame(bytes, at + recordHeaderBytes, at + recordHeaderBytes + length);
        }
        count++;
        if (((this.#head - released) | 0) >= quarter) {
          released = this.#head;
          Atomics.store(this.control, headWord, released);
        }
      }
    } finally {
      // Also when a listener throws: a frame must not be told twice.
      Atomics.store(this.control, headWord, this.#head);
    }
    return count;
  }

  /** Bytes that a record at `at` can have behind its header; a multiple of 8. */
  #room(at: number, tail: number): number {
    return Math.min((tail - this.#head) | 0, this.size - at) - recordHeaderBytes;
  }

  /** Handles what is no whole frame; false ends the round. */
  #other(listener: RingListener, header: number, at: number, length: number, tail: number): boolean {
    if (header === kindWrap) return this.#wrap(at, tail);
    const kind = header & 15;
    if (kind !== kindFirst && kind !== kindMore) return this.#break(`a record of kind ${kind} where frames stand`);
    if (length >>> 0 > this.#room(at, tail))
      return this.#break(`a part of ${length >>> 0} bytes does not fit in the ring`);
    const begins = kind === kindFirst;
    if (begins !== (this.#total === 0)) return this.#break('parts of frames out of order');
    const total = begins ? header >>> 4 : this.#total;
    const before = begins ? 0 : this.#assembled;
    if (length === 0 || total > this.#maxFrameBytes || before + length > total) {
      return this.#break(`a part of ${length} bytes, ${before} before it, of a frame of ${total}`);
    }
    this.#assemble(at + recordHeaderBytes, length, before, total);
    this.#head = (this.#head + recordBytes(length)) | 0;
    if (this.#assembled === total) {
      this.#total = 0;
      listener.frame(this.#parts, 0, total);
    }
    return true;
  }

  #assemble(start: number, length: number, before: number, total: number): void {
    if (this.#parts.length < total) this.#parts = new Uint8Array(total);
    this.#parts.set(this.#data.bytes.subarray(start, start + length), before);
    this.#total = total;
    this.#assembled = before + length;
  }

  #wrap(at: number, tail: number): boolean {
    const rest = this.size - at;
    if (rest > ((tail - this.#head) | 0)) return this.#break('a wrap beyond the end of what was written');
    this.#head = (this.#head + rest) | 0;
    return true;
  }

  #expectedRecord(listener: RingListener, tail: number): number {
    const { bytes, words } = this.#data;
    const at = this.#head & (this.size - 1);
    const length = words[at >>> 2] ?? 0;
    const header = words[(at >>> 2) + 1] ?? 0;
    if (header === kindWrap) {
      if (!this.#wrap(at, tail)) return 0;
    } else if (header !== this.#expected) {
      this.#break(`a record of kind ${header & 15} where one of kind ${this.#expected} must stand`);
      return 0;
    } else if (length >>> 0 > this.#room(at, tail)) {
      this.#break(`a record of ${length >>> 0} bytes does not fit in the ring`);
      return 0;
    } else {
      this.#expected = 0;
      this.#head = (this.#head + recordBytes(length)) | 0;
      listener.control(bytes, at + recordHeaderBytes, at + recordHeaderBytes + length);
    }
    Atomics.store(this.control, headWord, this.#head);
    return 1;
  }

  #break(reason: string): false {
    this.#broken = reason;
    return false;
  }
}
