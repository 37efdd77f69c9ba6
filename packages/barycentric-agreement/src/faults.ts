/** What the layers of this package say against their peers. Evidence is owned: never a view of a frame. */
import type { Fault, NodeId } from '@quorate/reliable-broadcast/contract';
import type { SenderSet } from './sender-set.js';

/** Every kind that a stable vector reports, beside those of the broadcast; the last two are said of values. */
export const viewFaults: readonly string[] = ['malformed-view', 'conflicting-views', 'double-value', 'malformed-value'];
/** Every kind that approximate agreement adds to those of its collector; `missed-agreement` is said against oneself. */
export const pointFaults: readonly string[] = ['malformed-point', 'missed-agreement'];

const proof = (kind: string, detail: string, evidence: readonly unknown[] = []): Fault => ({
  kind,
  certainty: 'proof',
  detail,
  evidence,
});

/** A view that names nobody known, or fewer than n − f nodes. */
export const malformedView = (round: number, members: SenderSet): Fault =>
  proof('malformed-view', `a view of round ${round} that names unknown nodes or fewer than n − f`, [
    new Uint8Array(members),
  ]);

/** Two views of one node for one round of which neither holds the other: what a node delivered never shrinks. */
export const conflictingViews = (round: number, first: SenderSet, second: SenderSet): Fault =>
  proof('conflicting-views', `two views of round ${round} of which neither contains the other`, [
    first,
    new Uint8Array(second),
  ]);

/** A value of a round that is no point of the declared kind: the wrong dimension, not finite, or out of range. */
export const malformedPoint = (agreement: number, round: number, value: Uint8Array): Fault =>
  proof('malformed-point', `no point of the declared range, in round ${round} of agreement ${agreement}`, [value]);

/** Against ourselves: the others closed the rounds of an agreement before this node had finished it. */
export const missedAgreement = (agreement: number, self: NodeId): Fault =>
  proof(
    'missed-agreement',
    `node ${self} fell so far behind that it missed agreement ${agreement}: it counts among the faulty`,
  );
