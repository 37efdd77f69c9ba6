/**
 * Witnesses: every correct node collects at least n − f values of each round, and any two correct nodes share n − f of them, as
 * long as n > 3f and the broadcast below is reliable. Asynchronous: nothing is assumed about delays.
 *
 * Source: I. Abraham, Y. Amit, D. Dolev, "Optimal resilience asynchronous approximate agreement", OPODIS 2004 ("witness
 * technique", Lemmas 4 and 5).
 *
 * Why the threshold suffices: two sets of n − f witnesses share n − 2f ≥ f + 1 nodes, hence a correct one. It sent one report,
 * of n − f values, and both nodes hold all of them before they count it. The broadcast made the values the same.
 *
 * Deviates: reports go through the broadcast too and carry sets of senders instead of values; output goes on growing until the
 * round is closed, because what stands above waits for the witnesses of others.
 */
import {
  broadcastMembers,
  checkMade,
  checkMaking,
  checkValue,
  type Broadcast,
  type Delivery,
  type RoundValue,
} from '@quorate/reliable-broadcast';
import {
  allCorrect,
  carrying,
  codec,
  nodeIds,
  NodeSet,
  oneCorrect,
  putsNothingOut,
  QuorateError,
  Refusal,
  type Codec,
  type Effect,
  type Fault,
  type Group,
  type NodeId,
  type Schema,
  type Step,
} from '@quorate/reliable-broadcast/contract';
import * as faults from './faults.js';
import { maxRound, messageSchema, type Message, type Report } from './message.js';
import { RoundRing } from './round-ring.js';
import { RoundState } from './round-state.js';
import { SenderLane } from './sender-lane.js';
import {
  checkAbove,
  checkBounds,
  checkPayload,
  isWhole,
  type WitnessOptions,
  type WitnessUsage,
} from './witness-options.js';
import type {
  LayerAbove,
  RoundChannel,
  RoundPayload,
  Witnessed,
  WitnessFactory,
  WitnessLayer,
} from './witness-layer.js';

/** Messages about rounds ahead that are kept of each sender, per open round: its value, its report, and two of layers above. */
const keptAheadPerRound = 4;
/** How far apart numbers of open broadcasts are, where the broadcast below states no bound. */
const defaultSpread = 1024;

export class Witness<BroadcastMessage, Above = never> implements WitnessLayer<BroadcastMessage, Above> {
  readonly maxValue: number;
  readonly openRounds: number;
  readonly above: RoundChannel<BroadcastMessage, Witnessed | Above>;
  readonly #group: Group;
  readonly #nodes: readonly NodeId[];
  readonly #quorum: number;
  readonly #layerAbove: LayerAbove<Above> | undefined;
  readonly #broadcast: Broadcast<BroadcastMessage>;
  readonly #messageSchema: Schema<Message>;
  readonly #messages: Codec<Message>;
  #schema: Schema<BroadcastMessage> | undefined;
  readonly #rounds: RoundRing<RoundState>;
  readonly #lanes: readonly SenderLane[];
  #lowest = 0;
  /** The window moved, and messages that waited for it have not been taken yet. */
  #moved = false;
  /** What this node has to say while the broadcast is not ready, of rounds that are kept: a report, and what the layer above sends. */
  #unsent: { readonly round: number; readonly payload: Uint8Array }[] = [];
  /** What the event that is being handled wants done. */
  #effects: Effect<BroadcastMessage, Witnessed | Above>[] = [];

  /** Throws Q4101 on bounds that are none, Q4014 or Q1002 on parts that are none. */
  constructor(options: WitnessOptions<BroadcastMessage, Above>) {
    checkMaking('Witness', options, 'broadcast');
    const { group, self, broadcast, incarnation = 0, maxValue = 65_536, openRounds = 64, above } = options;
    checkAbove('Witness', above);
    checkBounds(openRounds, maxValue, above?.maxPayload ?? 0);
    this.#group = group;
    this.#nodes = nodeIds(group);
    this.#quorum = allCorrect(group);
    this.maxValue = maxValue;
    this.openRounds = openRounds;
    this.#layerAbove = above;
    this.#messageSchema = messageSchema(group, maxValue, above?.maxPayload ?? 0);
    this.#messages = codec(this.#messageSchema);
    this.#broadcast = broadcast({ group, self, incarnation, maxPayload: this.#messages.maxBytes });
    checkMade('Witness', 'broadcast', this.#broadcast, broadcastMembers);
    // A correct node puts values into rounds up to openRounds above those that f + 1 have closed: the others keep twice as many.
    this.#rounds = new RoundRing(2 * openRounds, () => new RoundState(group.n));
    const spread = Math.max(this.#broadcast.usage().maxOpenInstances, defaultSpread);
    this.#lanes = this.#nodes.map(() => new SenderLane(spread, keptAheadPerRound * openRounds));
    this.above = { maxPayload: above?.maxPayload ?? 0, send: (payload) => this.#sendAbove(payload) };
  }

  /** That of the broadcast, and what is in its payloads. Made when somebody asks: a simulation makes thousands of nodes. */
  get schema(): Schema<BroadcastMessage> {
    this.#schema ??= carrying(this.#broadcast.schema, 'payload', this.#messageSchema);
    return this.#schema;
  }

  get ready(): boolean {
    return this.#unsent.length === 0 && this.#broadcast.ready;
  }

  get lowestRound(): number {
    return this.#lowest;
  }

  /**
   * Puts this node's value into a round. Throws Q4010 (too long), Q4011 (the round is not open), Q4012 (a second value) or
   * Q4102 (not `ready`).
   */
  input(input: RoundValue): Step<BroadcastMessage, Witnessed | Above> {
    checkValue(input, this.maxValue);
    const { round, value } = input;
    this.#checkOpen(round);
    if (this.#rounds.peek(round)?.putIn === true) {
      throw new QuorateError('Q4012', `this node put a value into round ${round} before`, 'use each round once');
    }
    if (!this.ready) {
      throw new QuorateError('Q4102', 'the broadcast below has too much in flight', 'wait until ready is true');
    }
    this.#rounds.at(round).putIn = true;
    this.#send({ kind: 'value', round, value });
    return this.#takeEffects();
  }

  receive(from: NodeId, message: BroadcastMessage): Step<BroadcastMessage, Witnessed | Above> {
    return this.#after(this.#broadcast.receive(from, message));
  }

  reopened(peer: NodeId, incarnation: number): Step<BroadcastMessage, Witnessed | Above> {
    return this.#after(this.#broadcast.reopened?.(peer, incarnation) ?? []);
  }

  witnesses(round: number): ReadonlySet<NodeId> {
    if (!isWhole(round, maxRound)) return new Set();
    return this.#rounds.peek(round)?.reports.confirmed(this.#nodes) ?? new Set();
  }

  close(round: number): void {
    if (!isWhole(round, maxRound + 1)) {
      throw new QuorateError('Q4011', `round ${round} is none`, `use a whole number, 0 … ${maxRound + 1}`);
    }
    if (round <= this.#lowest) return;
    this.#rounds.clear(this.#lowest, round);
    this.#lowest = round;
    this.#moved = true;
    if (this.#unsent.length > 0) this.#unsent = this.#unsent.filter((unsent) => unsent.round >= round);
  }

  finish(round: number): void {
    if (isWhole(round, this.#lowest - 1)) return;
    if (!isWhole(round, this.#end - 1)) {
      throw new QuorateError('Q4011', `round ${round} is not kept`, `use ${this.#lowest} … ${this.#end - 1}`);
    }
    this.#rounds.at(round).finished = true;
    this.#closeFinished();
  }

  /** What the node retains at this moment, and the bounds on it. */
  usage(): WitnessUsage {
    return {
      rounds: this.#rounds.used,
      maxRounds: this.#rounds.length,
      waiting: this.#lanes.map((lane) => lane.waiting),
      maxWaiting: this.#lanes[0]?.mostWaiting ?? 0,
      unsent: this.#unsent.length,
      broadcast: this.#broadcast.usage(),
    };
  }

  /** Takes over what the broadcast wants done, and says what had to wait. */
  #after(step: Step<BroadcastMessage, Delivery>): Step<BroadcastMessage, Witnessed | Above> {
    if (!this.#moved && this.#unsent.length === 0 && putsNothingOut(step)) return step;
    this.#take(step);
    if (this.#unsent.length > 0 && this.#broadcast.ready) this.#sendUnsent();
    return this.#takeEffects();
  }

  #sendUnsent(): void {
    while (this.#broadcast.ready) {
      const next = this.#unsent.shift();
      if (next === undefined) break;
      this.#take(this.#broadcast.input(next.payload));
    }
    this.#closeFinished();
  }

  #take(step: Step<BroadcastMessage, Delivery>): void {
    if (this.#moved) this.#takeReached();
    // By index: an iterator for each step is memory that shows.
    for (let at = 0; at < step.length; at++) {
      const effect = step[at];
      if (effect?.kind === 'output') this.#lanes[effect.value.sender]?.order.deliver(effect.value, this.#onDelivery);
      else if (effect !== undefined) this.#effects.push(effect);
    }
  }

  readonly #onDelivery = ({ sender, payload }: Delivery): void => {
    // What waited for a round comes before what its sender said of it later.
    if (this.#moved) this.#takeReached();
    const message = this.#messages.decode(payload);
    if (message instanceof Refusal) return this.#accuse(sender, faults.malformed(payload, message));
    const { round } = message;
    const lane = this.#lanes[sender];
    if (lane === undefined || round < this.#lowest || !lane.counts(round)) return;
    if (round < this.#end) return this.#onMessage(sender, message);
    lane.keepAhead(message);
    this.#followTheOthers();
  };

  #onMessage(sender: NodeId, message: Message): void {
    switch (message.kind) {
      case 'value':
        this.#onValue(sender, message.round, message.value);
        break;
      case 'report':
        this.#onReport(sender, message);
        break;
      case 'above':
        if (this.#layerAbove === undefined) return this.#accuse(sender, faults.nobodyAbove(sender, message.round));
        this.#effects.push({
          kind: 'output',
          value: this.#layerAbove.deliver({ sender, round: message.round, payload: message.payload }),
        });
        break;
    }
  }

  // [AAD 04] upon a value: accept it, report once there are n − f, and look again at the reports that waited for it.
  #onValue(sender: NodeId, round: number, value: Uint8Array): void {
    const state = this.#rounds.at(round);
    const first = state.valueOf(sender);
    if (first !== undefined) return this.#accuse(sender, faults.doubleValue(sender, round, first, value));
    state.addValue(sender, value);
    if (!state.reported && state.reports.own.size >= this.#quorum) {
      state.reported = true;
      this.#send({ kind: 'report', round, senders: state.reports.own.toBytes(this.#group.n) });
      if (state.finished) return this.#closeFinished();
    }
    this.#output(state);
  }

  // [AAD 04] upon a report: whoever sent it is a witness as soon as every value that it names is there.
  #onReport(sender: NodeId, { round, senders }: Report): void {
    const report = NodeSet.fromBytes(senders, this.#group.n);
    if (report === undefined) return this.#accuse(sender, faults.unknownSenders(sender, round, senders));
    if (report.size < this.#quorum) {
      return this.#accuse(sender, faults.shortReport(sender, round, senders, this.#quorum));
    }
    const state = this.#rounds.at(round);
    const first = state.reports.of(sender)?.toBytes(this.#group.n);
    if (first !== undefined) return this.#accuse(sender, faults.doubleReport(sender, round, first, senders));
    if (state.reports.claim(sender, report)) this.#output(state);
  }

  // [AAD 04] upon n − f witnesses: the values are the output. Again with every growth, until the round is closed.
  #output(state: RoundState): void {
    if (state.reports.confirmedCount < this.#quorum || state.finished) return;
    const { round } = state;
    this.#effects.push({
      kind: 'output',
      value: { round, values: state.values(this.#nodes), witnesses: state.reports.confirmed(this.#nodes) },
    });
  }

  #sendAbove(said: RoundPayload): Step<BroadcastMessage, Witnessed | Above> {
    checkPayload(said, this.#layerAbove?.maxPayload ?? -1);
    const { round, payload } = said;
    this.#send({ kind: 'above', round, payload });
    return this.#takeEffects();
  }

  #send(message: Message): void {
    const payload = this.#messages.encode(message);
    if (this.ready) this.#take(this.#broadcast.input(payload));
    else this.#unsent.push({ round: message.round, payload });
  }

  /** The first round that is not kept. */
  get #end(): number {
    return this.#lowest + this.#rounds.length;
  }

  /** When f + 1 nodes speak of rounds beyond what is kept, a correct one does: this node is late, and gives up its oldest rounds. */
  #followTheOthers(): void {
    const highest = this.#lanes.map((lane) => lane.highest).toSorted((a, b) => b - a);
    const credible = highest[oneCorrect(this.#group) - 1] ?? 0;
    if (credible < this.#end) return;
    this.close(credible - this.openRounds + 1);
    this.#takeReached();
  }

  /** Takes what waited for the window to come so far. */
  #takeReached(): void {
    do {
      this.#moved = false;
      for (const [sender, lane] of this.#lanes.entries()) {
        for (const message of lane.reached(this.#end)) {
          const node = this.#nodes[sender];
          if (node !== undefined && message.round >= this.#lowest) this.#onMessage(node, message);
        }
      }
      // What was taken may have closed further rounds.
    } while (this.#moved);
  }

  /** Closes the lowest rounds from which nobody needs anything: neither who uses this node, nor the others its report. */
  #closeFinished(): void {
    let lowest = this.#lowest;
    const unsaid = this.#unsent.reduce((least, { round }) => Math.min(least, round), Infinity);
    for (let state = this.#rounds.peek(lowest); state?.finished === true && state.reported && lowest < unsaid;) {
      state = this.#rounds.peek(++lowest);
    }
    this.close(lowest);
  }

  #checkOpen(round: number): void {
    const end = Math.min(this.#lowest + this.openRounds, maxRound + 1);
    if (Number.isInteger(round) && round >= this.#lowest && round < end) return;
    throw new QuorateError('Q4011', `round ${round} is not open`, `use ${this.#lowest} … ${end - 1}`);
  }

  #accuse(peer: NodeId, fault: Fault): void {
    this.#effects.push({ kind: 'fault', peer, fault });
  }

  #takeEffects(): Step<BroadcastMessage, Witnessed | Above> {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}

/** Witnesses over a broadcast as a factory, for layers that take any round collector or any witness layer. */
export const createWitness =
  <BroadcastMessage>(
    options: Pick<WitnessOptions<BroadcastMessage>, 'broadcast' | 'maxValue' | 'openRounds'>,
  ): WitnessFactory<BroadcastMessage> =>
  <Above = never>(node: Omit<WitnessOptions<BroadcastMessage, Above>, 'broadcast'>) =>
    new Witness<BroadcastMessage, Above>({ ...options, ...node });
