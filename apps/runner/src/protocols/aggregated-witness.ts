import { maxFaulty } from '@quorate/transport';
import { createWitness } from '@quorate/witness';
import { AggregatedWitness, aggregatedWitnessProperties, properties as labels } from '@quorate/aggregated-witness';
import { maxPayload } from '../settings.js';
import { broadcastCost, broadcastFormula, onBroadcast } from './broadcast-layers.js';
import type { Promised, ProtocolEntry } from './protocol.js';
import { collecting } from './rounds/rounds.js';
import { witnessPromises } from './witness.js';

const promises: readonly Promised[] = [
  ...witnessPromises,
  {
    key: 'commonCore',
    label: labels['commonCore'] ?? '',
    kind: 'safety',
    meaning: 'all correct nodes hold the same n − f values of a round',
  },
  {
    key: 'witnessOverlap',
    label: labels['witnessOverlap'] ?? '',
    kind: 'safety',
    meaning: 'any two correct nodes share n − f witnesses',
  },
];

/** Rounds of values, with witnesses of witnesses. */
export const aggregatedWitness: ProtocolEntry = {
  name: 'aggregated-witness',
  summary: 'rounds of values: all correct nodes collect the same n − f values, and maybe more',
  broadcast: 'below',
  work: 'rounds',
  settings: ['rounds', 'payload'],
  defaults: {},
  promises,
  mostFaulty: maxFaulty,
  compose: ({ broadcast, watch }, use) =>
    onBroadcast({ broadcast, watch }, (factory) => {
      const below = createWitness({ broadcast: factory, maxValue: maxPayload });
      return use(
        collecting({
          layer: `aggregated-witness on ${broadcast}`,
          make: (node) => new AggregatedWitness({ ...node, witness: below }),
          promises,
          checkers: [aggregatedWitnessProperties],
          setCount: 3,
          sets: ({ witnesses, aggregatedWitnesses }) => [witnesses, aggregatedWitnesses],
          outputOf: (collected, [witnesses = new Set(), aggregatedWitnesses = new Set()]) => ({
            ...collected,
            witnesses,
            aggregatedWitnesses,
          }),
          // A value, a report and an aggregated report of each node.
          messages: (n) => 3 * broadcastCost[broadcast](n),
          formula: `3n · (${broadcastFormula[broadcast]})`,
        }),
      );
    }),
};
