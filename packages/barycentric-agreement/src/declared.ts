/** What a group declares before it agrees approximately: refused at once where it cannot be kept. */
import { QuorateError, type Group } from '@quorate/reliable-broadcast/contract';
import type { RoundCollector } from '@quorate/reliable-broadcast';
import { maxDimension, mostNodes, resolutionOf, suffices, type Declared } from './convergence.js';
import { pointBytes } from './point.js';

/** Throws Q4301 (dimension), Q4302 (epsilon), Q4303 (range), Q4304 (n ≤ (d + 2) f, unless `unsafe`) or Q4305 (too many nodes). */
export function checkDeclared(declared: Declared, group: Group, unsafe: boolean): void {
  const { dimension, epsilon, range } = declared;
  if (!Number.isInteger(dimension) || dimension < 1 || dimension > maxDimension) {
    throw new QuorateError('Q4301', `points cannot have ${dimension} coordinates`, `use 1 … ${maxDimension}`);
  }
  const [low, high] = range;
  if (!Number.isFinite(low) || !Number.isFinite(high) || low > high) {
    throw new QuorateError('Q4303', `${low} … ${high} is not a range`, 'give the lower of two finite numbers first');
  }
  const resolution = resolutionOf(declared);
  if (!Number.isFinite(epsilon) || epsilon <= 0 || epsilon < resolution) {
    throw new QuorateError(
      'Q4302',
      `doubles of ${low} … ${high} cannot be brought within ${epsilon}`,
      `use a positive epsilon of at least ${resolution}`,
    );
  }
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
