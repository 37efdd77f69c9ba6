/** How often each whole number was seen. */
export class Tally {
  readonly #counts = new Map<number, number>();
  #total = 0;

  add(value: number): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
    this.#total++;
  }

  /** What at most so many percent of the values exceed, nearest rank; null when there is none. */
  summary(): Summary | null {
    if (this.#total === 0) return null;
    const order = [...this.#counts].toSorted(([a], [b]) => a - b);
    const rank = (percent: number): number => {
      let left = Math.ceil((this.#total * percent) / 100);
      for (const [value, count] of order) {
        left -= count;
        if (left <= 0) return value;
      }
      return 0;
    };
    return { count: this.#total, min: rank(0), p50: rank(50), p99: rank(99), max: rank(100) };
  }
}

/** Whole numbers in five of them. */
export interface Summary {
  readonly count: number;
  readonly min: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}
