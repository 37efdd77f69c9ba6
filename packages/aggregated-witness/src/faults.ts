/** What this layer says against its peers. All are proofs: the broadcast below fixed what the peer said. Evidence is owned: never a view of a frame. */
import type { Fault, NodeId, Refusal } from '@quorate/witness/contract';

/** Every kind there is, beside those of the witness layer; `nobody-above` is said here and there. */
export const faultKinds: readonly string[] = [
  'double-aggregated-report',
  'short-aggregated-report',
  'unknown-witnesses',
  'malformed-aggregated-report',
  'nobody-above',
];

const proof = (kind: string, detail: string, evidence: readonly unknown[]): Fault => ({
  kind,
  certainty: 'proof',
  detail,
  evidence,
});

/** A message to this layer that is none of it. */
export const malformed = (round: number, payload: Uint8Array, { expected, offset }: Refusal): Fault =>
  proof(
    'malformed-aggregated-report',
    `no aggregated report in round ${round}: ${expected} expected at byte ${offset}`,
    [new Uint8Array(payload)],
  );

/** A second aggregated report for one round; reports as they travel. */
export const doubleReport = (sender: NodeId, round: number, first: Uint8Array, second: Uint8Array): Fault =>
  proof('double-aggregated-report', `a second aggregated report of node ${sender} for round ${round}`, [
    first,
    new Uint8Array(second),
  ]);

/** An aggregated report that names nodes beyond the group. */
export const unknownWitnesses = (sender: NodeId, round: number, witnesses: Uint8Array): Fault =>
  proof(
    'unknown-witnesses',
    `an aggregated report of node ${sender} for round ${round} that names nodes beyond the group`,
    [new Uint8Array(witnesses)],
  );

/** An aggregated report before its time. */
export const shortReport = (sender: NodeId, round: number, witnesses: Uint8Array, least: number): Fault =>
  proof(
    'short-aggregated-report',
    `an aggregated report of node ${sender} for round ${round} that names fewer than ${least} nodes`,
    [new Uint8Array(witnesses)],
  );

/** A message for a layer above, where there is none. */
export const nobodyAbove = (sender: NodeId, round: number): Fault =>
  proof('nobody-above', `a message of node ${sender} for round ${round} to a layer that this group does not run`, []);
