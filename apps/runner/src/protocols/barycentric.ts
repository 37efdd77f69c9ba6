import { maxFaulty } from '@quorate/transport';
import { StableVector, stableVectorProperties, viewProperties as labels } from '@quorate/barycentric-agreement';
import { maxPayload } from '../settings.js';
import { broadcastCost, onBroadcast } from './broadcast-layers.js';
import type { Promised, ProtocolEntry } from './protocol.js';
import { collecting } from './rounds/rounds.js';

const promises: readonly Promised[] = [
  {
    key: 'termination',
    label: labels.termination,
    kind: 'liveness',
    meaning: 'every correct node gets a view of a round',
  },
  { key: 'inclusion', label: labels.inclusion, kind: 'safety', meaning: 'of two views, one holds the other' },
  { key: 'size', label: labels.size, kind: 'safety', meaning: 'a view has at least n − f values' },
  {
    key: 'consistency',
    label: labels.consistency,
    kind: 'safety',
    meaning: 'no two views hold different values of one node',
  },
  {
    key: 'integrity',
    label: labels.integrity,
    kind: 'safety',
    meaning: 'what a view holds of a correct node, that node put in',
  },
  {
    key: 'once',
    label: labels.once,
    kind: 'safety',
    meaning: 'no round has two views at one node',
    simulatedOnly: true,
  },
];

/** The stable vector. */
export const barycentric: ProtocolEntry = {
  name: 'barycentric',
  summary: 'rounds of values: the views of correct nodes are ordered by inclusion (stable vector)',
  broadcast: 'below',
  work: 'rounds',
  settings: ['rounds', 'payload'],
  defaults: {},
  promises,
  mostFaulty: maxFaulty,
  compose: ({ broadcast, watch }, use) =>
    onBroadcast({ broadcast, watch }, (factory) =>
      use(
        collecting({
          layer: `barycentric on ${broadcast}`,
          make: (node) => new StableVector({ ...node, broadcast: factory, maxValue: maxPayload }),
          promises,
          checkers: [stableVectorProperties],
          setCount: 1,
          sets: () => [],
          outputOf: (collected) => collected,
          // A value of each node, and at most f + 1 views; how many depends on the order of arrival.
          messages: (n) => broadcastCost[broadcast](n) + n * (maxFaulty(n) + 1),
        }),
      ),
    ),
};
