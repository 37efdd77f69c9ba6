/**
 * From one agreement to the next: a node that is ready for one says so, and begins when n − f are. [Srikanth, Toueg 87]
 *
 * A round is attempted until it is decided. After a restart of the group the first agreement finds the last round that all correct nodes
 * have decided, and the second what became of the one after it.
 */
import { allCorrect, type Group, type NodeId } from '@quorate/transport/contract';
import type { Agreement } from './agreement.js';
import type { Agreements } from './agreements.js';
import type { Participation } from './arrival.js';
import { compare, type Claims, type Place } from './claims.js';
import type { DecisionLog } from './decision-log.js';
import type { EarlyMessages } from './early-messages.js';
import type { Ledger } from './ledger.js';
import type { Outbox } from './outbox.js';
import type { OwnValues } from './own-values.js';
import type { AgreementMessage } from './stages.js';
import { PeriodTimer, type Timer } from './timer.js';
import { same, type Opinion } from './value.js';

/** What the agreements may do with a node that cannot go on with them. */
export interface Outside {
  /** The others are past what this node takes part in: it comes back with a round above the barrier. */
  join(barrier: number): void;
  /** Now is the time to start anew with others who do. */
  startWithOthers(): void;
}

export interface SuccessionOptions {
  readonly group: Group;
  readonly self: NodeId;
  readonly rounds: number;
  /** Ticks that a step lasts at most. */
  readonly period: number;
}

export interface SuccessionParts {
  readonly log: DecisionLog;
  readonly ledger: Ledger;
  readonly claims: Claims;
  readonly early: EarlyMessages;
  readonly outbox: Outbox;
  readonly agreements: Agreements;
  readonly values: OwnValues;
}

type State =
  /** Is ready for an instance, and waits until n − f are. */
  { readonly kind: 'ready'; readonly place: Place } | { readonly kind: 'running'; readonly agreement: Agreement };

export class Succession implements Participation {
  readonly #options: SuccessionOptions;
  readonly #parts: SuccessionParts;
  readonly #outside: Outside;
  readonly #timer: PeriodTimer;
  /** Undefined: it takes part in nothing. */
  #state: State | undefined;

  constructor(options: SuccessionOptions, parts: SuccessionParts, outside: Outside) {
    this.#options = options;
    this.#parts = parts;
    this.#outside = outside;
    this.#timer = new PeriodTimer(parts.outbox, options.period);
  }

  get running(): boolean {
    return this.#state?.kind === 'running';
  }

  get bound(): boolean {
    const state = this.#state;
    return state?.kind === 'running' ? !state.agreement.waiting : state?.place.round === 0;
  }

  leave(): void {
    this.#timer.cancel();
    this.#state = undefined;
  }

  startedAnew(node: NodeId): void {
    this.#parts.early.forget(node);
    if (this.#state?.kind === 'running') this.#state.agreement.startAnew(node);
  }

  tellPlace(to: NodeId | 'all'): void {
    const place = this.#state?.kind === 'running' ? this.#state.agreement : this.#state?.place;
    if (place === undefined) return;
    const { round, attempt } = place;
    this.#parts.outbox.send(to, { kind: 'ready', round, attempt, decision: this.#parts.log.decisionOf(round - 1) });
  }

  beReady(place: Place): void {
    this.#state = { kind: 'ready', place };
    this.tellPlace('all');
    this.#outside.startWithOthers();
  }

  /** Another node is somewhere, or somewhere else than before. */
  hearReady(): void {
    const state = this.#state;
    if (state?.kind === 'running') this.#finishWithOthers(state.agreement);
    // Whoever has decided all rounds waits for nobody.
    else if (state === undefined || state.place.round > this.#options.rounds) return;
    else if (!this.#leftBehind(state.place)) this.#beginWhenReady(state.place);
  }

  /** The others have decided what this node still wants to: messages came too late. It takes their decision. */
  #leftBehind({ round }: Place): boolean {
    const credible = this.#parts.claims.credible();
    if (credible === undefined || credible.round <= round) return false;
    this.#outside.join(round);
    return true;
  }

  #beginWhenReady(place: Place): void {
    if (this.#parts.claims.reached(place) < allCorrect(this.#options.group)) return;
    const { agreements, early, values } = this.#parts;
    const agreement = agreements.at(place, (round) => values.proposal(round));
    this.#state = { kind: 'running', agreement };
    this.#timer.arm(agreement, 1);
    agreement.begin();
    for (const [from, message] of early.take(place)) agreement.hear(from, message);
    if (agreement.advance()) this.#finish(agreement);
  }

  // ── An agreement ────────────────────────────────────────────────────────────────────────────────────────────

  hear(from: NodeId, message: AgreementMessage): void {
    const { early } = this.#parts;
    const state = this.#state;
    if (state?.kind !== 'running') {
      early.keep(from, message);
      return;
    }
    const order = compare(message, state.agreement);
    if (order > 0) early.keep(from, message);
    if (order !== 0) return;
    state.agreement.hear(from, message);
    if (state.agreement.advance()) this.#finish(state.agreement);
  }

  periodOver(timer: Timer & { readonly kind: 'period' }): void {
    if (!this.#timer.ends(timer) || this.#state?.kind !== 'running') return;
    const { agreement } = this.#state;
    agreement.elapsed(timer.period);
    if (agreement.advance()) this.#finish(agreement);
    else if (agreement.waiting) this.#waitOn(agreement);
    else this.#timer.arm(agreement, timer.period + 1);
  }

  /** Fewer than n − f nodes have settled: more are down than may be, or this node alone is where nobody is. */
  #waitOn(agreement: Agreement): void {
    this.#finishWithOthers(agreement);
    this.#outside.startWithOthers();
  }

  /** f + 1 nodes are past this agreement, so a correct one is, and everybody correct has settled. */
  #finishWithOthers(agreement: Agreement): void {
    const credible = this.#parts.claims.credible();
    if (!agreement.settled || credible === undefined || compare(credible, agreement) <= 0) return;
    if (agreement.attempt === 0 && !agreement.confirmed) {
      // After a restart of this node alone, the others are past what they never were in.
      if (agreement.waiting) this.#outside.join(credible.round);
      return;
    }
    this.#finish(agreement);
  }

  #finish(agreement: Agreement): void {
    const { round, attempt, opinion } = agreement;
    this.#timer.cancel();
    if (round === 0) this.#beginAnew(opinion);
    else if (attempt === 0) this.#recovered(round, opinion);
    else this.#attempted(agreement);
  }

  #attempted({ round, attempt, leader, outcome }: Agreement): void {
    if (outcome === undefined) return this.beReady({ round, attempt: attempt + 1 });
    if (leader === this.#options.self) this.#parts.values.decided(outcome);
    this.#parts.ledger.decide(outcome, attempt, 'agreement');
    this.beReady({ round: round + 1, attempt: 1 });
  }

  // ── After a restart of the group ────────────────────────────────────────────────────────────────────────────

  #beginAnew(parity: Opinion): void {
    this.#parts.claims.forgetBeginning();
    this.beReady({ round: this.#commonRound(parity) + 1, attempt: 0 });
  }

  /**
   * The last round that all correct nodes have decided, from its parity. Whoever has settled a round that it has not decided knows
   * that the others may have; whoever has not knows that nobody can have.
   */
  #commonRound(parity: Opinion): number {
    const { log, ledger } = this.#parts;
    const { last, settled } = log;
    if (same(parity, [last % 2])) return last;
    if (settled?.decision === undefined) return Math.max(0, last - 1);
    // A correct node has decided it, so this node's own settled value is the decision.
    ledger.decide(settled.decision, settled.attempt, 'recovery');
    return log.last;
  }

  #recovered(round: number, opinion: Opinion): void {
    const { log, ledger } = this.#parts;
    if (opinion !== undefined && round === log.last + 1) ledger.decide(opinion, 0, 'recovery');
    this.beReady({ round: log.last + 1, attempt: 1 });
  }
}
