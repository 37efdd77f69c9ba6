/**
 * One agreement in synchronous steps: a leader proposes, everybody votes, kings settle what the votes left open.
 *
 * [Berman, Garay, Perry 89], in the three-step form of Wattenhofer's lecture notes ("king algorithm"), n > 3f. Each of its f + 1
 * phases has another king, so one of them is correct; from a correct king's phase on all correct nodes hold one opinion, and a
 * phase never changes an opinion that all correct nodes hold.
 *
 * A step is over when its period has passed, or before that when everything has arrived that could count in it: then
 * waiting cannot change what it comes to. Deadlines count from the start of the agreement, so whoever is early waits for nobody's
 * slowness twice.
 */
import { allCorrect, nodeIds, oneCorrect, type Fault, type Group, type NodeId } from '@quorate/transport/contract';
import { equivocation, missing, unentitled } from './faults.js';
import type { Vote } from './message.js';
import { phaseOf, stagesOf, type AgreementMessage, type Quorum, type Stage } from './stages.js';
import type { Opinion } from './value.js';
import { Words } from './words.js';

/** How an agreement acts on the node that it runs in. */
export interface Surroundings {
  say(message: AgreementMessage): void;
  accuse(peer: NodeId, fault: Fault): void;
  /** The proposal step is over: what this node makes of the leader's value. */
  proposed(agreement: Agreement, opinion: Opinion): void;
  /** The first vote is over. */
  voted(agreement: Agreement, votes: readonly (Vote | undefined)[]): void;
  /** The opinion will not change: it must be durable before anything more is said. */
  settle(agreement: Agreement): void;
}

export interface AgreementOptions {
  readonly group: Group;
  readonly self: NodeId;
  readonly round: number;
  readonly attempt: number;
  /** Proposes, and is the first king; the kings after it follow by number. */
  readonly leader: NodeId;
  readonly quorum: Quorum;
  /** Whether the leader proposes; otherwise everybody begins with an opinion. */
  readonly proposed: boolean;
  /** What this node proposes if it leads, or begins with. */
  readonly own: Opinion;
  /** Whether a leader or king may say this. */
  readonly acceptable: (opinion: Opinion) => boolean;
  /** What a king that says nothing acceptable is taken to say. */
  readonly fallback: Opinion;
  /** What NO comes to: in the last attempt the empty batch, which closes the round. */
  readonly instead: Opinion;
}

export class Agreement {
  readonly round: number;
  readonly attempt: number;
  readonly leader: NodeId;
  /** What this node holds. */
  opinion: Opinion = undefined;
  readonly #options: AgreementOptions;
  readonly #around: Surroundings;
  readonly #stages: readonly Stage[];
  readonly #words: Words;
  #at = 0;
  #periods = 0;
  /** n − f nodes supported what this node holds: a king cannot change it. */
  #sure = false;

  constructor(options: AgreementOptions, around: Surroundings) {
    const { group, round, attempt, leader, proposed, quorum } = options;
    this.#options = options;
    this.#around = around;
    this.round = round;
    this.attempt = attempt;
    this.leader = leader;
    this.#stages = stagesOf(group, quorum, proposed);
    this.#words = new Words(this.#stages.length);
  }

  get over(): boolean {
    return this.#at === this.#stages.length;
  }

  /** Whether only the others are waited for: this node has settled. */
  get settled(): boolean {
    return this.#stages[this.#at]?.kind === 'settled';
  }

  /** Whether the last period is over, and too few have settled. */
  get waiting(): boolean {
    return this.settled && this.#periods > this.#at;
  }

  /** Whether n − f nodes have settled, as all correct ones do in time. */
  get confirmed(): boolean {
    return this.#words.count(this.#stages.length - 1) >= allCorrect(this.#options.group);
  }

  /** What it comes to, as things stand; `undefined`: NO, and another attempt follows. */
  get outcome(): Opinion {
    return this.opinion ?? this.#options.instead;
  }

  /** Starts the first step. */
  begin(): void {
    this.opinion = this.#options.own;
    this.#enter();
  }

  /** Takes what a node says; the first word of each node in each step counts. */
  hear(from: NodeId, message: AgreementMessage): void {
    const stage = this.#stages.findIndex((one) => one.kind === message.kind && one.phase === phaseOf(message));
    const speaker = this.#speaker(stage);
    if (stage < 0 || (speaker !== undefined && speaker !== from)) {
      this.#around.accuse(from, unentitled(message.kind, message.round));
      return;
    }
    const before = this.#words.hear(stage, from, message);
    if (before !== undefined) this.#around.accuse(from, equivocation(before, message));
  }

  /** A node started anew: what it says from now on is held against nothing that it said before, and counts where it said nothing. */
  startAnew(node: NodeId): void {
    this.#words.startAnew(node);
  }

  /** So many periods have passed since the beginning. */
  elapsed(periods: number): void {
    this.#periods = Math.max(this.#periods, periods);
  }

  /** Goes on as far as it can; true when it is over. */
  advance(): boolean {
    while (!this.over && (this.#complete() || this.#timeIsUp())) this.#leave();
    return this.over;
  }

  /** The last step lasts until n − f nodes have settled: with fewer, more are down than may be, and what the rest holds need not last. */
  #timeIsUp(): boolean {
    return this.#periods > this.#at && (!this.settled || this.confirmed);
  }

  #complete(): boolean {
    const speaker = this.#speaker(this.#at);
    if (speaker !== undefined) return this.#words.of(this.#at, speaker) !== undefined;
    return this.#words.count(this.#at) === this.#options.group.n;
  }

  /** Who alone speaks in a step; undefined: everybody does. */
  #speaker(at: number): NodeId | undefined {
    const stage = this.#stages[at];
    if (stage?.kind !== 'proposal' && stage?.kind !== 'decree') return undefined;
    return ((this.leader + stage.phase) % this.#options.group.n) as NodeId;
  }

  #enter(): void {
    const stage = this.#stages[this.#at];
    if (stage === undefined) return;
    const { round, attempt, opinion: value } = this;
    const { phase } = stage;
    const mine = this.#speaker(this.#at) === this.#options.self;
    switch (stage.kind) {
      case 'proposal':
        if (mine) this.#around.say({ kind: 'proposal', round, attempt, value });
        break;
      case 'vote':
        this.#around.say({ kind: 'vote', round, attempt, phase, value });
        break;
      case 'support': {
        // [BGP 89] if some value was received from n − f nodes, propose it.
        const strongest = this.#words.strongest(this.#at - 1);
        const supported = strongest !== undefined && strongest.count >= allCorrect(this.#options.group);
        this.#around.say({
          kind: 'support',
          round,
          attempt,
          phase,
          supported,
          value: supported ? strongest.opinion : undefined,
        });
        break;
      }
      case 'decree':
        if (mine) this.#around.say({ kind: 'decree', round, attempt, phase, value });
        break;
      case 'settled':
        this.#around.settle(this);
        this.#around.say({ kind: 'settled', round, attempt });
    }
  }

  #leave(): void {
    const stage = this.#stages[this.#at];
    this.#accuseMissing(stage?.kind ?? 'settled');
    switch (stage?.kind) {
      case 'proposal':
        this.opinion = this.#said(this.leader);
        this.#around.proposed(this, this.opinion);
        break;
      case 'vote':
        if (stage.phase === 0) this.#around.voted(this, this.#votes());
        if (this.#options.quorum === 'majority') this.opinion = this.#majority();
        break;
      case 'support':
        this.#weigh();
        break;
      case 'decree':
        // [BGP 89] whoever has seen fewer than n − f proposals for its own value takes the king's.
        if (!this.#sure) this.opinion = this.#said(this.#speaker(this.#at) ?? this.leader);
        break;
      case 'settled':
      case undefined:
        break;
    }
    this.#at++;
    this.#enter();
  }

  /** [BGP 89] a value proposed by more than f nodes, hence by a correct one, becomes one's own. */
  #weigh(): void {
    const { group } = this.#options;
    const strongest = this.#words.strongest(this.#at);
    if (strongest !== undefined && strongest.count >= oneCorrect(group)) this.opinion = strongest.opinion;
    this.#sure = strongest !== undefined && strongest.count >= allCorrect(group);
  }

  /** What the leader or king said; the fallback where that is missing or not acceptable. */
  #said(speaker: NodeId): Opinion {
    const message = this.#words.of(this.#at, speaker);
    if (message === undefined || message.kind === 'settled') return this.#options.fallback;
    return this.#options.acceptable(message.value) ? message.value : this.#options.fallback;
  }

  #majority(): Opinion {
    const strongest = this.#words.strongest(this.#at);
    return strongest !== undefined && strongest.count > this.#options.group.n / 2 ? strongest.opinion : undefined;
  }

  #votes(): readonly (Vote | undefined)[] {
    return nodeIds(this.#options.group).map((node) => {
      const said = this.#words.of(this.#at, node);
      return said?.kind === 'vote' ? said : undefined;
    });
  }

  #accuseMissing(kind: AgreementMessage['kind']): void {
    const speaker = this.#speaker(this.#at);
    for (const node of nodeIds(this.#options.group)) {
      if ((speaker ?? node) !== node || this.#words.of(this.#at, node) !== undefined) continue;
      this.#around.accuse(node, missing(kind, this.round));
    }
  }
}
