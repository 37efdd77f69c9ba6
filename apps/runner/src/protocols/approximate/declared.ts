import { pointBytes, roundsFor, type Declared } from '@quorate/barycentric-agreement';
import { QuorateError } from '@quorate/serialization';
import { shown } from '../../suggest.js';
import type { Stack } from '../protocol.js';

const number = String.raw`[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?`;
const rangePattern = new RegExp(`^(${number})\\.\\.(${number})$`, 'i');

/** What the flags declare. Throws Q9019 on a range that cannot be read; whether it can be kept is for the protocol to say. */
export function declaredBy({ dimension, epsilon, range }: Stack['options']): Declared {
  const [, low, high] = rangePattern.exec(String(range)) ?? [];
  if (low === undefined || high === undefined) {
    throw new QuorateError('Q9019', `--range cannot be ${shown(range)}`, 'write LO..HI, such as 0..1 or -5..2.5');
  }
  return { dimension: Number(dimension), epsilon: Number(epsilon), range: [Number(low), Number(high)] };
}

/** Agreements whose rounds a collector keeps open. */
const openAgreements = 4;

/** What the collector below must have room for. */
export const boundsOf = (declared: Declared): { readonly maxValue: number; readonly openRounds: number } => ({
  maxValue: pointBytes(declared.dimension),
  openRounds: Math.max(64, openAgreements * roundsFor(declared)),
});
