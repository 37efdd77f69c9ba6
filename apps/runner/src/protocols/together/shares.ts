/** How the inputs of a pair of protocols are shared out: in each cycle the first gets one, and the second so many as it has members. */
import type { ValueSource } from '../protocol.js';

export class Shares {
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  isFirst(index: number): boolean {
    return index % this.#cycle === 0;
  }

  /** Of an input of the pair, its number among those of the protocol that gets it. */
  within(index: number): number {
    const cycle = Math.floor(index / this.#cycle);
    return this.isFirst(index) ? cycle : cycle * this.#size + (index % this.#cycle) - 1;
  }

  /** The first's index-th input, as an input of the pair. */
  first(index: number): number {
    return index * this.#cycle;
  }

  /** The second's. */
  second(index: number): number {
    return Math.floor(index / this.#size) * this.#cycle + 1 + (index % this.#size);
  }

  ofFirst(values: ValueSource): ValueSource {
    const count = Math.ceil(values.count / this.#cycle);
    return { count, at: (sender, index) => values.at(sender, this.first(index)) };
  }

  ofSecond(values: ValueSource): ValueSource {
    const count = values.count - Math.ceil(values.count / this.#cycle);
    return { count, at: (sender, index) => values.at(sender, this.second(index)) };
  }

  get #cycle(): number {
    return 1 + this.#size;
  }
}
