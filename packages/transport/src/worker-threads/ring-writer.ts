import { Block, copyBlock } from './block.js';
import { controlBytes, headWord, kindWrap, recordBytes, recordHeaderBytes, tailWord } from './layout.js';

/**
 * The writing end of a ring: one thread, which never waits. Cursors count bytes modulo 2^32. The reader's cursor is only
 * looked at when the ring seems full.
 */
export class RingWriter {
  readonly control: Int32Array;
  /** Length of the data, a power of two. */
  readonly size: number;
  readonly #data: Block;
  readonly #mask: number;
  /** Behind the last record that was written, and the last that the reader may see. */
  #tail = 0;
  #published = 0;
  /** Where the reader was when we looked last. */
  #head = 0;
  #broken = false;

  /** A ring that nobody has written to: its cursors stand at the same place, wherever that is. */
  constructor(memory: SharedArrayBuffer) {
    this.control = new Int32Array(memory, 0, controlBytes / 4);
    this.size = memory.byteLength - controlBytes;
    this.#mask = this.size - 1;
    this.#data = Block.over(memory, controlBytes, this.size);
    this.#head = this.#published = this.#tail = Atomics.load(this.control, tailWord);
  }

  /** The reader's cursor stands where no reader can be: somebody scribbled in the ring. */
  get broken(): boolean {
    return this.#broken;
  }

  /** Bytes that the reader cannot see yet. */
  get unpublished(): number {
    return (this.#tail - this.#published) | 0;
  }

  /** Writes a record, or answers that there is no room for it. */
  write(header: number, source: Block, from: number, length: number): boolean {
    const needed = recordBytes(length);
    let at = this.#tail & this.#mask;
    const toEnd = this.size - at;
    const wrapped = needed > toEnd;
    if (!this.#fits(wrapped ? needed + toEnd : needed)) return false;
    const { words } = this.#data;
    if (wrapped) {
      words[at >>> 2] = 0;
      words[(at >>> 2) + 1] = kindWrap;
      this.#tail = (this.#tail + toEnd) | 0;
      at = 0;
    }
    words[at >>> 2] = length;
    words[(at >>> 2) + 1] = header;
    copyBlock(this.#data, at + recordHeaderBytes, source, from, length);
    this.#tail = (this.#tail + needed) | 0;
    return true;
  }

  /** Shows the reader what was written. */
  publish(): void {
    Atomics.store(this.control, tailWord, this.#tail);
    this.#published = this.#tail;
  }

  /** Bytes the reader has not read yet, as of now; 0 when the ring is broken. */
  used(): number {
    this.#head = Atomics.load(this.control, headWord);
    const used = (this.#tail - this.#head) | 0;
    if (used >= 0 && used <= this.size) return used;
    this.#broken = true;
    return 0;
  }

  #fits(needed: number): boolean {
    if (((this.#tail - this.#head) | 0) + needed <= this.size) return true;
    return this.used() + needed <= this.size && !this.#broken;
  }
}
