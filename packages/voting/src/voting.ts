/**
 * Voting: a leader proposes, everybody votes, kings settle; round after round, each with exactly one decision, n > 3f.
 *
 * Assumes synchrony: what a correct node sends arrives within a third of the period, and links keep their order. Then all correct
 * nodes decide alike, a correct leader's acceptable value at its first attempt. What comes too late counts as not sent, and with
 * more of that than f nodes' worth the nodes can decide differently.
 *
 * A node that restarts with its records takes back nothing that it decided. One restarted node stays out until it has learned
 * what the others decided from f + 1 of them; a restarted group first settles the round that was open.
 *
 * Between two agreements the nodes agree to go on: a node that is ready says so, and begins when n − f are. So all correct nodes begin
 * within two delays of each other, without clocks that agree. [Srikanth, Toueg 87]
 */
import {
  allCorrect,
  noEffects,
  oneCorrect,
  QuorateError,
  type DurableProtocol,
  type Effect,
  type Fault,
  type Group,
  type NodeId,
  type Schema,
  type Step,
  type TimedProtocol,
} from '@quorate/transport/contract';
import { isOfAgreement, type Agreement, type AgreementMessage, type Surroundings } from './agreement.js';
import { Agreements } from './agreements.js';
import { beginning, Claims, compare, type Place } from './claims.js';
import { DecisionLog } from './decision-log.js';
import { EarlyMessages } from './early-messages.js';
import { contradiction, dissent } from './faults.js';
import { messageSchema, type Message, type Ready, type Vote } from './message.js';
import { checkOptions, type VotingOptions } from './options.js';
import type { Ballot, DecidedBy, Output } from './output.js';
import { recordSchema, type LogRecord } from './record.js';
import { belowThousand, same, type Batch, type Opinion } from './value.js';

/** Timers, by name. Each is named after what it was armed for, so that one that fires late means nothing. */
export type Timer =
  /** So many periods of an agreement are over. */
  | { readonly kind: 'period'; readonly round: number; readonly attempt: number; readonly period: number }
  /** Whoever has not started by now is not waited for. */
  | { readonly kind: 'grace'; readonly start: number }
  /** The others have answered. */
  | { readonly kind: 'answered'; readonly start: number };

type VotingStep = Step<Message, Output, Timer, LogRecord>;

/** Own values that may wait to be proposed. */
const mostWaiting = 65_536;

/** Where a node is in its life. */
type State =
  /** Has said hello, and hears where the others are. */
  | { readonly kind: 'starting'; asked: boolean; patient: boolean }
  /** The others run without it: it learns what they decided, and takes part from a round above `barrier` on. */
  | { readonly kind: 'joining'; barrier: number }
  /** Is ready for an instance, and waits until n − f are. */
  | { readonly kind: 'ready'; readonly place: Place }
  | { readonly kind: 'running'; readonly agreement: Agreement };

export class Voting
  implements
    TimedProtocol<number, Message, Output, Timer, LogRecord>,
    DurableProtocol<number, Message, Output, LogRecord, Timer>
{
  readonly schema: Schema<Message>;
  readonly recordSchema: Schema<LogRecord> = recordSchema;
  readonly #group: Group;
  readonly #self: NodeId;
  readonly #rounds: number;
  readonly #retries: number;
  readonly #batch: number;
  readonly #period: number;
  readonly #grace: number;
  readonly #keep: number;
  readonly #propose: ((round: number) => Opinion) | undefined;
  readonly #log: DecisionLog;
  readonly #claims: Claims;
  readonly #early: EarlyMessages;
  readonly #waiting: number[] = [];
  readonly #agreements: Agreements;
  #state: State = { kind: 'starting', asked: false, patient: true };
  /** Counts the times that this node has said hello in this life. */
  #starts = 0;
  /** A grace period since the last hello is over. */
  #calm = false;
  #graceRuns = false;
  /** Rounds that were decided when it last said hello: it may have spoken in the one after them. */
  #decidedBefore = 0;
  #effects: Effect<Message, Output, Timer, LogRecord>[] = [];

  /** Throws Q7001 on options that are none. */
  constructor(options: VotingOptions) {
    checkOptions(options);
    const {
      group,
      self,
      rule = belowThousand,
      quorum = 'kings',
      rounds = 1,
      retries = 3,
      batch = 1,
      period = 100,
    } = options;
    this.#group = group;
    this.#self = self;
    this.#rounds = rounds;
    this.#retries = retries;
    this.#batch = batch;
    this.#period = period;
    this.#grace = options.grace ?? 20 * period;
    this.#keep = options.keep ?? 65_536;
    this.#propose = options.propose;
    this.schema = messageSchema(group);
    this.#log = new DecisionLog(group);
    this.#claims = new Claims(group);
    this.#early = new EarlyMessages(group);
    this.#agreements = new Agreements({ group, self, rule, quorum }, this.#log, this.#surroundings());
  }

  get ready(): boolean {
    return this.#waiting.length < mostWaiting;
  }

  /** The last decided round; 0 at first. */
  get decided(): number {
    return this.#log.last;
  }

  /** The decision of a round, if it is decided and still kept. An empty batch: every attempt came to NO. */
  decisionOf(round: number): Batch | undefined {
    return this.#log.decisionOf(round);
  }

  /** A value that this node proposes when it leads. Throws Q7002 on what is no whole number, Q7003 when too many wait. */
  input(value: number): VotingStep {
    if (!Number.isSafeInteger(value))
      throw new QuorateError('Q7002', `${value} is no whole number`, 'propose whole numbers');
    if (!this.ready) throw new QuorateError('Q7003', `${mostWaiting} values wait to be proposed`, 'wait until `ready`');
    this.#waiting.push(value);
    return noEffects;
  }

  restore(records: readonly LogRecord[]): VotingStep {
    this.#log.restore(records);
    for (let round = this.#log.first; round <= this.#log.last; round++) {
      const value = this.#log.decisionOf(round) ?? [];
      this.#effects.push({ kind: 'output', value: { kind: 'decision', round, attempt: 0, value, by: 'log' } });
    }
    this.#start();
    return this.#done();
  }

  receive(from: NodeId, message: Message): VotingStep {
    if (isOfAgreement(message)) this.#hear(from, message);
    else if (message.kind === 'ready') this.#hearReady(from, message);
    else if (message.kind === 'hello') this.#hearHello(from, message.round);
    else if (message.kind === 'decisions') {
      const before = this.#log.last;
      this.#log.hear(from, message);
      this.#learn();
      if (this.#log.last > before) this.#askOn();
    } else {
      const answer = this.#log.answer(from, message);
      if (answer !== undefined) this.#send(from, answer);
    }
    return this.#done();
  }

  /** Frames of the peer were lost: it is told where this node is. */
  reopened(peer: NodeId): VotingStep {
    this.#log.welcome(peer);
    if (this.#isOut) this.#hello(peer);
    else this.#tellPlace(peer);
    return this.#done();
  }

  expire(timer: Timer): VotingStep {
    const state = this.#state;
    if (timer.kind === 'period') {
      const due = timer.period === this.#armedPeriod?.period && compare(timer, this.#armedPeriod) === 0;
      if (due && state.kind === 'running') this.#periodOver(state.agreement, timer.period);
    } else if (timer.start === this.#starts) {
      if (timer.kind === 'grace') this.#graceOver();
      else if (state.kind === 'starting') this.#answered();
    }
    return this.#done();
  }

  #done(): VotingStep {
    const effects = this.#effects;
    if (effects.length === 0) return noEffects;
    this.#effects = [];
    return effects;
  }

  #say(message: Message): void {
    this.#send('all', message);
  }

  #send(to: NodeId | 'all', message: Message): void {
    this.#effects.push({ kind: 'send', to, message });
  }

  // ── Starting ────────────────────────────────────────────────────────────────────────────────────────────────

  #start(): void {
    this.#stopWaiting();
    this.#graceRuns = false;
    this.#starts++;
    this.#calm = false;
    this.#decidedBefore = this.#log.last;
    this.#state = { kind: 'starting', asked: false, patient: true };
    this.#cancelPeriod();
    this.#claims.clear();
    this.#early.clear();
    this.#hello('all');
    this.#armGrace();
  }

  /** Whether this node takes part in nothing. */
  get #isOut(): boolean {
    return this.#state.kind === 'starting' || this.#state.kind === 'joining';
  }

  #hello(to: NodeId | 'all'): void {
    this.#send(to, { kind: 'hello', round: this.#log.last });
  }

  #armGrace(): void {
    if (this.#graceRuns) return;
    this.#graceRuns = true;
    this.#arm({ kind: 'grace', start: this.#starts }, this.#grace);
  }

  /** Who waits for nobody any more lets its host rest. */
  #stopWaiting(): void {
    if (this.#state.kind !== 'starting' || this.#starts === 0) return;
    this.#graceRuns = false;
    for (const kind of ['grace', 'answered'] as const) {
      this.#effects.push({ kind: 'cancel', timer: { kind, start: this.#starts } });
    }
  }

  #hearHello(from: NodeId, round: number): void {
    const first = this.#claims.hello(from, { kind: 'hello', round });
    // Links keep their order: what it had said before, it said in an earlier life.
    this.#early.forget(from);
    if (!this.#isOut) this.#tellPlace(from);
    else if (first && from !== this.#self) this.#hello(from);
    if (this.#state.kind === 'starting') this.#askWhenAllAreThere(this.#state);
    else this.#startWithOthers();
  }

  #graceOver(): void {
    const state = this.#state;
    this.#calm = true;
    this.#graceRuns = false;
    if (state.kind !== 'starting') {
      this.#startWithOthers();
      return;
    }
    state.patient = false;
    this.#askWhenAllAreThere(state);
  }

  /**
   * When more nodes than may be faulty have started anew, the group has no common round any more, and must find one. Once
   * in a grace period: otherwise two nodes could wake each other for ever. An agreement shows at its end whether enough
   * take part, and who is at the beginning is where the others come to.
   */
  #startWithOthers(): void {
    const state = this.#state;
    if (state.kind === 'starting' || (state.kind === 'ready' && state.place.round === 0)) return;
    if (state.kind === 'running' && !state.agreement.waiting) return;
    if (this.#claims.starting(this.#self) < oneCorrect(this.#group)) return;
    if (this.#calm) this.#start();
    else this.#armGrace();
  }

  /** When everybody has started, or everybody who will: asks for decisions, and gives the answers a period. */
  #askWhenAllAreThere(state: State & { readonly kind: 'starting' }): void {
    if (state.asked) return;
    const started = this.#claims.present;
    const complete = started === this.#group.n || (!state.patient && started >= allCorrect(this.#group));
    if (!complete && this.#claims.credible() === undefined) return;
    state.asked = true;
    if (this.#claims.credibleRounds() > this.#log.last) this.#say({ kind: 'ask', round: this.#log.last + 1 });
    this.#arm({ kind: 'answered', start: this.#starts }, this.#period);
  }

  #answered(): void {
    const running = this.#claims.credible();
    if (running !== undefined) {
      this.#join(Math.max(running.round, this.#decidedBefore + 1));
    } else {
      this.#beReady(beginning);
    }
  }

  /** Takes part again with a round that nobody has begun yet, and in which this node cannot have spoken in an earlier life. */
  #join(barrier: number): void {
    this.#stopWaiting();
    this.#state = { kind: 'joining', barrier };
    // Too many may be joining for the others to go on without them: then everybody starts anew.
    this.#hello('all');
    this.#learn();
    if (this.#state.kind === 'joining') this.#joinAtBoundary(this.#state);
    this.#startWithOthers();
  }

  /** An answer has helped: whatever is missing still. */
  #askOn(): void {
    if (this.#state.kind === 'joining') this.#askForMissing();
    else if (this.#state.kind === 'starting' && this.#claims.credibleRounds() > this.#log.last) {
      this.#say({ kind: 'ask', round: this.#log.last + 1 });
    }
  }

  #askForMissing(): void {
    const credible = this.#claims.credible();
    if (credible !== undefined && credible.round > this.#log.last + 1)
      this.#say({ kind: 'ask', round: this.#log.last + 1 });
  }

  /** Decides what f + 1 nodes say was decided. */
  #learn(): void {
    if (this.#state.kind === 'running') return;
    for (;;) {
      const decision = this.#log.learned() ?? this.#claims.decisionOf(this.#log.last + 1);
      if (decision === undefined) break;
      this.#decide(decision, 0, 'catch-up');
    }
    const state = this.#state;
    if (state.kind === 'ready' && state.place.round > 0 && state.place.round <= this.#log.last)
      this.#join(this.#log.last);
    if (state.kind === 'joining' && this.#log.last >= this.#rounds) this.#beReady(this.#next);
  }

  // ── From one agreement to the next ──────────────────────────────────────────────────────────────────────────

  /** Says that this node is ready for an instance. */
  #beReady(place: Place): void {
    if (this.#state.kind === 'starting') {
      this.#stopWaiting();
      this.#claims.forgetHellos();
    }
    this.#state = { kind: 'ready', place };
    this.#tellPlace('all');
    this.#startWithOthers();
  }

  /** The round after the last decided one. */
  get #next(): Place {
    return { round: this.#log.last + 1, attempt: 1 };
  }

  #tellPlace(to: NodeId | 'all'): void {
    const state = this.#state;
    const place = state.kind === 'ready' ? state.place : state.kind === 'running' ? state.agreement : undefined;
    if (place === undefined) return;
    const { round, attempt } = place;
    this.#send(to, { kind: 'ready', round, attempt, decision: this.#log.decisionOf(round - 1) });
  }

  #hearReady(from: NodeId, ready: Ready): void {
    const decided = this.#log.decisionOf(ready.round - 1);
    if (decided !== undefined && ready.decision !== undefined && !same(decided, ready.decision)) {
      this.#accuse(from, contradiction(ready.round - 1));
    }
    this.#claims.ready(from, ready);
    const state = this.#state;
    switch (state.kind) {
      case 'starting':
        this.#hearReadyAtStart(state);
        break;
      case 'joining':
        this.#joinAtBoundary(state);
        break;
      case 'ready':
        if (!this.#leftBehind(state.place)) this.#beginWhenReady(state.place);
        break;
      case 'running':
        this.#finishWithOthers(state.agreement);
    }
  }

  #hearReadyAtStart(state: State & { readonly kind: 'starting' }): void {
    const begun = this.#claims.beginning;
    if (this.#claims.credible() === undefined && begun >= oneCorrect(this.#group)) this.#beReady(beginning);
    else this.#askWhenAllAreThere(state);
  }

  /** The moment at which the others begin a new round is the moment to begin it with them. */
  #joinAtBoundary(state: State & { readonly kind: 'joining' }): void {
    this.#learn();
    const place = this.#claims.credible();
    if (place === undefined || this.#state !== state) return;
    const reached = this.#claims.reached(place);
    const begun = reached > allCorrect(this.#group);
    // The others settle what was open, and with fewer than n − f nobody has begun: they may wait for this one.
    const waiting = place.attempt === 0 && reached < allCorrect(this.#group);
    if (place.round > this.#log.last + 1 || (begun && place.round > state.barrier)) {
      // They are past it: the next one, then.
      state.barrier = Math.max(state.barrier, place.round);
      this.#askForMissing();
    } else if (place.round === this.#log.last + 1 && (waiting || place.round > state.barrier)) {
      this.#beReady(place);
    }
  }

  /** The others have decided what this node still wants to: messages came too late. It takes their decision. */
  #leftBehind({ round }: Place): boolean {
    const credible = this.#claims.credible();
    if (credible === undefined || credible.round <= round) return false;
    this.#join(round);
    return true;
  }

  #beginWhenReady(place: Place): void {
    if (place.round > this.#rounds || this.#claims.reached(place) < allCorrect(this.#group)) return;
    this.#begin(place);
  }

  #begin(place: Place): void {
    const agreement = this.#agreements.at(place, this.#proposal(place));
    this.#state = { kind: 'running', agreement };
    this.#armPeriod(agreement, 1);
    agreement.begin();
    for (const [from, message] of this.#early.take(place)) agreement.hear(from, message);
    if (agreement.advance()) this.#finish(agreement);
  }

  #proposal({ round }: Place): Opinion {
    if (this.#propose !== undefined) return this.#propose(round)?.slice(0, this.#batch);
    return this.#waiting.length === 0 ? undefined : this.#waiting.slice(0, this.#batch);
  }

  // ── An agreement ────────────────────────────────────────────────────────────────────────────────────────────

  #hear(from: NodeId, message: AgreementMessage): void {
    const state = this.#state;
    if (state.kind !== 'running') {
      this.#early.keep(from, message);
      return;
    }
    const order = compare(message, state.agreement);
    if (order > 0) this.#early.keep(from, message);
    if (order !== 0) return;
    state.agreement.hear(from, message);
    if (state.agreement.advance()) this.#finish(state.agreement);
  }

  #periodOver(agreement: Agreement, period: number): void {
    agreement.elapsed(period);
    if (agreement.advance()) this.#finish(agreement);
    else if (agreement.waiting) this.#waitOn(agreement);
    else this.#armPeriod(agreement, period + 1);
  }

  /** Fewer than n − f nodes have settled: more are down than may be, or this node alone is where nobody is. */
  #waitOn(agreement: Agreement): void {
    this.#finishWithOthers(agreement);
    this.#startWithOthers();
  }

  /** f + 1 nodes are past this agreement, so a correct one is, and everybody correct has settled. */
  #finishWithOthers(agreement: Agreement): void {
    const credible = this.#claims.credible();
    if (!agreement.settled || credible === undefined || compare(credible, agreement) <= 0) return;
    if (agreement.attempt === 0 && !agreement.confirmed) {
      // After a restart of this node alone, the others are past what they never were in.
      if (agreement.waiting) this.#join(credible.round);
      return;
    }
    agreement.finish();
    this.#finish(agreement);
  }

  #finish(agreement: Agreement): void {
    const { round, attempt, opinion } = agreement;
    this.#cancelPeriod();
    if (round === 0) {
      this.#claims.forgetBeginning();
      return this.#beReady({ round: this.#commonRound(opinion) + 1, attempt: 0 });
    }
    if (attempt === 0) return this.#recovered(round, opinion);
    const decision = this.#outcome(agreement);
    if (decision === undefined) return this.#beReady({ round, attempt: attempt + 1 });
    this.#consume(agreement, decision);
    this.#decide(decision, attempt, 'agreement');
    this.#beReady({ round: round + 1, attempt: 1 });
  }

  /** What an attempt decides; undefined: it came to NO, and another follows. */
  #outcome({ attempt, opinion }: Agreement): Batch | undefined {
    return opinion ?? (attempt > this.#retries ? [] : undefined);
  }

  /** Own values that were decided are not proposed again. */
  #consume({ leader }: Agreement, decision: Batch): void {
    if (leader !== this.#self || !same(decision, this.#waiting.slice(0, decision.length))) return;
    this.#waiting.splice(0, decision.length);
  }

  #decide(decision: Batch, attempt: number, by: DecidedBy): void {
    this.#log.decide(decision);
    const round = this.#log.last;
    this.#effects.push({ kind: 'persist', record: { kind: 'decided', round, decision } });
    this.#effects.push({ kind: 'output', value: { kind: 'decision', round, attempt, value: decision, by } });
    if (round - this.#log.first >= 2 * this.#keep) this.#compact();
  }

  #compact(): void {
    const [first, ...rest] = this.#log.keep(this.#keep);
    if (first !== undefined) this.#effects.push({ kind: 'compact', records: [first, ...rest] });
  }

  // ── After a restart of the group ────────────────────────────────────────────────────────────────────────────

  /**
   * The last round that all correct nodes have decided, from its parity. Whoever has settled a round that it has not decided knows
   * that the others may have; whoever has not knows that nobody can have.
   */
  #commonRound(parity: Opinion): number {
    const { last, settled } = this.#log;
    if (same(parity, [last % 2])) return last;
    if (settled?.decision === undefined) return Math.max(0, last - 1);
    // A correct node has decided it, so this node's own settled value is the decision.
    this.#decide(settled.decision, settled.attempt, 'recovery');
    return this.#log.last;
  }

  #recovered(round: number, opinion: Opinion): void {
    if (opinion !== undefined && round === this.#log.last + 1) this.#decide(opinion, 0, 'recovery');
    this.#beReady(this.#next);
  }

  // ── What agreements do to this node ─────────────────────────────────────────────────────────────────────────

  #surroundings(): Surroundings {
    return {
      say: (message) => this.#say(message),
      accuse: (peer, fault) => this.#accuse(peer, fault),
      proposed: (agreement, opinion) => this.#proposed(agreement, opinion),
      voted: (agreement, votes) => this.#voted(agreement, votes),
      settle: (agreement) => this.#settle(agreement),
    };
  }

  #proposed({ round, attempt, leader }: Agreement, value: Opinion): void {
    this.#effects.push({ kind: 'output', value: { kind: 'proposal', round, attempt, leader, value } });
  }

  #voted(agreement: Agreement, votes: readonly (Vote | undefined)[]): void {
    const { round, attempt, opinion } = agreement;
    if (attempt === 0) return;
    const ballots = votes.map((vote): Ballot => ballotOf(vote, opinion));
    for (const [node, ballot] of ballots.entries()) {
      if (opinion !== undefined && (ballot === 'no' || ballot === 'other'))
        this.#accuse(node as NodeId, dissent(round));
    }
    this.#effects.push({ kind: 'output', value: { kind: 'votes', round, attempt, votes: ballots } });
  }

  #settle(agreement: Agreement): void {
    const { round, attempt, opinion } = agreement;
    if (round !== this.#log.last + 1) return;
    const decision = attempt === 0 ? opinion : this.#outcome(agreement);
    const record = { kind: 'settled', round, attempt, decision } as const;
    this.#log.settle(record);
    this.#effects.push({ kind: 'persist', record });
  }

  #accuse(peer: NodeId, fault: Fault): void {
    if (peer !== this.#self) this.#effects.push({ kind: 'fault', peer, fault });
  }

  // ── Timers ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** The only period that may end: timers that fire late, twice or after they were cancelled end none. */
  #armedPeriod: (Timer & { readonly kind: 'period' }) | undefined;

  #armPeriod({ round, attempt }: Place, period: number): void {
    this.#armedPeriod = { kind: 'period', round, attempt, period };
    this.#arm(this.#armedPeriod, this.#period);
  }

  #cancelPeriod(): void {
    if (this.#armedPeriod !== undefined) this.#effects.push({ kind: 'cancel', timer: this.#armedPeriod });
    this.#armedPeriod = undefined;
  }

  #arm(timer: Timer, ticks: number): void {
    this.#effects.push({ kind: 'arm', timer, ticks });
  }
}

function ballotOf(vote: Vote | undefined, opinion: Opinion): Ballot {
  if (vote === undefined) return 'missing';
  if (vote.value === undefined) return 'no';
  return opinion === undefined || same(vote.value, opinion) ? 'yes' : 'other';
}
