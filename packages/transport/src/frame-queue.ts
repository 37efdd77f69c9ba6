/**
 * The frames that wait on one link of the memory transport: copied into slabs at the writer's end, handed out as ranges of
 * a slab at the reader's, and overwritten as soon as the reader is done, so that nobody can keep a view unnoticed.
 */

const slabBytes = 64 * 1024;
const spareSlabs = 64;
/** What a frame costs beside its bytes. */
export const frameOverhead = 8;
/** What a frame turns into after it was read. Not zero: zeros look like data. */
const scrubbed = 0xdb;

/** Slabs that wait to be used again, shared by all links of a group. */
export class SlabPool {
  readonly #spare: Uint8Array[] = [];

  take(bytes: number): Uint8Array {
    if (bytes > slabBytes) return new Uint8Array(bytes);
    return this.#spare.pop() ?? new Uint8Array(slabBytes);
  }

  give(slab: Uint8Array): void {
    if (slab.length === slabBytes && this.#spare.length < spareSlabs) this.#spare.push(slab);
  }
}

/** First in, first out. The reader sees what was published, no more. */
export class FrameQueue {
  readonly #pool: SlabPool;
  /** Frames stand in the slabs one behind the other; a frame that does not fit in the rest of a slab begins the next. */
  #slabs: Uint8Array[] = [];
  #lengths: number[] = [];
  #next = 0;
  #readSlab = 0;
  #readAt = 0;
  #writeAt = 0;
  #published = 0;
  #bytes = 0;
  #taken = false;
  /** Where the frame that was taken last stands. */
  slab: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;

  constructor(pool: SlabPool) {
    this.#pool = pool;
  }

  /** Bytes that wait, published or not; each frame counts with `frameOverhead`, so that empty ones are bounded as well. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Frames that wait, published or not. */
  get frames(): number {
    return this.#lengths.length - this.#next;
  }

  /** Whether the reader would find a frame. */
  get readable(): boolean {
    return this.#published > this.#next;
  }

  push(frame: Uint8Array): void {
    const { length } = frame;
    let slab = this.#slabs.at(-1);
    if (slab === undefined || slab.length - this.#writeAt < length) {
      slab = this.#pool.take(length);
      this.#slabs.push(slab);
      this.#writeAt = 0;
    }
    slab.set(frame, this.#writeAt);
    this.#writeAt += length;
    this.#lengths.push(length);
    this.#bytes += length + frameOverhead;
  }

  publish(): void {
    this.#published = this.#lengths.length;
  }

  /** Takes the next published frame: `slab`, `start` and `end` say where it stands until `release`. */
  take(): void {
    const length = this.#lengths[this.#next] ?? 0;
    this.#next++;
    let slab = this.#slabs[this.#readSlab];
    if (slab !== undefined && slab.length - this.#readAt < length) {
      this.#pool.give(slab);
      this.#readSlab++;
      this.#readAt = 0;
      slab = this.#slabs[this.#readSlab];
    }
    if (slab !== undefined) this.slab = slab;
    this.start = this.#readAt;
    this.end = this.#readAt + length;
    this.#readAt = this.end;
    this.#bytes -= length + frameOverhead;
    this.#taken = true;
  }

  /** The frame that was taken is done with. */
  release(): void {
    this.#taken = false;
    this.slab.fill(scrubbed, this.start, this.end);
    if (this.#next === this.#lengths.length) this.clear();
    else if (this.#next >= 4096 && this.#next * 2 >= this.#lengths.length) this.#compact();
  }

  clear(): void {
    // The slab of a frame that is being read stays away from the pool: its reader caused this, and is not done.
    for (let at = this.#readSlab + (this.#taken ? 1 : 0); at < this.#slabs.length; at++) {
      const slab = this.#slabs[at];
      if (slab !== undefined) this.#pool.give(slab);
    }
    this.#slabs = [];
    this.#lengths = [];
    this.#next = this.#readSlab = this.#readAt = this.#writeAt = this.#published = this.#bytes = 0;
  }

  #compact(): void {
    this.#lengths.splice(0, this.#next);
    this.#published -= this.#next;
    this.#next = 0;
    this.#slabs.splice(0, this.#readSlab);
    this.#readSlab = 0;
  }
}
