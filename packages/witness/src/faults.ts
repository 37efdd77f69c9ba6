/** What the witness layer says against its peers. All are proofs: the broadcast below fixed what the peer said. */
import type { Fault, NodeId, Refusal } from '@quorate/reliable-broadcast/contract';

const proof = (kind: string, detail: string): Fault => ({ kind, certainty: 'proof', detail, evidence: [] });

/** A broadcast that is no message of this layer. */
export const malformed = ({ expected, offset }: Refusal): Fault =>
  proof('malformed-round-message', `a broadcast that is no message of a round: ${expected} expected at byte ${offset}`);

/** A second value for one round. */
export const doubleValue = (sender: NodeId, round: number): Fault =>
  proof('double-value', `a second value of node ${sender} for round ${round}`);

/** A second report for one round. */
export const doubleReport = (sender: NodeId, round: number): Fault =>
  proof('double-report', `a second report of node ${sender} for round ${round}`);

/** A report that names nodes beyond the group. */
export const unknownSenders = (sender: NodeId, round: number): Fault =>
  proof('unknown-senders', `a report of node ${sender} for round ${round} that names nodes beyond the group`);

/** A report before its time. */
export const shortReport = (sender: NodeId, round: number, size: number, least: number): Fault =>
  proof('short-report', `a report of node ${sender} for round ${round} that names ${size} nodes, not ${least}`);

/** A message for a layer above, where there is none. */
export const nobodyAbove = (sender: NodeId, round: number): Fault =>
  proof('nobody-above', `a message of node ${sender} for round ${round} to a layer that this group does not run`);
