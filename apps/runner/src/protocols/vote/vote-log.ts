/** What one node tells of its votes and decisions. */
import { createHash } from 'node:crypto';
import type { Ballot, Batch, DecidedBy, Opinion, Output } from '@quorate/voting';
import type { OutputLog, OutputSummary } from '../protocol.js';

/** One attempt as a node saw it. */
export interface Attempt {
  readonly round: number;
  readonly attempt: number;
  readonly leader: number;
  /** Of the leader, where anything acceptable came. */
  readonly value: Opinion;
  /** The first vote, by node. */
  readonly votes: readonly Ballot[];
}

/** Decisions in the order in which they were told. Plain data, and compact: it crosses threads. */
export interface Decisions {
  readonly rounds: Uint32Array;
  readonly attempts: Uint32Array;
  /** Places in {@link ways}. */
  readonly by: Uint8Array;
  /** Values of all decisions, one after the other, and where each one ends. */
  readonly values: Float64Array;
  readonly ends: Uint32Array;
}

/** What one node's outputs came to. */
export interface VoteRecord extends OutputSummary {
  readonly decisions: Decisions;
  /** Of the first rounds. */
  readonly attempts: readonly Attempt[];
  /** Attempts that this node took part in, and of those that decided a round: the votes for it, and how many there could have been. */
  readonly attempted: number;
  readonly yes: number;
  readonly ballots: number;
}

/** Rounds of which a node remembers who voted what, and whose decisions documents show. */
const shownRounds = 1000;

/** How a node may have come to a decision. */
const ways: readonly DecidedBy[] = ['agreement', 'recovery', 'catch-up', 'log'];

export class VoteLog implements OutputLog<Output, VoteRecord> {
  readonly #rounds: number[] = [];
  readonly #attempts: number[] = [];
  readonly #by: number[] = [];
  readonly #values: number[] = [];
  readonly #ends: number[] = [];
  readonly #shown: Attempt[] = [];
  /** Decisions of the first rounds. */
  readonly #first: Batch[] = [];
  readonly #hash = createHash('sha256');
  #last = 0;
  #open = false;
  #attempted = 0;
  #yes = 0;
  #ballots = 0;
  #proposal: (Output & { readonly kind: 'proposal' }) | undefined;
  #votes: Attempt | undefined;

  /** Rounds decided, without repetitions. */
  get count(): number {
    return this.#last;
  }

  record(output: Output): void {
    switch (output.kind) {
      case 'proposal':
        this.#proposal = output;
        break;
      case 'votes':
        this.#voted(output);
        break;
      case 'decision':
        this.#decided(output);
    }
  }

  summary(): VoteRecord {
    return {
      count: this.#last,
      sha256: this.#hash.copy().digest('hex'),
      unrecorded: 0,
      open: this.#open,
      shown: { decisions: this.#first },
      decisions: {
        rounds: Uint32Array.from(this.#rounds),
        attempts: Uint32Array.from(this.#attempts),
        by: Uint8Array.from(this.#by),
        values: Float64Array.from(this.#values),
        ends: Uint32Array.from(this.#ends),
      },
      attempts: this.#shown,
      attempted: this.#attempted,
      yes: this.#yes,
      ballots: this.#ballots,
    };
  }

  #voted({ round, attempt, votes }: Output & { readonly kind: 'votes' }): void {
    const proposal = this.#proposal;
    if (proposal === undefined || proposal.round !== round || proposal.attempt !== attempt) return;
    const { leader, value } = proposal;
    this.#votes = { round, attempt, leader, value, votes };
    this.#attempted++;
    if (round <= shownRounds) this.#shown.push(this.#votes);
  }

  #decided({ round, attempt, value, by }: Output & { readonly kind: 'decision' }): void {
    this.#rounds.push(round);
    this.#attempts.push(attempt);
    this.#by.push(ways.indexOf(by));
    for (const one of value) this.#values.push(one);
    this.#ends.push(this.#values.length);
    if (value.length === 0) this.#open = true;
    if (round > this.#last) {
      this.#last = round;
      if (round === this.#first.length + 1 && round <= shownRounds) this.#first.push(value);
      this.#hash.update(`${round}:${value.join()}\n`);
    }
    const votes = this.#votes;
    if (votes?.round !== round || votes.attempt !== attempt) return;
    this.#yes += yesOf(votes);
    this.#ballots += votes.votes.length;
  }
}

/** What one node's outputs came to, all at once. */
export function summaryOf(outputs: readonly Output[]): VoteRecord {
  const log = new VoteLog();
  for (const output of outputs) log.record(output);
  return log.summary();
}

/** Votes for the proposal: a leader's proposal is its own. */
export const yesOf = ({ leader, value, votes }: Attempt): number =>
  votes.filter((vote, node) => (node === leader ? value !== undefined : vote === 'yes')).length;

/** Decisions one by one, in the order in which they were told. */
export function* decisionsIn({ rounds, attempts, by, values, ends }: Decisions): Generator<{
  readonly round: number;
  readonly attempt: number;
  readonly by: DecidedBy;
  readonly value: Batch;
}> {
  for (const [place, round] of rounds.entries()) {
    const value = [...values.subarray(place === 0 ? 0 : ends[place - 1], ends[place])];
    yield { round, attempt: attempts[place] ?? 0, by: ways[by[place] ?? 0] ?? 'agreement', value };
  }
}
