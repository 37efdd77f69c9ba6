/** Buffers of up to this many bytes are shared by payloads; a longer payload gets its own. */
const largestSlab = 64 * 1024;
const smallestSlab = 256;

/** The first so many copies of so few bytes are on their own: a short run never makes a buffer, which costs ten times as much. */
const copiesAtFirst = 4;
const smallCopy = 64;

const nothing = new Uint8Array(0);

/**
 * Copies payloads out of frames, which die when `receive` returns. Small payloads share a block, because one buffer
 * each costs more than the copy. One slab per sender: what a sender's payloads pin is then bounded by its own share.
 */
export class Slab {
  /** Where the copy that was put last stands … */
  block: Uint8Array = nothing;
  /** … and at which offset. */
  start = 0;
  /** The block that is being filled, and its memory: to ask an array for it costs as much as a view. */
  #shared: Uint8Array = nothing;
  #memory: ArrayBuffer = nothing.buffer;
  #used = 0;
  #size = smallestSlab;
  #copies = 0;

  /** Whether a copy of these bytes may share its block with others. */
  holds({ length }: Uint8Array): boolean {
    return length <= largestSlab / 4;
  }

  /** A private copy. */
  copy(bytes: Uint8Array): Uint8Array {
    this.put(bytes);
    return this.block === this.#shared ? new Uint8Array(this.#memory, this.start, bytes.length) : this.block;
  }

  /** A private copy, of which `block` and `start` say where it stands. */
  put(bytes: Uint8Array): void {
    const { length } = bytes;
    if (!this.holds(bytes) || (this.#copies < copiesAtFirst && length <= smallCopy)) {
      this.#copies++;
      this.block = new Uint8Array(bytes);
      this.start = 0;
      return;
    }
    if (this.#used + length > this.#shared.length) this.#turnOver(length);
    this.block = this.#shared;
    this.start = this.#used;
    this.block.set(bytes, this.start);
    this.#used += (length + 7) & ~7;
  }

  #turnOver(length: number): void {
    while (this.#size < length * 4 && this.#size < largestSlab) this.#size *= 2;
    this.#memory = new ArrayBuffer(this.#size);
    this.#shared = new Uint8Array(this.#memory);
    this.#used = 0;
    this.#size = Math.min(this.#size * 2, largestSlab);
  }
}
