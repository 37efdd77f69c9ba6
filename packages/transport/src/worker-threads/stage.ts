import { QuorateError } from '@quorate/serialization';
import { Block, fewBytes } from './block.js';

/**
 * Makes a caller's bytes ready to be copied into one ring after the other. Shared memory is copied word by word only when both
 * sides are aligned (byte by byte it is ten times slower), and callers pass bytes from anywhere: what is not aligned is
 * copied to the side first.
 */
export class Stage {
  /** Where the bytes that were loaded stand, until the caller's call returns … */
  source: Block;
  /** … and at which offset, a multiple of 4. */
  from = 0;
  readonly #own: Block;
  /** Callers tend to pass ranges of one and the same array; a view of its words pays from the second time on. */
  #array: Uint8Array | undefined;
  #view: Block | undefined;
  #end = 0;

  /** `capacity`: the longest range that is ever loaded, in bytes. */
  constructor(capacity: number) {
    this.#own = Block.ofLength(capacity);
    this.source = this.#own;
  }

  /** Throws Q3001 when the bytes cannot be read. */
  load(bytes: Uint8Array, start: number, end: number): void {
    const view = this.#view;
    const length = end - start;
    // Longer ranges are copied by `TypedArray.set`, eight bytes at a time.
    const misaligned = start & (length > fewBytes ? 7 : 3);
    if (bytes !== this.#array || view === undefined || misaligned !== 0 || start + ((length + 7) & ~7) > this.#end) {
      this.#copyAside(bytes, start, end);
    } else {
      this.source = view;
      this.from = start;
    }
  }

  /** Lets go of the caller's array. */
  release(): void {
    this.#array = undefined;
    this.#view = undefined;
    this.source = this.#own;
  }

  #copyAside(bytes: Uint8Array, start: number, end: number): void {
    this.source = this.#own;
    this.from = 0;
    if (start === end) return;
    try {
      if (bytes !== this.#array) {
        this.#array = bytes;
        this.#view = undefined;
      } else if (this.#view === undefined) {
        this.#look(bytes);
      }
      this.#own.bytes.set(bytes.subarray(start, end));
    } catch (cause) {
      // Optimised code of V8 11 (Node 20) takes the former length of a detached array for its length: our check was passed.
      throw new QuorateError('Q3001', 'the bytes are those of a detached buffer', '', { cause });
    }
  }

  #look(bytes: Uint8Array): void {
    const { buffer, byteOffset, length } = bytes;
    // A view of a buffer that shrinks would read zeros.
    if ((byteOffset & 7) !== 0 || ('resizable' in buffer && buffer.resizable === true)) return;
    this.#view = new Block(bytes, new Int32Array(buffer, byteOffset, length >>> 2));
    this.#end = length & ~3;
  }
}
