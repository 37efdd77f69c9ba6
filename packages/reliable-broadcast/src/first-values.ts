/**
 * The simplest round collector: the first n − f values that a broadcast delivers, and whatever comes later. Over reliable
 * broadcast no two nodes see different values of one node (of two that it puts into one round, everybody takes the one it sent
 * first), but their sets may differ: with n > 3f two of them share n − 2f values and no more is promised.
 */
import type { Broadcast, Delivery } from './broadcast.js';
import { InOrder } from './in-order.js';
import { broadcastMembers, checkMade, checkMaking } from './making.js';
import {
  allCorrect,
  bytes,
  carrying,
  codec,
  integer,
  lift,
  noEffects,
  oneCorrect,
  putsNothingOut,
  QuorateError,
  record,
  Refusal,
  type Codec,
  type Effect,
  type Group,
  type NodeId,
  type Schema,
  type Step,
} from '@quorate/transport/contract';
import {
  checkBounds,
  checkClosing,
  checkValue,
  maxRound,
  type Collected,
  type RoundCollector,
  type RoundCollectorOptions,
  type RoundValue,
} from './round-collector.js';
import { doubleValue, malformedValue } from './round-faults.js';

/** What a value's frame adds to it: an array header, a round, a length. */
const frameBytes = 16;

export class FirstValues<Message> implements RoundCollector<Message> {
  readonly maxValue: number;
  readonly openRounds: number;
  readonly #group: Group;
  readonly #broadcast: Broadcast<Message>;
  readonly #frameSchema: Schema<RoundValue>;
  readonly #frames: Codec<RoundValue>;
  #schema: Schema<Message> | undefined;
  /** Values by round and sender; rounds lowest … lowest + 2 · openRounds, n values each. */
  readonly #rounds = new Map<number, Map<NodeId, Uint8Array>>();
  readonly #putIn = new Set<number>();
  /** The highest round of each sender beyond what is kept. */
  readonly #ahead: number[];
  /** The highest round of each sender that was let go because of that; −1 without one. */
  readonly #letGo: number[];
  #lowest = 0;

  /** Throws Q4013 on bounds that are none, Q4014 or Q1002 on parts that are none. */
  constructor(options: RoundCollectorOptions<Message>) {
    checkMaking('FirstValues', options, 'broadcast');
    const { group, self, broadcast, incarnation = 0, maxValue = 65_536, openRounds = 64 } = options;
    checkBounds(openRounds, maxValue);
    this.#group = group;
    this.maxValue = maxValue;
    this.openRounds = openRounds;
    const made = broadcast({ group, self, incarnation, maxPayload: maxValue + frameBytes });
    checkMade('FirstValues', 'broadcast', made, broadcastMembers);
    this.#broadcast = new InOrder(made);
    this.#frameSchema = record<RoundValue>({ round: integer({ max: maxRound }), value: bytes({ max: maxValue }) });
    this.#frames = codec(this.#frameSchema);
    this.#ahead = Array.from({ length: group.n }, () => 0);
    this.#letGo = Array.from({ length: group.n }, () => -1);
  }

  /** Made when somebody asks, as that of the broadcast is. */
  get schema(): Schema<Message> {
    this.#schema ??= carrying(this.#broadcast.schema, 'payload', this.#frameSchema);
    return this.#schema;
  }

  get ready(): boolean {
    return this.#broadcast.ready;
  }

  get lowestRound(): number {
    return this.#lowest;
  }

  input(input: RoundValue): Step<Message, Collected> {
    checkValue(input, this.maxValue);
    const { round, value } = input;
    const end = Math.min(this.#lowest + this.openRounds, maxRound + 1);
    if (!Number.isInteger(round) || round < this.#lowest || round >= end) {
      throw new QuorateError('Q4011', `round ${round} is not open`, `use ${this.#lowest} … ${end - 1}`);
    }
    if (this.#putIn.has(round)) {
      throw new QuorateError('Q4012', `this node put a value into round ${round} before`, 'use each round once');
    }
    this.#putIn.add(round);
    return this.#lift(this.#broadcast.input(this.#frames.encode({ round, value })));
  }

  receive(from: NodeId, message: Message): Step<Message, Collected> {
    return this.#lift(this.#broadcast.receive(from, message));
  }

  reopened(peer: NodeId, incarnation: number): Step<Message, Collected> {
    return this.#lift(this.#broadcast.reopened?.(peer, incarnation) ?? noEffects);
  }

  close(round: number): void {
    checkClosing(round);
    if (round <= this.#lowest) return;
    this.#lowest = round;
    for (const known of this.#rounds.keys()) {
      if (known < round) this.#rounds.delete(known);
    }
    for (const known of this.#putIn) {
      if (known < round) this.#putIn.delete(known);
    }
  }

  #lift(step: Step<Message, Delivery>): Step<Message, Collected> {
    if (putsNothingOut(step)) return step;
    return lift(step, {
      message: (message: Message) => message,
      output: (delivery: Delivery) => this.#delivered(delivery),
    });
  }

  #delivered({ sender, payload }: Delivery): readonly Effect<Message, Collected>[] {
    const frame = this.#frames.decode(payload);
    if (frame instanceof Refusal) {
      return [{ kind: 'fault', peer: sender, fault: malformedValue(payload, frame) }];
    }
    const { round, value } = frame;
    if (round < this.#lowest) return noEffects;
    if (round >= this.#lowest + 2 * this.openRounds) this.#runAhead(sender, round);
    if (round >= this.#lowest + 2 * this.openRounds) {
      this.#letGo[sender] = Math.max(this.#letGo[sender] ?? -1, round);
      return noEffects;
    }
    // What was let go might have been the first of two values for this round: then others count that one.
    if (round <= (this.#letGo[sender] ?? -1)) return noEffects;
    return this.#collect(sender, round, value);
  }

  #collect(sender: NodeId, round: number, value: Uint8Array): readonly Effect<Message, Collected>[] {
    let values = this.#rounds.get(round);
    if (values === undefined) {
      values = new Map();
      this.#rounds.set(round, values);
    }
    const first = values.get(sender);
    if (first !== undefined) {
      return [{ kind: 'fault', peer: sender, fault: doubleValue(sender, round, first, value) }];
    }
    values.set(sender, value);
    if (values.size < allCorrect(this.#group)) return noEffects;
    return [{ kind: 'output', value: { round, values: new Map(values) } }];
  }

  /** When f + 1 nodes are beyond what is kept, a correct one is: this node is late, and gives up its oldest rounds. */
  #runAhead(sender: NodeId, round: number): void {
    this.#ahead[sender] = Math.max(this.#ahead[sender] ?? 0, round);
    const credible = this.#ahead.toSorted((a, b) => b - a)[oneCorrect(this.#group) - 1] ?? 0;
    if (credible >= this.#lowest + 2 * this.openRounds) this.close(credible - this.openRounds + 1);
  }
}
