/** Buffers of up to this many bytes are shared by payloads; a longer payload gets its own. */
const largestSlab = 64 * 1024;
const smallestSlab = 256;

/** The first so many copies of so few bytes are on their own: a short run never makes a buffer, which costs ten times as much. */
const copiesAtFirst = 4;
const smallCopy = 64;

const nothing = new Uint8Array(0);

/**
 * Copies payloads out of frames, which die when `receive` returns. Small payloads share a buffer, because one buffer
 * each costs more than the copy. One slab per sender: what a sender's payloads pin is then bounded by its own share.
 */
export class Slab {
  #buffer: Uint8Array = nothing;
  #used = 0;
  #size = smallestSlab;
  #copies = 0;

  /** Whether a copy of these bytes would share its buffer with others. */
  holds({ length }: Uint8Array): boolean {
    return length <= largestSlab / 4;
  }

  /** A private copy. */
  copy(bytes: Uint8Array): Uint8Array {
    const { length } = bytes;
    if (!this.holds(bytes)) return new Uint8Array(bytes);
    if (this.#copies < copiesAtFirst && length <= smallCopy) {
      this.#copies++;
      return new Uint8Array(bytes);
    }
    if (this.#used + length > this.#buffer.length) this.#turnOver(length);
    const copy = this.#buffer.subarray(this.#used, this.#used + length);
    copy.set(bytes);
    this.#used += (length + 7) & ~7;
    return copy;
  }

  #turnOver(length: number): void {
    while (this.#size < length * 4 && this.#size < largestSlab) this.#size *= 2;
    this.#buffer = new Uint8Array(this.#size);
    this.#used = 0;
    this.#size = Math.min(this.#size * 2, largestSlab);
  }
}
