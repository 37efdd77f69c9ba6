import {
  BestEffortBroadcast,
  broadcastProperties,
  properties as labels,
  ReliableBroadcast,
} from '@quorate/reliable-broadcast';
import { maxFaulty } from '@quorate/transport';
import type { BroadcastName } from '../catalogue/broadcasts.js';
import { deliveryLanes, delivering, drawnValue, joined } from './deliveries.js';
import { promisedWith } from './promised.js';
import type { Loaded, Promised, ProtocolEntry, Use } from './protocol.js';

const promised = promisedWith(labels);

const promises: readonly Promised[] = [
  promised('validity', 'liveness', 'what a correct node sends, every correct node gets'),
  promised('noDuplication', 'safety', 'nothing is delivered twice'),
  promised('integrity', 'safety', 'what is delivered of a correct node, that node sent'),
  promised('agreement', 'safety', 'no two correct nodes deliver different payloads'),
  promised('totality', 'liveness', 'what one correct node delivers, all do'),
  { ...promised('oneVoteValue', 'safety', 'no two correct nodes vote for different payloads'), simulatedOnly: true },
  { ...promised('onceOnly', 'safety', 'no correct node echoes or votes twice'), simulatedOnly: true },
];

/** Reliable broadcast; other broadcast layers can run in its place, and are held to the same promises. */
export const bracha: ProtocolEntry = {
  name: 'bracha',
  summary: 'reliable broadcast: all correct nodes deliver the same payloads, or none of them does',
  broadcast: 'replaced',
  work: 'values',
  settings: ['count', 'payload', 'sender', 'input', 'chunk'],
  defaults: {},
  promises,
  mostFaulty: maxFaulty,
  compose: ({ broadcast }, use) => layers[broadcast](use),
};

/** Each layer has messages of its own type, so a layer is handed on rather than answered. */
const layers: Readonly<Record<BroadcastName, <R>(use: Use<R>) => R>> = {
  bracha: (use) =>
    use({
      layer: 'bracha',
      honest: (node) => new ReliableBroadcast(node),
      ...delivering(promises, false),
      simulated: {
        input: drawnValue,
        checkers: [broadcastProperties],
        summary: joined,
        cost: (n) => ({ messages: costOf(n), copies: n + n * n }),
      },
      load: { ...load, messages: costOf, formula: 'n + 2n²' },
    }),
  'best-effort': (use) =>
    use({
      layer: 'best-effort',
      honest: (node) => new BestEffortBroadcast(node),
      ...delivering(promises, false),
      simulated: {
        input: drawnValue,
        checkers: [broadcastProperties],
        summary: joined,
        cost: (n) => ({ messages: n, copies: n }),
      },
      load: { ...load, messages: (n) => n, formula: 'n' },
    }),
};

/** RBC8: n inputs, n² echoes, n² votes, a node's own share included. */
const costOf = (n: number): number => n + 2 * n * n;

const load: Omit<Loaded<Parameters<typeof deliveryLanes.lane>[0]>, 'messages' | 'formula'> = {
  operation: 'a broadcast delivered by every correct node',
  ...deliveryLanes,
};
