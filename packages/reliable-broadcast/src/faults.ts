/** What reliable broadcast says against its peers. Evidence names payloads as votes do: below 32 bytes, or by digest. */
import type { Fault, NodeId } from '@quorate/transport/contract';
import { nameOf } from './payload-name.js';

/** Every kind there is. */
export const faultKinds: readonly string[] = [
  'equivocating-input',
  'double-echo',
  'double-vote',
  'forged-sender',
  'fabricated',
  'flooding',
  'beyond-the-log',
];

const conflict = (kind: string, detail: string, first: Uint8Array, second: Uint8Array): Fault => ({
  kind,
  certainty: 'proof',
  detail,
  evidence: [first, second],
});

/** The sender gave two payloads for one instance. */
export const equivocatingInput = (sender: NodeId, sequence: number, first: Uint8Array, second: Uint8Array): Fault =>
  conflict('equivocating-input', `node ${sender} sent two payloads as its number ${sequence}`, first, nameOf(second));

/** A node echoed two payloads for one instance. */
export const doubleEcho = (sender: NodeId, sequence: number, first: Uint8Array, second: Uint8Array): Fault =>
  conflict('double-echo', `two echoes for number ${sequence} of node ${sender}`, first, nameOf(second));

/** A node voted for two payloads in one instance. */
export const doubleVote = (sender: NodeId, sequence: number, first: Uint8Array, second: Uint8Array): Fault =>
  conflict('double-vote', `two votes in number ${sequence} of node ${sender}`, first, new Uint8Array(second));

/** A node that is not the sender sent an input. */
export const forgedSender = (sender: NodeId, sequence: number): Fault => ({
  kind: 'forged-sender',
  certainty: 'proof',
  detail: `an input that claims to be number ${sequence} of node ${sender}`,
  evidence: [],
});

/** A node spoke about a broadcast of ours that we never began. */
export const fabricated = (sequence: number): Fault => ({
  kind: 'fabricated',
  certainty: 'proof',
  detail: `a message about our number ${sequence}, which we have not sent`,
  evidence: [],
});

/** Far more messages without effect than with: duplicates, or instances beyond every window. */
export const flooding = (useless: number): Fault => ({
  kind: 'flooding',
  certainty: 'suspicion',
  detail: `${useless} messages without effect`,
  evidence: [],
});

/** Against ourselves: we missed deliveries that f + 1 nodes can no longer repeat. This node counts among the f. */
export const beyondTheLog = (sender: NodeId, from: number, to: number): Fault => ({
  kind: 'beyond-the-log',
  certainty: 'proof',
  detail: `this node missed numbers ${from} … ${to - 1} of node ${sender}, which the others no longer keep: it counts among the faulty`,
  evidence: [],
});
