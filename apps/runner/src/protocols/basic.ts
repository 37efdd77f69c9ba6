import { maxFaulty } from '@quorate/transport';
import { openBasicHost } from '../run/basic-host.js';
import { BasicProtocol } from '../run/basic-protocol.js';
import { maxPayload } from '../settings.js';
import { deliveryLanes, delivering, drawnValue, joined } from './deliveries.js';
import { LinkObserver } from './link-observer.js';
import type { Promised, ProtocolEntry } from './protocol.js';

const promises: readonly Promised[] = [
  {
    key: 'validity',
    label: 'validity',
    kind: 'liveness',
    meaning: 'what a correct node sends, every correct node gets',
  },
  { key: 'noDuplication', label: 'no duplication', kind: 'safety', meaning: 'nothing is delivered twice' },
  {
    key: 'integrity',
    label: 'integrity',
    kind: 'safety',
    meaning: 'what is delivered of a correct node, that node sent',
  },
  { key: 'order', label: 'order', kind: 'safety', meaning: 'in the order in which it was sent' },
];

/** The links alone. */
export const basic: ProtocolEntry = {
  name: 'basic',
  summary: 'messages over the links alone: each arrives once, unaltered, in order; nothing about liars',
  broadcast: 'none',
  work: 'values',
  settings: ['count', 'payload', 'sender', 'input', 'chunk'],
  defaults: {},
  promises,
  mostFaulty: maxFaulty,
  compose: (_, use) =>
    use({
      layer: 'basic',
      honest: () => new BasicProtocol(maxPayload),
      openHost: openBasicHost,
      ...delivering(promises, true),
      simulated: {
        input: drawnValue,
        checkers: [(run) => new LinkObserver(run)],
        summary: joined,
        // Links are first in, first out, and hand over nothing twice: that is what is promised, and what carries it here.
        network: ({ duplication: _twice, ...network }) => ({ ...network, ordered: true }),
        cost: (n) => ({ messages: n, copies: n }),
      },
      load: {
        operation: 'a message to everybody, received by every correct node',
        ...deliveryLanes,
        messages: (n) => n,
        formula: 'n',
      },
    }),
};
