/**
 * The payloads that were delivered last, for nodes that catch up. Bounded in number and in bytes; what is older is gone,
 * and a node that still needs it counts among the f.
 */
export class DeliveredLog {
  // A ring by index: buffer, offset and length apart, because one view object per payload would outlive every young
  // collection and cost more than the payload.
  #buffers: (ArrayBufferLike | undefined)[] = [];
  #offsets: Uint32Array = new Uint32Array(16);
  #lengths: Uint32Array = new Uint32Array(16);
  #mask = 15;
  readonly #capacity: number;
  readonly #maxBytes: number;
  #oldest = 0;
  #newest = 0;
  #bytes = 0;

  /** `capacity` is a power of two. */
  constructor(capacity: number, maxBytes: number) {
    this.#capacity = capacity;
    this.#maxBytes = maxBytes;
  }

  /** No index below this is kept. */
  get oldest(): number {
    return this.#oldest;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps the payload of `index`; drops what is oldest beyond the bounds. */
  keep(index: number, payload: Uint8Array): void {
    if (index < this.#oldest) return;
    if (index >= this.#newest) this.#newest = index + 1;
    while (this.#newest - this.#oldest > this.#capacity) this.#drop();
    while (this.#newest - this.#oldest > this.#mask + 1) this.#grow();
    const slot = index & this.#mask;
    this.#buffers[slot] = payload.buffer;
    this.#offsets[slot] = payload.byteOffset;
    this.#lengths[slot] = payload.length;
    this.#bytes += payload.length;
    while (this.#bytes > this.#maxBytes && this.#oldest < this.#newest) this.#drop();
  }

  /** The payload of `index`, or undefined when it was not delivered or is too old. */
  get(index: number): Uint8Array | undefined {
    if (index < this.#oldest || index >= this.#newest) return undefined;
    const slot = index & this.#mask;
    const buffer = this.#buffers[slot];
    return buffer && new Uint8Array(buffer, this.#offsets[slot] ?? 0, this.#lengths[slot] ?? 0);
  }

  #grow(): void {
    const { length } = this.#offsets;
    const [buffers, offsets, lengths] = [this.#buffers, this.#offsets, this.#lengths];
    this.#buffers = [];
    this.#offsets = new Uint32Array(2 * length);
    this.#lengths = new Uint32Array(2 * length);
    this.#mask = 2 * length - 1;
    for (let index = this.#oldest; index < this.#oldest + length; index++) {
      this.#buffers[index & this.#mask] = buffers[index & (length - 1)];
      this.#offsets[index & this.#mask] = offsets[index & (length - 1)] ?? 0;
      this.#lengths[index & this.#mask] = lengths[index & (length - 1)] ?? 0;
    }
  }

  #drop(): void {
    const slot = this.#oldest++ & this.#mask;
    if (this.#buffers[slot] === undefined) return;
    this.#buffers[slot] = undefined;
    this.#bytes -= this.#lengths[slot] ?? 0;
  }
}
