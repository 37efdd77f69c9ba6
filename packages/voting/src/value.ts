/** What a round decides about: a batch of whole numbers, or no. */
import { integer, list, type Schema } from '@quorate/transport/contract';

/** A proposal: the values of one round. An empty batch stands for "the round closed without a value". */
export type Batch = readonly number[];

/** What a node thinks of a round: a batch that it says YES to, or `undefined`: NO. */
export type Opinion = Batch | undefined;

/** Which values may be proposed. Every node of a group must use the same rule. */
export type Rule = (value: number) => boolean;

/** The example that people know: a whole number above 0 and below 1,000. */
export const belowThousand: Rule = (value) => value > 0 && value < 1000;

/** Values of one proposal at most. */
export const mostValues = 512;

export const batchSchema: Schema<Batch> = list(
  integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
  { max: mostValues },
);

/** Equal opinions have equal keys. */
export const keyOf = (opinion: Opinion): string => (opinion === undefined ? 'no' : opinion.join());

export const same = (a: Opinion, b: Opinion): boolean => a === b || keyOf(a) === keyOf(b);

/** What at least so many of these say alike. Each is looked at once, however long and different they are. */
export function saidBy(least: number, batches: Iterable<Opinion>): Opinion {
  const counts = new Map<string, number>();
  for (const batch of batches) {
    if (batch === undefined) continue;
    const key = keyOf(batch);
    const count = (counts.get(key) ?? 0) + 1;
    if (count >= least) return batch;
    counts.set(key, count);
  }
  return undefined;
}
