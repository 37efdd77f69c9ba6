/**
 * How a node comes to take part, at its start and whenever it has fallen behind: it says hello, hears where the others are, takes
 * what they decided from f + 1 of them, and begins with them.
 *
 * It has come back alone: the others run, and it joins a round that none of them has begun. Or the whole group has: then all find out where
 * to begin.
 */
import { allCorrect, oneCorrect, type Group, type NodeId } from '@quorate/transport/contract';
import { beginning, type Claims, type Place } from './claims.js';
import type { DecisionLog } from './decision-log.js';
import type { EarlyMessages } from './early-messages.js';
import type { Ledger } from './ledger.js';
import type { Decisions, Hello } from './message.js';
import type { Outbox } from './outbox.js';
import type { Timer } from './timer.js';

/** What whoever arrives may do to the agreements that the node takes part in, and ask about them. */
export interface Participation {
  /** Whether one runs. */
  readonly running: boolean;
  /** Whether it would be wrong to leave now: an agreement is under way, or all are about to begin. */
  readonly bound: boolean;
  /** Takes part, from this place on. */
  beReady(place: Place): void;
  /** Takes part in nothing. */
  leave(): void;
  /** What another node said, it said in an earlier life. */
  startedAnew(node: NodeId): void;
  /** Says where the node is, if it takes part. */
  tellPlace(to: NodeId | 'all'): void;
}

export interface ArrivalOptions {
  readonly group: Group;
  readonly self: NodeId;
  readonly rounds: number;
  /** Ticks in which the others answer. */
  readonly period: number;
  /** Ticks to wait for nodes beyond the first n − f. */
  readonly grace: number;
}

export interface ArrivalParts {
  readonly log: DecisionLog;
  readonly ledger: Ledger;
  readonly claims: Claims;
  readonly early: EarlyMessages;
  readonly outbox: Outbox;
}

/** Has said hello, and hears where the others are. */
interface Starting {
  readonly kind: 'starting';
  asked: boolean;
}

/** The others run without it: it learns what they decided, and takes part from a round above `barrier` on. */
interface Joining {
  readonly kind: 'joining';
  barrier: number;
  /** What all were asked for last: the rounds between these two. */
  asked: { readonly after: number; readonly before: number } | undefined;
}

export class Arrival {
  readonly #options: ArrivalOptions;
  readonly #parts: ArrivalParts;
  readonly #participation: Participation;
  #state: Starting | Joining | { readonly kind: 'there' } = { kind: 'starting', asked: false };
  /** Counts the times that this node has started in this life. */
  #starts = 0;
  /** The grace period of the last start. */
  #grace: 'off' | 'runs' | 'over' = 'off';
  /** Rounds that were decided at the last start: it may have spoken in the one after them. */
  #decidedBefore = 0;

  constructor(options: ArrivalOptions, parts: ArrivalParts, participation: Participation) {
    this.#options = options;
    this.#parts = parts;
    this.#participation = participation;
  }

  /** Whether this node takes part in nothing. */
  get out(): boolean {
    return this.#state.kind !== 'there';
  }

  // ── Starting ────────────────────────────────────────────────────────────────────────────────────────────────

  start(): void {
    const { log, claims, early } = this.#parts;
    this.#participation.leave();
    this.#starts++;
    this.#decidedBefore = log.last;
    this.#state = { kind: 'starting', asked: false };
    claims.clear();
    early.clear();
    this.hello('all');
    this.#armGrace();
  }

  hello(to: NodeId | 'all'): void {
    this.#parts.outbox.send(to, { kind: 'hello', round: this.#parts.log.last });
  }

  #armGrace(): void {
    this.#grace = 'runs';
    this.#parts.outbox.arm({ kind: 'grace', start: this.#starts }, this.#options.grace);
  }

  /** Who waits for nobody any more lets its host rest. */
  #stopWaiting(): void {
    if (this.#grace === 'runs') this.#grace = 'off';
    for (const kind of ['grace', 'answered'] as const) this.#parts.outbox.cancel({ kind, start: this.#starts });
  }

  hearHello(from: NodeId, hello: Hello): void {
    const first = this.#parts.claims.hello(from, hello);
    // Links keep their order.
    this.#participation.startedAnew(from);
    if (!this.out) this.#participation.tellPlace(from);
    else if (first && from !== this.#options.self) this.hello(from);
    if (this.#state.kind === 'starting') this.#askWhenAllAreThere(this.#state);
    else this.startWithOthers();
  }

  /** A grace period or the time for answers is over. */
  expire(timer: Timer & { readonly kind: 'grace' | 'answered' }): void {
    if (timer.start !== this.#starts) return;
    if (timer.kind === 'grace') this.#graceOver();
    else if (this.#state.kind === 'starting') this.#answered();
  }

  #graceOver(): void {
    this.#grace = 'over';
    if (this.#state.kind === 'starting') this.#askWhenAllAreThere(this.#state);
    else this.startWithOthers();
  }

  /**
   * When more nodes than may be faulty have started anew, the group has no common round any more, and must find one. Once
   * in a grace period: otherwise two nodes could wake each other for ever. An agreement shows at its end whether enough
   * take part, and who is at the beginning is where the others come to.
   */
  startWithOthers(): void {
    const { group, self } = this.#options;
    if (this.#participation.bound) return;
    if (this.#parts.claims.starting(self) < oneCorrect(group)) return;
    if (this.#grace === 'over') this.start();
    else if (this.#grace === 'off') this.#armGrace();
  }

  /** When everybody has started, or everybody who will: asks for decisions, and gives the answers a period. */
  #askWhenAllAreThere(state: Starting): void {
    if (state.asked) return;
    const { claims, outbox } = this.#parts;
    const { group, period } = this.#options;
    const started = claims.present;
    const complete = started === group.n || (this.#grace === 'over' && started >= allCorrect(group));
    if (!complete && claims.credible() === undefined) return;
    state.asked = true;
    this.#askForDecided();
    outbox.arm({ kind: 'answered', start: this.#starts }, period);
  }

  #answered(): void {
    const running = this.#parts.claims.credible();
    if (running === undefined) this.#takePart(beginning);
    else this.join(Math.max(running.round, this.#decidedBefore + 1));
  }

  /** Another node is somewhere, or somewhere else than before. */
  hearReady(from: NodeId): void {
    const state = this.#state;
    if (state.kind === 'starting') this.#hearReadyAtStart(state);
    else this.#joinAtBoundary(from);
  }

  #hearReadyAtStart(state: Starting): void {
    const { claims } = this.#parts;
    const begun = claims.beginning >= oneCorrect(this.#options.group);
    if (begun && claims.credible() === undefined) this.#takePart(beginning);
    else this.#askWhenAllAreThere(state);
  }

  #takePart(place: Place): void {
    if (this.#state.kind === 'starting') {
      this.#stopWaiting();
      this.#parts.claims.forgetHellos();
    }
    this.#state = { kind: 'there' };
    this.#participation.beReady(place);
  }

  // ── Joining ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** Takes part again with a round that nobody has begun yet, and in which this node cannot have spoken in an earlier life. */
  join(barrier: number): void {
    if (this.#state.kind === 'starting') this.#stopWaiting();
    this.#participation.leave();
    this.#state = { kind: 'joining', barrier, asked: undefined };
    // Too many may be joining for the others to go on without them: then everybody starts anew.
    this.hello('all');
    this.#joinAtBoundary();
    this.startWithOthers();
  }

  /** The moment at which the others begin a new round is the moment to begin it with them. */
  #joinAtBoundary(from?: NodeId): void {
    const { claims, log } = this.#parts;
    this.#learn();
    const state = this.#state;
    const place = claims.credible();
    if (place === undefined || state.kind !== 'joining') return;
    const reached = claims.reached(place);
    const begun = reached > allCorrect(this.#options.group);
    // The others settle what was open, and with fewer than n − f nobody has begun: they may wait for this one.
    const waiting = place.attempt === 0 && reached < allCorrect(this.#options.group);
    if (place.round > log.last + 1 || (begun && place.round > state.barrier)) {
      // They are past it: the next one, then.
      state.barrier = Math.max(state.barrier, place.round);
      this.#askForMissing(state, from);
    } else if (place.round === log.last + 1 && (waiting || place.round > state.barrier)) {
      this.#takePart(place);
    }
  }

  // ── Learning ────────────────────────────────────────────────────────────────────────────────────────────────

  /** A node tells what was decided. An answer that has helped is a reason to ask on. */
  hearDecisions(from: NodeId, answer: Decisions): void {
    const { log } = this.#parts;
    const before = log.last;
    log.hear(from, answer);
    this.#learn();
    if (log.last === before) return;
    if (this.#state.kind === 'joining') this.#askForMissing(this.#state);
    else this.#askForDecided();
  }

  /** Asks for what f + 1 nodes that start have decided. */
  #askForDecided(): void {
    if (this.#parts.claims.credibleRounds() > this.#parts.log.last) this.#ask('all');
  }

  /**
   * Asks for what was decided before the round that the others are in. All are asked once for the same; after that whoever says where it is may
   * know by now what it did not know then, and is asked alone: a liar that says so again and again has nobody else asked.
   */
  #askForMissing(state: Joining, from?: NodeId): void {
    const { claims, log } = this.#parts;
    const before = claims.credible()?.round ?? 0;
    if (before <= log.last + 1) return;
    const again = state.asked?.after === log.last && state.asked.before === before;
    state.asked = { after: log.last, before };
    this.#ask(again && from !== undefined ? from : 'all');
  }

  #ask(whom: NodeId | 'all'): void {
    this.#parts.outbox.send(whom, { kind: 'ask', round: this.#parts.log.last + 1 });
  }

  /** Decides what f + 1 nodes say was decided. */
  #learn(): void {
    if (this.#participation.running) return;
    const { log, ledger, claims } = this.#parts;
    const before = log.last;
    for (;;) {
      const decision = log.learned() ?? claims.decisionOf(log.last + 1);
      if (decision === undefined) break;
      ledger.decide(decision, 0, 'catch-up');
    }
    // It was ready for a round that the others have decided. That it has decided itself what they are about to settle is no reason to leave.
    if (log.last > before && !this.out && !this.#participation.bound) this.join(log.last);
    if (this.#state.kind === 'joining' && log.last >= this.#options.rounds) {
      this.#takePart({ round: log.last + 1, attempt: 1 });
    }
  }
}
