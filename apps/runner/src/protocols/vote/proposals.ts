/** What the nodes propose. It follows from a node's seed and the round alone, so that a run that starts again goes on with the same values. */
import { belowThousand, type Batch, type Rule } from '@quorate/voting';
import { mixed } from '../../run/values.js';
import type { VoteOptions } from './options.js';

/** What a node with this seed proposes in a round that it leads. */
export function proposalOf(
  seed: number,
  round: number,
  { propose, batch }: Pick<VoteOptions, 'propose' | 'batch'>,
): Batch {
  return Array.from({ length: batch }, (_, place) => propose ?? 1 + ((mixed(seed, place, round) >>> 0) % mostValue));
}

/** The greatest value that the rule accepts. */
const mostValue = 999;

/** Which values nodes accept. */
export const rule: Rule = belowThousand;

/** The seed in a value that a sender was given. */
export const seedIn = (value: Uint8Array): number =>
  new DataView(value.buffer, value.byteOffset, value.byteLength).getUint32(0);

/** Bytes of such a value. */
export const seedBytes = 4;
