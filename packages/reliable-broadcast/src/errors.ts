import type { ErrorCatalogue } from '@quorate/transport/contract';

/** What this package's error codes mean. */
export const errors: ErrorCatalogue = {
  Q4001: {
    title: 'payload too long',
    text: 'Every node refuses payloads beyond maxPayload (1 MiB unless set), so that a peer cannot make it hold more.\n\nSplit the payload, or raise maxPayload on every node of the group alike.',
  },
  Q4002: {
    title: 'too many own broadcasts in flight',
    text: 'A node has a bounded number of own broadcasts that it has not yet delivered itself. A host waits in submit; whoever drives the protocol directly waits until `ready` is true.',
  },
  Q4003: {
    title: 'limits that would stop a correct sender',
    text: 'The bounds of a node must leave room for everything that a correct sender has in flight; otherwise the node would have to drop it and ask again for ever.',
  },
  Q4004: {
    title: 'a node that was started anew too often',
    text: 'Sequence numbers are divided among 1,024 lives of a node, so that none is ever used twice. A node that loses its memory more often needs a new group; one that keeps its records does not use up lives.',
  },
  Q4010: {
    title: 'not a value, or too long',
    text: 'A value is a Uint8Array. Every node refuses those that are longer than maxValue: raise it on every node of the group alike.',
  },
  Q4011: {
    title: 'round not open',
    text: 'A bounded number of rounds is open at a time. Close rounds whose values you no longer need; a node that fell far behind finds its oldest rounds closed.',
  },
  Q4012: {
    title: 'second value in one round',
    text: 'A node puts at most one value into each round; the others take a second one for a lie.',
  },
  Q4013: {
    title: 'bounds that are none',
    text: 'Rounds open at a time are a whole number, 1 … 8192 (a stable vector: 4096), and values at most 128 MiB long. All nodes of a group use the same.',
  },
  Q4014: {
    title: 'not what a layer is made of',
    text: 'A layer is made of a group (`createGroup({ nodes })`), the node that it is (`nodeId(group, 0)`), and a function that makes the layer below: `createReliableBroadcast`, `createWitness({ broadcast })`, or `(options) => new Mine(options)`. The message names the field, and what stood in it.',
  },
};
