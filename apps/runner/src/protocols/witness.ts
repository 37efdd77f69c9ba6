import { maxFaulty } from '@quorate/transport';
import { properties as labels, Witness, witnessProperties } from '@quorate/witness';
import { maxPayload } from '../settings.js';
import { broadcastCost, broadcastFormula, onBroadcast } from './broadcast-layers.js';
import type { Promised, ProtocolEntry } from './protocol.js';
import { collecting } from './rounds/rounds.js';

const promised = (key: string, kind: Promised['kind'], meaning: string): Promised => ({
  key,
  label: labels[key] ?? key,
  kind,
  meaning,
});

/** What witnesses promise, and whatever stands on them. */
export const witnessPromises: readonly Promised[] = [
  promised('termination', 'liveness', 'every round into which all correct nodes put a value comes out at each of them'),
  promised('overlap', 'safety', 'any two correct nodes share n − f values of a round'),
  promised('consistency', 'safety', 'no two correct nodes hold different values of one node'),
  promised('integrity', 'safety', 'what is held of a correct node, that node put in'),
  { ...promised('coverage', 'safety', 'all values that a witness reported are held'), simulatedOnly: true },
  promised('distinctWitnesses', 'safety', 'n − f different nodes are witnesses'),
];

/** Rounds of values, with witnesses. */
export const witness: ProtocolEntry = {
  name: 'witness',
  summary: 'rounds of values: any two correct nodes collect n − f values in common',
  broadcast: 'below',
  work: 'rounds',
  settings: ['rounds', 'payload'],
  defaults: {},
  promises: witnessPromises,
  mostFaulty: maxFaulty,
  compose: ({ broadcast, watch }, use) =>
    onBroadcast({ broadcast, watch }, (factory) =>
      use(
        collecting({
          layer: `witness on ${broadcast}`,
          make: (node) => new Witness({ ...node, broadcast: factory, maxValue: maxPayload }),
          promises: witnessPromises,
          checkers: [witnessProperties],
          setCount: 2,
          sets: ({ witnesses }) => [witnesses],
          outputOf: (collected, [witnesses = new Set()]) => ({ ...collected, witnesses }),
          // A value and a report of each node.
          messages: (n) => 2 * broadcastCost[broadcast](n),
          formula: `2n · (${broadcastFormula[broadcast]})`,
        }),
      ),
    ),
};
