import { blockOver, fewBytes, type Block } from './block.js';

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * Where a frame stands, aligned, while it is copied into one ring after the other. Shared memory is copied word by word only when
 * both sides are aligned (byte by byte it is ten times slower), and callers pass bytes from anywhere.
 */
export class Stage implements Block {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  /** Callers tend to pass ranges of one and the same buffer; a view of it pays from the second time on. */
  #source: Uint8Array | undefined;
  #view: DataView | undefined;
  #viewed = 0;

  /** `capacity`: the longest range that is ever loaded, in bytes. */
  constructor(capacity: number) {
    const { bytes, words } = blockOver(new ArrayBuffer((capacity + 7) & ~7));
    this.bytes = bytes;
    this.words = words;
  }

  /** Copies `bytes[start … end)` to the beginning. */
  load(bytes: Uint8Array, start: number, end: number): void {
    if (end - start > fewBytes || bytes !== this.#source || bytes.length !== this.#viewed) {
      this.#source = bytes;
      this.#view = undefined;
      this.#viewed = bytes.length;
      this.bytes.set(bytes.subarray(start, end));
      return;
    }
    this.#view ??= new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#copy(this.#view, start, end);
  }

  /** Lets go of the caller's buffer. */
  release(): void {
    this.#source = undefined;
    this.#view = undefined;
  }

  #copy(view: DataView, start: number, end: number): void {
    const { words } = this;
    const whole = start + ((end - start) & ~7);
    let word = 0;
    let at = start;
    for (; at < whole; at += 8, word += 2) {
      words[word] = view.getInt32(at, littleEndian);
      words[word + 1] = view.getInt32(at + 4, littleEndian);
    }
    for (let to = word << 2; at < end; at++, to++) this.bytes[to] = view.getUint8(at);
  }
}
