/**
 * The stable vector, which is barycentric agreement proper: each node puts a value into a round, and gets a view of the round
 * out, which is at least n − f values by their senders. Any two views of correct nodes are ordered by inclusion. n > 3f,
 * asynchronous.
 *
 * Sources: Attiya, Bar-Noy, Dolev, Peleg, Reischuk, "Renaming in an asynchronous environment", JACM 37 (1990) (the stable
 * vector); Mendes, Tasson, Herlihy, "Distributed computability in Byzantine asynchronous systems", STOC 2014,
 * arXiv 1302.6224 (barycentric agreement, over reliable broadcast).
 *
 * Why the threshold suffices: two sets of n − f buddies share n − 2f ≥ f + 1 nodes, hence a correct one. It sent both views,
 * and its views only grow: so one contains the other. And every correct node ends with the same set of delivered values
 * (totality of the broadcast), sends it, and so everybody has n − f buddies at the latest then.
 */
import {
  allCorrect,
  checkBounds,
  checkClosing,
  checkMaking,
  checkValue,
  FirstValues,
  lift,
  noEffects,
  QuorateError,
  type Collected,
  type Effect,
  type Group,
  type NodeId,
  type RoundCollector,
  type RoundCollectorOptions,
  type RoundValue,
  type Schema,
  type Step,
} from '@quorate/reliable-broadcast';
import { messageSchema, type Message, type View } from './message.js';
import { RoundViews } from './round-views.js';
import { senderSet } from './sender-set.js';

export class StableVector<Below> implements RoundCollector<Message<Below>> {
  readonly schema: Schema<Message<Below>>;
  readonly maxValue: number;
  readonly openRounds: number;
  readonly #group: Group;
  /** What is delivered, by round. It closes rounds `openRounds` later than this layer: a round is served after its output. */
  readonly #values: FirstValues<Below>;
  /** Rounds that the layer below keeps: at most 4 · openRounds. */
  readonly #rounds = new Map<number, RoundViews>();
  readonly #delivered = new Map<number, ReadonlyMap<NodeId, Uint8Array>>();
  /** Rounds that came out already. */
  readonly #done = new Set<number>();
  #lowest = 0;
  /** Nothing is held of rounds below. */
  #kept = 0;

  /** Throws Q4013 on bounds that are none, Q4014 or Q1002 on parts that are none. */
  constructor(parts: RoundCollectorOptions<Below>) {
    checkMaking('StableVector', parts, 'broadcast');
    const { openRounds = 64, ...options } = parts;
    checkBounds(openRounds);
    this.#group = options.group;
    this.openRounds = openRounds;
    this.#values = new FirstValues({ ...options, openRounds: 2 * openRounds });
    this.maxValue = this.#values.maxValue;
    this.schema = messageSchema(options.group, this.#values.schema);
  }

  get ready(): boolean {
    return this.#values.ready;
  }

  get lowestRound(): number {
    return Math.max(this.#lowest, this.#values.lowestRound);
  }

  /** Puts this node's value into a round. Throws Q4010 (too long), Q4011 (round not open) or Q4012 (a second value). */
  input(input: RoundValue): Step<Message<Below>, Collected> {
    checkValue(input, this.maxValue);
    this.#checkOpen(input.round);
    return this.#lift(this.#values.input(input));
  }

  receive(from: NodeId, message: Message<Below>): Step<Message<Below>, Collected> {
    if (message.kind === 'broadcast') return this.#lift(this.#values.receive(from, message.message));
    return this.#viewed(from, message);
  }

  /** What was lost on the link may have been views: the latest one of each round holds all that earlier ones did. */
  reopened(peer: NodeId, incarnation: number): Step<Message<Below>, Collected> {
    const step = [...this.#lift(this.#values.reopened(peer, incarnation))];
    for (const [round, { own }] of this.#rounds) {
      if (own !== undefined) step.push({ kind: 'send', to: peer, message: { kind: 'view', round, members: own } });
    }
    return step;
  }

  /** Nothing more comes out of rounds below `round`; the last `openRounds` of them are still served for others. Throws Q4011. */
  close(round: number): void {
    checkClosing(round);
    if (round <= this.#lowest) return;
    this.#lowest = round;
    for (const known of this.#delivered.keys()) {
      if (known < round) this.#delivered.delete(known);
    }
    this.#values.close(Math.max(0, round - this.openRounds));
    this.#forget();
  }

  #lift(step: Step<Below, Collected>): Step<Message<Below>, Collected> {
    const lifted = lift(step, {
      message: (message: Below): Message<Below> => ({ kind: 'broadcast', message }),
      output: (collected: Collected) => this.#grown(collected),
    });
    this.#forget();
    return lifted;
  }

  // "Whenever the set of delivered values grows and has n − f members: send it to all."
  #grown({ round, values }: Collected): readonly Effect<Message<Below>, Collected>[] {
    const views = this.#viewsOf(round);
    const members = senderSet(this.#group, values.keys());
    views.grow(members);
    if (round >= this.#lowest && !this.#done.has(round)) this.#delivered.set(round, values);
    return [{ kind: 'send', to: 'all', message: { kind: 'view', round, members } }, ...this.#settled(round, views)];
  }

  #viewed(from: NodeId, { round, members }: View): Step<Message<Below>, Collected> {
    const lowest = this.#values.lowestRound;
    if (round < lowest || round >= lowest + 2 * this.#values.openRounds) return noEffects;
    const views = this.#viewsOf(round);
    const fault = views.add(from, members);
    if (fault !== undefined) return [{ kind: 'fault', peer: from, fault }];
    return this.#settled(round, views);
  }

  // "When n − f nodes have sent a set equal to one's current set: output it." Sending goes on.
  #settled(round: number, views: RoundViews): readonly Effect<Message<Below>, Collected>[] {
    const values = this.#delivered.get(round);
    if (values === undefined || views.buddies() < allCorrect(this.#group)) return noEffects;
    this.#delivered.delete(round);
    this.#done.add(round);
    return [{ kind: 'output', value: { round, values } }];
  }

  #viewsOf(round: number): RoundViews {
    let views = this.#rounds.get(round);
    if (views === undefined) {
      views = new RoundViews(this.#group, round);
      this.#rounds.set(round, views);
    }
    return views;
  }

  #checkOpen(round: number): void {
    const lowest = this.lowestRound;
    const end = lowest + this.openRounds;
    if (Number.isInteger(round) && round >= lowest && round < end) return;
    throw new QuorateError('Q4011', `round ${round} is not open`, `use ${lowest} … ${end - 1}`);
  }

  /** Drops what the layer below keeps no longer. */
  #forget(): void {
    const lowest = this.#values.lowestRound;
    if (lowest === this.#kept) return;
    this.#kept = lowest;
    for (const rounds of [this.#rounds, this.#delivered, this.#done]) {
      for (const round of rounds.keys()) {
        if (round < lowest) rounds.delete(round);
      }
    }
  }
}
