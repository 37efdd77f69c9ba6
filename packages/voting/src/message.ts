/**
 * The messages of voting, with their wire format beside them. An *instance* is one agreement: an attempt of a round (from 1),
 * or, after a restart, round 0 (where to begin) and attempt 0 of a round (what became of it).
 */
import { boolean, integer, list, optional, union, type Group, type Schema } from '@quorate/transport/contract';
import { batchSchema, type Batch, type Opinion } from './value.js';

interface Instance {
  /** Rounds count from 1. Each ends in one decision. */
  readonly round: number;
  /** Attempts of a round count from 1; each has another leader. */
  readonly attempt: number;
}

/** The leader: "let us decide this". Without a value it has none. */
export interface Proposal extends Instance {
  readonly kind: 'proposal';
  readonly value: Opinion;
}

/** [Berman, Garay, Perry 89] "value": what the node holds at the start of a phase. */
export interface Vote extends Instance {
  readonly kind: 'vote';
  readonly phase: number;
  readonly value: Opinion;
}

/** "propose": n − f nodes voted for this; or, not `supported`, for nothing. */
export interface Support extends Instance {
  readonly kind: 'support';
  readonly phase: number;
  readonly supported: boolean;
  readonly value: Opinion;
}

/** The king's own opinion, for whoever has seen no strong majority. */
export interface Decree extends Instance {
  readonly kind: 'decree';
  readonly phase: number;
  readonly value: Opinion;
}

/** "What this instance comes to stands on my disk." */
export interface Settled extends Instance {
  readonly kind: 'settled';
}

/** "I am ready for this instance", with the decision of the round before it. */
export interface Ready extends Instance {
  readonly kind: 'ready';
  readonly decision: Batch | undefined;
}

/** A node that has just started: it has decided the rounds below `round`. */
export interface Hello {
  readonly kind: 'hello';
  readonly round: number;
}

/** "What was decided from this round on?" */
export interface Ask {
  readonly kind: 'ask';
  readonly round: number;
}

/** Decisions of consecutive rounds, from `round` on. */
export interface Decisions {
  readonly kind: 'decisions';
  readonly round: number;
  readonly decisions: readonly Batch[];
}

export type Message = Proposal | Vote | Support | Decree | Settled | Ready | Hello | Ask | Decisions;

/** Decisions in one answer at most. */
export const decisionsPerAnswer = 16;

/** Rounds fit 32 bits. */
export const maxRound: number = 2 ** 32 - 1;

/** More retries are of no use: every node has led by then. */
export const maxAttempts = 1024;

/** The wire format: `[case, round, attempt, …]`, cases numbered in this order. */
export function messageSchema({ f }: Group): Schema<Message> {
  const round = integer({ max: maxRound, meaning: 'round' });
  const instance = { round, attempt: integer({ max: maxAttempts, meaning: 'attempt' }) };
  const phase = integer({ max: f, meaning: 'phase' });
  const value = optional(batchSchema);
  return union<Message>({
    proposal: { ...instance, value },
    vote: { ...instance, phase, value },
    support: { ...instance, phase, supported: boolean(), value },
    decree: { ...instance, phase, value },
    settled: instance,
    ready: { ...instance, decision: value },
    hello: { round },
    ask: { round },
    decisions: { round, decisions: list(batchSchema, { min: 1, max: decisionsPerAnswer }) },
  });
}
