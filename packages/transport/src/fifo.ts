/** First in, first out, without moving what waits at every step. */
export class Fifo<T> {
  #items: T[] = [];
  #next = 0;

  get size(): number {
    return this.#items.length - this.#next;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** The item that waits longest. Ask `size` first. */
  shift(): T {
    // There is an item, or the caller has not asked.
    const item = this.#items[this.#next] as T;
    this.#next++;
    if (this.#next === this.#items.length) this.clear();
    else if (this.#next >= 1024 && this.#next * 2 >= this.#items.length) this.#compact();
    return item;
  }

  /** Takes all items out. */
  takeAll(): readonly T[] {
    const items = this.#next === 0 ? this.#items : this.#items.slice(this.#next);
    this.#items = [];
    this.#next = 0;
    return items;
  }

  clear(): void {
    // The array is given up rather than emptied: after a burst it would stay as long as it ever was.
    if (this.#items.length > 1024) this.#items = [];
    else this.#items.length = 0;
    this.#next = 0;
  }

  #compact(): void {
    this.#items = this.#items.slice(this.#next);
    this.#next = 0;
  }
}
