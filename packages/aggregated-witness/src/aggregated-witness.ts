/**
 * Aggregated witnesses: what all correct nodes collect in a round has n − f values in common, the same ones for all of them, as
 * long as n > 3f and the broadcast at the bottom is reliable. Asynchronous: nothing is assumed about delays.
 *
 * Source: the common core of R. Canetti, T. Rabin, "Fast asynchronous Byzantine agreement with optimal resilience", STOC 1993
 * ("Gather"), with witnesses [AAD 04] as its first level.
 *
 * Why it suffices: the n − f correct nodes name n − f witnesses each, so (n − f)² names fall on n nodes, and (n − f)² / n ≥ f + 1:
 * some witness k is named by f + 1 correct nodes. Whoever outputs has confirmed n − f aggregated reports, hence one of these f + 1,
 * hence counts k among its own witnesses, hence holds k's whole report of n − f values.
 */
import {
  allCorrect,
  carrying,
  checkAbove,
  checkMade,
  checkMaking,
  codec,
  collectorMembers,
  nodeIds,
  NodeSet,
  putsNothingOut,
  QuorateError,
  Refusal,
  RoundRing,
  type Codec,
  type Effect,
  type Fault,
  type Group,
  type LayerAbove,
  type NodeId,
  type RoundChannel,
  type RoundDelivery,
  type RoundPayload,
  type RoundValue,
  type Schema,
  type Step,
  type Witnessed,
  type WitnessFactory,
  type WitnessLayer,
} from '@quorate/witness/contract';
import { AggregatedRound } from './aggregated-round.js';
import * as faults from './faults.js';
import { messageSchema, type Message } from './message.js';

/** What came out of a round. Later outputs of the round hold everything that earlier ones held. */
export interface AggregatedWitnessed extends Witnessed {
  /** At least n − f nodes whose witnesses are all among `witnesses`. */
  readonly aggregatedWitnesses: ReadonlySet<NodeId>;
}

export interface AggregatedWitnessOptions<BroadcastMessage, Above = never> {
  readonly group: Group;
  readonly self: NodeId;
  /** The witness layer below. */
  readonly witness: WitnessFactory<BroadcastMessage>;
  readonly incarnation?: number;
  /** The layer above, if there is one. All nodes of a group have it or none. */
  readonly above?: LayerAbove<Above>;
}

export class AggregatedWitness<BroadcastMessage, Above = never> implements WitnessLayer<BroadcastMessage, Above> {
  readonly above: RoundChannel<BroadcastMessage, AggregatedWitnessed | Above>;
  readonly #group: Group;
  readonly #nodes: readonly NodeId[];
  readonly #quorum: number;
  readonly #layerAbove: LayerAbove<Above> | undefined;
  readonly #witness: WitnessLayer<BroadcastMessage, RoundDelivery>;
  readonly #messageSchema: Schema<Message>;
  readonly #messages: Codec<Message>;
  #schema: Schema<BroadcastMessage> | undefined;
  readonly #rounds: RoundRing<AggregatedRound>;
  /** What the event that is being handled wants done. */
  #effects: Effect<BroadcastMessage, AggregatedWitnessed | Above>[] = [];

  /** Throws Q4014 or Q1002 on parts that are none, and what the witness layer throws. */
  constructor(options: AggregatedWitnessOptions<BroadcastMessage, Above>) {
    checkMaking('AggregatedWitness', options, 'witness');
    const { group, self, witness, incarnation = 0, above } = options;
    checkAbove('AggregatedWitness', above);
    this.#group = group;
    this.#nodes = nodeIds(group);
    this.#quorum = allCorrect(group);
    this.#layerAbove = above;
    this.#messageSchema = messageSchema(group, above?.maxPayload ?? 0);
    this.#messages = codec(this.#messageSchema);
    this.#witness = witness({
      group,
      self,
      incarnation,
      above: { maxPayload: this.#messages.maxBytes, deliver: (delivery) => delivery },
    });
    checkMade('AggregatedWitness', 'witness', this.#witness, [...collectorMembers, 'witnesses', 'finish', 'above']);
    // The witness layer hands up nothing of other rounds than those that it keeps.
    this.#rounds = new RoundRing(2 * this.#witness.openRounds, () => new AggregatedRound(group.n));
    this.above = { maxPayload: above?.maxPayload ?? 0, send: (payload) => this.#sendAbove(payload) };
  }

  /** That of the witness layer, and what is in the payloads that it carries. Made when somebody asks. */
  get schema(): Schema<BroadcastMessage> {
    this.#schema ??= carrying(this.#witness.schema, 'payload', this.#messageSchema);
    return this.#schema;
  }

  get ready(): boolean {
    return this.#witness.ready;
  }

  get maxValue(): number {
    return this.#witness.maxValue;
  }

  get lowestRound(): number {
    return this.#witness.lowestRound;
  }

  get openRounds(): number {
    return this.#witness.openRounds;
  }

  /** Puts this node's value into a round. Throws what the witness layer throws. */
  input(value: RoundValue): Step<BroadcastMessage, AggregatedWitnessed | Above> {
    return this.#after(this.#witness.input(value));
  }

  receive(from: NodeId, message: BroadcastMessage): Step<BroadcastMessage, AggregatedWitnessed | Above> {
    return this.#after(this.#witness.receive(from, message));
  }

  reopened(peer: NodeId, incarnation: number): Step<BroadcastMessage, AggregatedWitnessed | Above> {
    return this.#after(this.#witness.reopened?.(peer, incarnation) ?? []);
  }

  witnesses(round: number): ReadonlySet<NodeId> {
    return this.#witness.witnesses(round);
  }

  /** The nodes whose aggregated report of a round is confirmed at this moment; none for a round that is not open. */
  aggregatedWitnesses(round: number): ReadonlySet<NodeId> {
    if (!Number.isInteger(round) || round < this.lowestRound) return new Set();
    return this.#rounds.peek(round)?.reports.confirmed(this.#nodes) ?? new Set();
  }

  close(round: number): void {
    const lowest = this.lowestRound;
    this.#witness.close(round);
    this.#rounds.clear(lowest, round);
  }

  finish(round: number): void {
    if (Number.isInteger(round) && round >= 0 && round < this.lowestRound) return;
    const state = this.#kept(round);
    state.finished = true;
    // The others count on this node's aggregated report: the witness layer goes on until it is out.
    if (!state.reported) return;
    state.witnessed = undefined;
    this.#witness.finish(round);
  }

  /** Takes over what the witness layer wants done. */
  #after(step: Step<BroadcastMessage, Witnessed | RoundDelivery>): Step<BroadcastMessage, AggregatedWitnessed | Above> {
    if (putsNothingOut(step)) return step;
    this.#take(step);
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  #take(step: Step<BroadcastMessage, Witnessed | RoundDelivery>): void {
    // By index: an iterator for each step is memory that shows.
    for (let at = 0; at < step.length; at++) {
      const effect = step[at];
      if (effect === undefined) continue;
      if (effect.kind !== 'output') this.#effects.push(effect);
      else if ('values' in effect.value) this.#onWitnessed(effect.value);
      else this.#onMessage(effect.value);
    }
  }

  // Upon n − f witnesses: name them to all, once. Upon each later one: look again at what waited for it.
  #onWitnessed(witnessed: Witnessed): void {
    const { round, witnesses } = witnessed;
    const state = this.#rounds.at(round);
    state.witnessed = witnessed;
    for (const witness of witnesses) state.reports.add(witness);
    if (!state.reported) {
      state.reported = true;
      this.#send(round, { kind: 'aggregated-report', witnesses: state.reports.own.toBytes(this.#group.n) });
      if (state.finished) return this.finish(round);
    }
    this.#output(state);
  }

  #onMessage({ sender, round, payload }: RoundDelivery): void {
    const message = this.#messages.decode(payload);
    if (message instanceof Refusal) return this.#accuse(sender, faults.malformed(round, payload, message));
    if (message.kind === 'aggregated-report') return this.#onReport(sender, round, message.witnesses);
    if (this.#layerAbove === undefined) return this.#accuse(sender, faults.nobodyAbove(sender, round));
    const value = this.#layerAbove.deliver({ sender, round, payload: message.payload });
    this.#effects.push({ kind: 'output', value });
  }

  // Upon an aggregated report: it is confirmed as soon as every node that it names is a witness of this node.
  #onReport(sender: NodeId, round: number, witnesses: Uint8Array): void {
    const report = NodeSet.fromBytes(witnesses, this.#group.n);
    if (report === undefined) return this.#accuse(sender, faults.unknownWitnesses(sender, round, witnesses));
    if (report.size < this.#quorum) {
      return this.#accuse(sender, faults.shortReport(sender, round, witnesses, this.#quorum));
    }
    const state = this.#rounds.at(round);
    const first = state.reports.of(sender)?.toBytes(this.#group.n);
    if (first !== undefined) return this.#accuse(sender, faults.doubleReport(sender, round, first, witnesses));
    if (state.reports.claim(sender, report)) this.#output(state);
  }

  // Upon n − f confirmed aggregated reports: the values are the output. Again with every growth, until the round is closed.
  #output(state: AggregatedRound): void {
    const { witnessed, reports, finished } = state;
    if (witnessed === undefined || reports.confirmedCount < this.#quorum || finished) return;
    const { round, values, witnesses } = witnessed;
    this.#effects.push({
      kind: 'output',
      value: { round, values, witnesses, aggregatedWitnesses: reports.confirmed(this.#nodes) },
    });
  }

  #kept(round: number): AggregatedRound {
    const [lowest, end] = [this.lowestRound, this.lowestRound + this.#rounds.length];
    if (Number.isInteger(round) && round >= lowest && round < end) return this.#rounds.at(round);
    throw new QuorateError('Q4011', `round ${round} is not kept`, `use ${lowest} … ${end - 1}`);
  }

  #sendAbove(said: RoundPayload): Step<BroadcastMessage, AggregatedWitnessed | Above> {
    const { round, payload } = said ?? {};
    const most = this.#layerAbove?.maxPayload ?? -1;
    if (!(payload instanceof Uint8Array) || payload.length > most) {
      throw new QuorateError(
        'Q4201',
        `this layer carries nothing of ${payload?.length} bytes`,
        most < 0
          ? 'make it with the option `above`'
          : `send { round, payload } with a Uint8Array of at most ${most} bytes`,
      );
    }
    return this.#after(this.#witness.above.send({ round, payload: this.#messages.encode({ kind: 'above', payload }) }));
  }

  #send(round: number, message: Message): void {
    this.#take(this.#witness.above.send({ round, payload: this.#messages.encode(message) }));
  }

  #accuse(peer: NodeId, fault: Fault): void {
    this.#effects.push({ kind: 'fault', peer, fault });
  }
}

/** Aggregated witnesses over a witness layer as a factory, for layers that take any round collector or any witness layer. */
export const createAggregatedWitness =
  <BroadcastMessage>(
    options: Pick<AggregatedWitnessOptions<BroadcastMessage>, 'witness'>,
  ): (<Above = never>(
    node: Omit<AggregatedWitnessOptions<BroadcastMessage, Above>, 'witness'>,
  ) => AggregatedWitness<BroadcastMessage, Above>) =>
  (node) =>
    new AggregatedWitness({ ...options, ...node });
