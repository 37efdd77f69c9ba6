import {
  createReliableBroadcast,
  Witness,
  witnessProperties,
  type BroadcastFactory,
  type RoundValue,
  type Witnessed,
} from '@quorate/witness';
import { contradict, type Random, type Subject } from '@quorate/simulation';

/** Values of a few bytes: some equal, some long enough to be voted for by digest. */
const roundValue = (_node: number, round: number, random: Random): RoundValue => ({
  round,
  value: new Uint8Array(random.below(2) === 0 ? 3 : 40).fill(random.below(256)),
});

/** Witnesses over a broadcast, as campaigns run them. */
export const witnessOver = <M>(name: string, broadcast: BroadcastFactory<M>): Subject<RoundValue, M, Witnessed> => ({
  name,
  honest: (node) => new Witness({ ...node, broadcast }),
  input: roundValue,
  behaviours: [contradict],
  checkers: [witnessProperties],
});

export const witness = witnessOver('witness', createReliableBroadcast);
