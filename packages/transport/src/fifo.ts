const smallest = 16;
/** An emptied queue that had grown beyond this gives its memory back. */
const largeEnough = 4096;

/** First in, first out, as a ring: nothing moves, and nothing is kept that was taken. */
export class Fifo<T> {
  #ring: (T | undefined)[] = ringOf(smallest);
  #next = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(item: T): void {
    if (this.#size === this.#ring.length) this.#grow();
    this.#ring[(this.#next + this.#size) & (this.#ring.length - 1)] = item;
    this.#size++;
  }

  /** The item that waits longest. Ask `size` first. */
  shift(): T {
    // There is one, or the caller has not asked.
    const item = this.#ring[this.#next] as T;
    this.#ring[this.#next] = undefined;
    this.#next = (this.#next + 1) & (this.#ring.length - 1);
    this.#size--;
    if (this.#size === 0 && this.#ring.length > largeEnough) this.clear();
    return item;
  }

  clear(): void {
    this.#ring = ringOf(smallest);
    this.#next = this.#size = 0;
  }

  #grow(): void {
    const bigger = ringOf<T>(2 * this.#size);
    for (let at = 0; at < this.#size; at++) bigger[at] = this.#ring[(this.#next + at) & (this.#size - 1)];
    this.#ring = bigger;
    this.#next = 0;
  }
}

/** A power of two of slots, so that places wrap by a mask. */
const ringOf = <T>(slots: number): (T | undefined)[] => Array.from({ length: slots });
