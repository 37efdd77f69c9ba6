/** What a group declares before it agrees approximately: refused at once where it cannot be kept. */
import { QuorateError, type Group } from '@quorate/reliable-broadcast/contract';
import type { RoundCollector } from '@quorate/reliable-broadcast';
import { mostNodes, resolutionOf, suffices, type Declared } from './convergence.js';
import { maxDimension, pointBytes } from './point.js';

/** Throws Q4301 (dimension), Q4302 (epsilon) or Q4303 (range). */
export function checkDeclared(declared: Declared): void {
  const { dimension, epsilon, range } = declared ?? {};
  if (!Number.isInteger(dimension) || dimension < 1 || dimension > maxDimension) {
    throw new QuorateError('Q4301', `points cannot have ${dimension} coordinates`, `use 1 … ${maxDimension}`);
  }
  const [low, high] = Array.isArray(range) && range.length === 2 ? range : [];
  if (!Number.isFinite(low) || !Number.isFinite(high) || Number(low) > Number(high)) {
    const what = Array.isArray(range) ? range.slice(0, 3).join(' … ') : String(range);
    throw new QuorateError('Q4303', `${what} is not a range`, 'give the lower of two finite numbers first');
  }
  const resolution = resolutionOf(declared);
  if (!Number.isFinite(epsilon) || epsilon <= 0 || epsilon < resolution) {
    throw new QuorateError(
      'Q4302',
      `doubles of ${low} … ${high} cannot be brought within ${String(epsilon)}`,
      `use a positive epsilon of at least ${resolution}`,
    );
  }
}

/** Throws Q4304 (n ≤ (d + 2) f, unless `unsafe`) or Q4305 (too many nodes). */
export function checkGroup(group: Group, dimension: number, unsafe: boolean): void {
  if (!suffices(group, dimension) && !unsafe) {
    const least = (dimension + 2) * group.f + 1;
    throw new QuorateError(
      'Q4304',
      `${group.n} nodes cannot agree on points of ${dimension} coordinates with ${group.f} of them faulty (need n ≥ (d + 2) f + 1 = ${least})`,
      `try --nodes ${least}, or --allow-unsafe to watch it fail`,
    );
  }
  const most = mostNodes[dimension] ?? 0;
  if (group.n > most) {
    throw new QuorateError(
      'Q4305',
      `a round of ${group.n} nodes with ${dimension} coordinates would take too long`,
      `use at most ${most} nodes`,
    );
  }
}

/**
 * How many rounds an agreement has: for each coordinate in turn, as many halvings as bring the width of the range to epsilon / √d,
 * half of {@link resolutionOf} kept for rounding. Halving and square roots are exact, so that every machine counts alike. Throws
 * Q4301 – Q4303.
 */
export function roundsFor(declared: Declared): number {
  checkDeclared(declared);
  const { dimension, epsilon, range } = declared;
  const target = (epsilon - resolutionOf(declared) / 2) / Math.sqrt(dimension);
  // Halves of both: the width itself may be more than the greatest double.
  let width = range[1] / 2 - range[0] / 2;
  let halvings = 0;
  while (width > target / 2) {
    width /= 2;
    halvings++;
  }
  return dimension * halvings;
}

/** Throws Q4306 unless the collector has room for all rounds of an agreement, and for a point in each value. */
export function checkCollector(
  { openRounds, maxValue }: Pick<RoundCollector<unknown>, 'openRounds' | 'maxValue'>,
  dimension: number,
  rounds: number,
): void {
  if (openRounds < rounds) {
    throw new QuorateError(
      'Q4306',
      `an agreement has ${rounds} rounds, and its collector opens ${openRounds} at a time`,
      `open ${rounds} rounds, or use a larger epsilon`,
    );
  }
  if (maxValue < pointBytes(dimension)) {
    throw new QuorateError(
      'Q4306',
      `a point has up to ${pointBytes(dimension)} bytes, and a value of its collector at most ${maxValue}`,
      `raise maxValue to ${pointBytes(dimension)}`,
    );
  }
}
