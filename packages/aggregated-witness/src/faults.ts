/** What this layer says against its peers. All are proofs: the broadcast below fixed what the peer said. */
import type { Fault, NodeId, Refusal } from '@quorate/witness/contract';

const proof = (kind: string, detail: string): Fault => ({ kind, certainty: 'proof', detail, evidence: [] });

/** A message to this layer that is none of it. */
export const malformed = (round: number, { expected, offset }: Refusal): Fault =>
  proof(
    'malformed-aggregated-report',
    `no aggregated report in round ${round}: ${expected} expected at byte ${offset}`,
  );

/** A second aggregated report for one round. */
export const doubleReport = (sender: NodeId, round: number): Fault =>
  proof('double-aggregated-report', `a second aggregated report of node ${sender} for round ${round}`);

/** An aggregated report that names nodes beyond the group. */
export const unknownWitnesses = (sender: NodeId, round: number): Fault =>
  proof(
    'unknown-witnesses',
    `an aggregated report of node ${sender} for round ${round} that names nodes beyond the group`,
  );

/** An aggregated report before its time. */
export const shortReport = (sender: NodeId, round: number, size: number, least: number): Fault =>
  proof(
    'short-aggregated-report',
    `an aggregated report of node ${sender} for round ${round} that names ${size} nodes, not ${least}`,
  );

/** A message for a layer above, where there is none. */
export const nobodyAbove = (sender: NodeId, round: number): Fault =>
  proof('nobody-above', `a message of node ${sender} for round ${round} to a layer that this group does not run`);
