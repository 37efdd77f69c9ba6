/**
 * What the witness layer says against its peers. All are proofs: the broadcast below fixed what the peer said. Evidence names values
 * as votes do, themselves below 32 bytes and else by SHA-256, and is owned: never a view of a frame.
 */
import { sha256, type Fault, type NodeId, type Refusal } from '@quorate/reliable-broadcast/contract';

/** Every kind there is. */
export const faultKinds: readonly string[] = [
  'double-value',
  'double-report',
  'short-report',
  'unknown-senders',
  'malformed-round-message',
  'nobody-above',
];

const proof = (kind: string, detail: string, evidence: readonly unknown[]): Fault => ({
  kind,
  certainty: 'proof',
  detail,
  evidence,
});

const digestBytes = 32;
const nameOf = (value: Uint8Array): Uint8Array =>
  value.length < digestBytes ? new Uint8Array(value) : sha256(new Uint8Array(value));

/** A broadcast that is no message of this layer. */
export const malformed = (payload: Uint8Array, { expected, offset }: Refusal): Fault =>
  proof(
    'malformed-round-message',
    `a broadcast that is no message of a round: ${expected} expected at byte ${offset}`,
    [nameOf(payload)],
  );

/** A second value for one round. */
export const doubleValue = (sender: NodeId, round: number, first: Uint8Array, second: Uint8Array): Fault =>
  proof('double-value', `a second value of node ${sender} for round ${round}`, [nameOf(first), nameOf(second)]);

/** A second report for one round; reports as they travel. */
export const doubleReport = (sender: NodeId, round: number, first: Uint8Array, second: Uint8Array): Fault =>
  proof('double-report', `a second report of node ${sender} for round ${round}`, [first, new Uint8Array(second)]);

/** A report that names nodes beyond the group. */
export const unknownSenders = (sender: NodeId, round: number, senders: Uint8Array): Fault =>
  proof('unknown-senders', `a report of node ${sender} for round ${round} that names nodes beyond the group`, [
    new Uint8Array(senders),
  ]);

/** A report before its time. */
export const shortReport = (sender: NodeId, round: number, senders: Uint8Array, least: number): Fault =>
  proof('short-report', `a report of node ${sender} for round ${round} that names fewer than ${least} nodes`, [
    new Uint8Array(senders),
  ]);

/** A message for a layer above, where there is none. */
export const nobodyAbove = (sender: NodeId, round: number): Fault =>
  proof('nobody-above', `a message of node ${sender} for round ${round} to a layer that this group does not run`, []);
