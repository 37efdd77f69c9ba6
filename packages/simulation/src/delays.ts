import type { Random } from './random.js';

/**
 * How long frames take, in whole ticks.
 *
 * - `uniform`: each number of ticks equally likely;
 * - `bimodal`: 7 of 8 frames take one of the shortest eighth of the delays, the others one of the longest eighth;
 * - `tail`: half of the frames take the shortest delay, and each doubling of what is added to it is half as likely.
 */
export interface Latency {
  readonly min: number;
  readonly max: number;
  /** Default `uniform`. */
  readonly shape?: LatencyShape;
}

export type LatencyShape = 'uniform' | 'bimodal' | 'tail';

/** All shapes. */
export const latencyShapes: readonly LatencyShape[] = ['uniform', 'bimodal', 'tail'];

/** Draws delays. */
export class Delays {
  readonly max: number;
  readonly #min: number;
  /** Delays that there are. */
  readonly #spread: number;
  readonly #shape: LatencyShape;
  readonly #random: Random;

  constructor({ min, max, shape = 'uniform' }: Latency = { min: 1, max: 10 }, random: Random) {
    this.max = max;
    this.#min = min;
    this.#spread = max - min + 1;
    this.#shape = shape;
    this.#random = random;
  }

  draw(): number {
    if (this.#spread === 1) return this.#min;
    switch (this.#shape) {
      case 'uniform':
        return this.#min + this.#random.below(this.#spread);
      case 'bimodal':
        return this.#bimodal();
      case 'tail':
        return this.#tail();
    }
  }

  #bimodal(): number {
    const eighth = Math.ceil(this.#spread / 8);
    const add = this.#random.below(eighth);
    return this.#random.below(8) === 0 ? this.max - add : this.#min + add;
  }

  #tail(): number {
    let reach = 1;
    while (reach < this.#spread && this.#random.below(2) === 0) reach *= 2;
    return this.#min + this.#random.below(Math.min(reach, this.#spread));
  }
}
