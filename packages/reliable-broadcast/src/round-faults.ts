/** What a round collector says against its peers. Evidence names payloads as that of the broadcast does. */
import type { Fault, NodeId, Refusal } from '@quorate/transport/contract';
import { nameOf } from './payload-name.js';

/** A node put two values into one round. */
export const doubleValue = (sender: NodeId, round: number, first: Uint8Array, second: Uint8Array): Fault => ({
  kind: 'double-value',
  certainty: 'proof',
  detail: `a second value of node ${sender} for round ${round}`,
  evidence: [nameOf(first), nameOf(second)],
});

/** A broadcast that is no value of a round. */
export const malformedValue = (payload: Uint8Array, { expected, offset }: Refusal): Fault => ({
  kind: 'malformed-value',
  certainty: 'proof',
  detail: `a broadcast that is no value of a round: ${expected} expected at byte ${offset}`,
  evidence: [nameOf(payload)],
});
