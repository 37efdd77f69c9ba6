/** The values of a run. Both who broadcasts and who checks can make each of them from the plan, in any order. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { countOf, type Work } from './plan.js';

/** Longer values repeat their first bytes with this period: a prime, so that no block size divides it. */
const period = 1021;

/** What each sender broadcasts, by sequence. */
export class Values {
  /** Values per sender. */
  readonly count: number;
  readonly #work: Work;
  readonly #seed: number;
  readonly #file: Uint8Array;
  #scratch: Uint8Array;

  constructor(work: Work, seed: number) {
    this.#work = work;
    this.#seed = seed;
    this.count = countOf(work);
    this.#file = work.kind === 'file' ? new Uint8Array(work.bytes) : new Uint8Array(0);
    this.#scratch = new Uint8Array(work.kind === 'random' ? work.payload : 0);
  }

  /** The value of that number, 0 … count − 1. Only valid until the next call. */
  at(sender: number, sequence: number): Uint8Array {
    if (this.#work.kind === 'file') {
      const { ends } = this.#work;
      return this.#file.subarray(sequence === 0 ? 0 : ends[sequence - 1], ends[sequence]);
    }
    fill(this.#scratch, mixed(this.#seed, sender, sequence));
    return this.#scratch;
  }
}

/** A seed for one value: neighbours in any of the three numbers must not give related streams. */
export function mixed(seed: number, sender: number, sequence: number): number {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  state = scrambled(state ^ Math.imul(sender + 1, 0xc2b2ae35));
  return scrambled(state ^ Math.imul(sequence + 1, 0x27d4eb2f));
}

function scrambled(state: number): number {
  let hash = state;
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return hash ^ (hash >>> 16);
}

function fill(target: Uint8Array, seed: number): void {
  const random = xoroshiro128plus(seed);
  // The first number of this generator depends on its seed in a simple way.
  random.next();
  const head = Math.min(target.length, period);
  for (let at = 0; at < head; at += 4) {
    const word = random.next();
    target[at] = word;
    target[at + 1] = word >>> 8;
    target[at + 2] = word >>> 16;
    target[at + 3] = word >>> 24;
  }
  for (let filled = head; filled < target.length; filled *= 2) target.copyWithin(filled, 0, filled);
}
