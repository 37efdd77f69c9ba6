import { Slab } from './slab.js';

/** Entries of a new table, a power of two: so short that its arrays lie on the heap of the engine, where they cost little. */
const smallestTable = 4;

/**
 * The payloads that were delivered last, for nodes that catch up. Bounded in number and in bytes; what was delivered before
 * them is gone, and a node that still needs it counts among the f. Last by the order of delivery and not of numbers: a
 * sender that holds back a low number must not make it the first to be forgotten.
 */
export class DeliveredLog {
  // A table by index: block, offset and length apart, because one view object per payload would outlive every young
  // collection and cost more than the payload.
  #blocks: (Uint8Array | undefined)[] = [];
  #indices: Float64Array = new Float64Array(smallestTable);
  #offsets: Uint32Array = new Uint32Array(smallestTable);
  #lengths: Uint32Array = new Uint32Array(smallestTable);
  #mask = smallestTable - 1;
  /** Kept are indices from `oldest` to before `newest`, … */
  #oldest = 0;
  #newest = 0;
  /**
   * … apart from late ones, delivered when a higher index had been: their turn to be dropped comes when `oldest` has reached `newest` of then. By
   * turns, and by indices; a place that another index has taken leaves an entry without its index.
   */
  readonly #late: { readonly index: number; readonly until: number }[] = [];
  readonly #lateIndices = new Set<number>();
  readonly #capacity: number;
  readonly #maxBytes: number;
  #bytes = 0;
  /** Copies of their own: beside a payload in its lane's slab lie payloads of liars, which it would keep from being freed. */
  readonly #slab = new Slab();

  /** `capacity` is a power of two. */
  constructor(capacity: number, maxBytes: number) {
    this.#capacity = capacity;
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** No index below this is kept. */
  get oldest(): number {
    let lowest = this.#oldest;
    for (const index of this.#lateIndices) lowest = Math.min(lowest, index);
    return lowest;
  }

  /** Keeps the payload of `index`; drops what is oldest beyond the bounds. */
  keep(index: number, payload: Uint8Array): void {
    const late = index < this.#newest;
    if (!late) this.#newest = index + 1;
    // After a leap (see `Lane.skipTo`) nothing from before it is worth a step each.
    if (this.#newest - this.#oldest > 2 * this.#capacity) this.#clear();
    while (this.#newest - this.#oldest > this.#capacity) this.#drop();
    while (this.#isTaken(index)) this.#makeRoom(index);
    if (late) {
      this.#late.push({ index, until: this.#newest });
      this.#lateIndices.add(index);
    }
    const slot = index & this.#mask;
    // A long one stands alone as it is.
    const shared = this.#slab.holds(payload);
    if (shared) this.#slab.put(payload);
    this.#blocks[slot] = shared ? this.#slab.block : payload;
    this.#offsets[slot] = shared ? this.#slab.start : 0;
    this.#lengths[slot] = payload.length;
    this.#indices[slot] = index;
    this.#bytes += payload.length;
    while (this.#bytes > this.#maxBytes) this.#drop();
  }

  /** The payload of `index`, or undefined when it was not delivered or is gone. */
  get(index: number): Uint8Array | undefined {
    const slot = index & this.#mask;
    const start = this.#offsets[slot] ?? 0;
    return this.#has(index) ? this.#blocks[slot]?.subarray(start, start + (this.#lengths[slot] ?? 0)) : undefined;
  }

  #has(index: number): boolean {
    return this.#isTaken(index) && this.#indices[index & this.#mask] === index;
  }

  /** Whether the place of `index` holds a payload, of whatever index. */
  #isTaken(index: number): boolean {
    return this.#blocks[index & this.#mask] !== undefined;
  }

  /** Indices that share a place are far apart: a longer table parts them, and beyond its bound the earlier one goes. */
  #makeRoom(index: number): void {
    if (this.#mask + 1 < 2 * this.#capacity) {
      this.#grow();
      return;
    }
    const slot = index & this.#mask;
    this.#lateIndices.delete(this.#indices[slot] ?? -1);
    this.#free(slot);
  }

  #grow(): void {
    const [blocks, indices, offsets, lengths] = [this.#blocks, this.#indices, this.#offsets, this.#lengths];
    this.#mask = 2 * indices.length - 1;
    this.#blocks = [];
    this.#indices = new Float64Array(this.#mask + 1);
    this.#offsets = new Uint32Array(this.#mask + 1);
    this.#lengths = new Uint32Array(this.#mask + 1);
    for (const [slot, index] of indices.entries()) {
      if (blocks[slot] === undefined) continue;
      this.#blocks[index & this.#mask] = blocks[slot];
      this.#indices[index & this.#mask] = index;
      this.#offsets[index & this.#mask] = offsets[slot] ?? 0;
      this.#lengths[index & this.#mask] = lengths[slot] ?? 0;
    }
  }

  /** Drops what was delivered first, or finds that it is gone already. */
  #drop(): void {
    const first = this.#late[0];
    if (first !== undefined && first.until <= this.#oldest) {
      this.#late.shift();
      if (this.#lateIndices.delete(first.index)) this.#free(first.index & this.#mask);
      return;
    }
    const index = this.#oldest++;
    const late = this.#lateIndices.size > 0 && this.#lateIndices.has(index);
    if (!late && this.#has(index)) this.#free(index & this.#mask);
  }

  #clear(): void {
    this.#blocks = [];
    this.#late.length = 0;
    this.#lateIndices.clear();
    this.#bytes = 0;
    this.#oldest = this.#newest - this.#capacity;
  }

  #free(slot: number): void {
    this.#blocks[slot] = undefined;
    this.#bytes -= this.#lengths[slot] ?? 0;
  }
}
