import type { Clock } from '../src/index.js';

/** A clock that a test turns by hand. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ readonly due: number; readonly run: () => void }>();

  now(): number {
    return this.#now;
  }

  get armed(): number {
    return this.#timers.size;
  }

  schedule(ticks: number, run: () => void): () => void {
    const timer = { due: this.#now + ticks, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Lets so many ticks pass; what runs out runs in its order. */
  advance(ticks: number): void {
    const end = this.#now + ticks;
    for (;;) {
      const [next] = [...this.#timers].filter(({ due }) => due <= end).toSorted((a, b) => a.due - b.due);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = next.due;
      next.run();
    }
    this.#now = end;
  }
}
