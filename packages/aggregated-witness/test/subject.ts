import {
  AggregatedWitness,
  aggregatedWitnessProperties,
  createReliableBroadcast,
  type AggregatedWitnessed,
  type BroadcastFactory,
  type RoundValue,
} from '@quorate/aggregated-witness';
import { contradict, type Random, type Subject } from '@quorate/simulation';
import { createWitness } from '@quorate/witness';

/** Values of a few bytes: some equal, some long enough to be voted for by digest. */
const roundValue = (_node: number, round: number, random: Random): RoundValue => ({
  round,
  value: new Uint8Array(random.below(2) === 0 ? 3 : 40).fill(random.below(256)),
});

/** Aggregated witnesses over a broadcast, as campaigns run them. */
export const aggregatedOver = <M>(
  name: string,
  broadcast: BroadcastFactory<M>,
): Subject<RoundValue, M, AggregatedWitnessed> => ({
  name,
  honest: (node) => new AggregatedWitness({ ...node, witness: createWitness({ broadcast }) }),
  input: roundValue,
  behaviours: [contradict],
  checkers: [aggregatedWitnessProperties],
});

export const aggregatedWitness = aggregatedOver('aggregated-witness', createReliableBroadcast);
