import {
  createReliableBroadcast,
  type BroadcastFactory,
  type Collected,
  type Message as Bracha,
  type RoundCollectorFactory,
  type RoundValue,
} from '@quorate/reliable-broadcast';
import { contradict, type Subject } from '@quorate/simulation';
import {
  ApproximateAgreement,
  approximateAgreementProperties,
  StableVector,
  stableVectorProperties,
  type ApproximateOutput,
  type Declared,
  type Message,
  type NodeId,
} from '../src/index.js';

export const id = (value: number): NodeId => value as NodeId;

/** A stable vector over any broadcast, one round for each value. */
export const stableVectorOver = <Below>(
  name: string,
  broadcast: BroadcastFactory<Below>,
): Subject<RoundValue, Message<Below>, Collected> => ({
  name,
  honest: (options) => new StableVector({ ...options, broadcast, maxValue: 64 }),
  input: (_node, round, random) => ({ round, value: new Uint8Array(8).fill(random.below(256)) }),
  behaviours: [contradict],
  checkers: [stableVectorProperties],
});

export const stableVector: Subject<RoundValue, Message<Bracha>, Collected> = stableVectorOver(
  'barycentric',
  createReliableBroadcast,
);

/** What approximate agreement stands on here: any two of its views are ordered, so they share the smaller one. */
export const overStableVector: RoundCollectorFactory<Message<Bracha>> = (options) =>
  new StableVector({ ...options, broadcast: createReliableBroadcast, maxValue: 64, openRounds: 64 });

export type Approximate = Subject<ArrayLike<number>, Message<Bracha>, ApproximateOutput>;

/** Agreement on points with coordinates at random within the range. */
export function approximate(declared: Declared, changes: Partial<Approximate> = {}): Approximate {
  const [low, high] = declared.range;
  return {
    name: 'approximate',
    honest: (options) => new ApproximateAgreement({ ...options, ...declared, collector: overStableVector }),
    input: (_node, _index, random) =>
      Array.from({ length: declared.dimension }, () => low + (random.below(1001) / 1000) * (high - low)),
    behaviours: [contradict],
    checkers: [approximateAgreementProperties(declared)],
    ...changes,
  };
}

/** The most faults with n > (d + 2) f. */
export const mostFaulty = (nodes: number, dimension: number): number => Math.floor((nodes - 1) / (dimension + 2));
