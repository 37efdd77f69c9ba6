import { QuorateError } from '@quorate/serialization';

/** A fixed set of n nodes of which at most f are Byzantine. */
export interface Group {
  /** Number of nodes. */
  readonly n: number;
  /** Number of faults to tolerate. */
  readonly f: number;
}

/** Tallies, bit sets and the mesh of links are sized by n. */
export const maxNodes = 256;

/** The most faults that n nodes can tolerate: the greatest f with n > 3f. */
export const maxFaulty = (n: number): number => Math.max(0, Math.floor((n - 1) / 3));

/**
 * A group of `nodes`, `faulty` of which may lie. `faulty` defaults to the most that `nodes` can tolerate.
 * `unsafe` permits more, to watch what breaks.
 *
 * Throws Q1001 (a number of nodes or faults that is none) or Q1003 (n ≤ 3f).
 */
export function createGroup(options: { nodes: number; faulty?: number; unsafe?: boolean }): Group {
  const { nodes: n, faulty: f = maxFaulty(n), unsafe = false } = options;
  if (!Number.isInteger(n) || n < 1 || n > maxNodes) {
    throw new QuorateError('Q1001', `a group cannot have ${n} nodes`, `use a whole number, 1 … ${maxNodes}`);
  }
  if (!Number.isInteger(f) || f < 0 || f >= n) {
    throw new QuorateError('Q1001', `${n} nodes cannot have ${f} faults`, `use a whole number, 0 … ${n - 1}`);
  }
  if (n <= 3 * f && !unsafe) {
    throw new QuorateError(
      'Q1003',
      `${n} nodes cannot tolerate ${f} Byzantine fault${f === 1 ? '' : 's'} (need n ≥ 3f + 1 = ${3 * f + 1})`,
      `try --nodes ${3 * f + 1}, or --allow-unsafe to watch it fail`,
    );
  }
  return Object.freeze({ n, f });
}
