/**
 * Reliable broadcast [Bracha 87]: a payload that one correct node delivers is delivered by every correct node, whatever its
 * sender does, as long as n > 3f. Asynchronous: nothing is assumed about delays.
 *
 * Sources: G. Bracha, "Asynchronous Byzantine agreement protocols", Information and Computation 75 (1987), section 3,
 * Fig. 1 and Lemmas 1–4; Cachin, Guerraoui, Rodrigues, "Reliable and Secure Distributed Programming" (2011), Alg. 3.18
 * (authenticated double echo). The literature's "ready" is our vote.
 *
 * Why the thresholds suffice: two echo quorums of ⌊(n + f) / 2⌋ + 1 share a correct node, which echoes once, so no two
 * correct nodes are led to vote for different payloads. Of 2f + 1 votes f + 1 are correct ones; they reach everybody, and
 * f + 1 votes make every correct node vote too, so everybody gets n − f ≥ 2f + 1 of them.
 */
import {
  deliver,
  equalBytes,
  intersecting,
  nodeIds,
  oneCorrect,
  QuorateError,
  type Group,
  type NodeId,
  type Schema,
  type Step,
} from '@quorate/transport/contract';
import {
  checkPayload,
  defaultMaxPayload,
  type Broadcast,
  type BroadcastOptions,
  type Delivery,
  type Usage,
} from './broadcast.js';
import { CatchUp } from './catch-up.js';
import * as faults from './faults.js';
import { echoOf, voteOf, type Candidate, type Instance } from './instance.js';
import { Intake } from './intake.js';
import type { Lane } from './lane.js';
import { limitsFor, type Limits } from './limits.js';
import { Lives, livesOf } from './lives.js';
import { messageSchema, type Delivered, type Echo, type Input, type Message, type Vote } from './message.js';
import { Reaction } from './reaction.js';
import { checkIncarnation } from './sequence.js';
import { usageOf } from './usage.js';

export interface ReliableBroadcastOptions extends BroadcastOptions {
  /** Bounds that differ from the default. */
  readonly limits?: Partial<Limits>;
}

export class ReliableBroadcast implements Broadcast<Message> {
  readonly maxPayload: number;
  readonly #group: Group;
  readonly #self: NodeId;
  readonly #limits: Limits;
  readonly #echoQuorum: number;
  readonly #oneCorrect: number;
  readonly #deliverQuorum: number;
  readonly #lives: readonly Lives[];
  readonly #own: Lane;
  readonly #reaction: Reaction;
  readonly #catchUp: CatchUp;
  readonly #intake: Intake;
  #schema: Schema<Message> | undefined;

  constructor(options: ReliableBroadcastOptions) {
    const { group, self, incarnation = 0, maxPayload = defaultMaxPayload } = options;
    checkIncarnation(incarnation);
    const limits = limitsFor(maxPayload, options.limits);
    this.#group = group;
    this.#self = self;
    this.maxPayload = maxPayload;
    this.#limits = limits;
    this.#echoQuorum = intersecting(group);
    this.#oneCorrect = oneCorrect(group);
    this.#deliverQuorum = deliver(group);
    const lives = nodeIds(group).map((node) => new Lives(node, node === self ? incarnation : 0, group, limits));
    const own = livesOf(lives, self).current;
    const reaction = new Reaction(group);
    this.#lives = lives;
    this.#own = own;
    this.#reaction = reaction;
    this.#catchUp = new CatchUp({ group, self, limits, lives, reaction });
    this.#intake = new Intake({ group, own, lives, catchUp: this.#catchUp, reaction });
  }

  /** Made when somebody asks: a simulation makes thousands of nodes and reads one schema. */
  get schema(): Schema<Message> {
    this.#schema ??= messageSchema(this.#group, this.maxPayload);
    return this.#schema;
  }

  get nextSequence(): number {
    return this.#own.base + this.#intake.nextIndex;
  }

  get ready(): boolean {
    return (
      this.#intake.nextIndex - this.#own.low < this.#limits.window &&
      (this.#own.retained[this.#self] ?? 0) < this.#limits.windowBytes
    );
  }

  /** Broadcasts a payload of 0 … `maxPayload` bytes. Throws Q4001 (too long) or Q4002 (not `ready`). */
  input(payload: Uint8Array): Step<Message, Delivery> {
    checkPayload(payload, this.maxPayload);
    if (!this.ready) {
      throw new QuorateError('Q4002', 'too many own broadcasts are in flight', 'wait until ready is true');
    }
    const index = this.#intake.nextIndex++;
    // Held at once: the message to ourselves finds it, and the caller may reuse its buffer.
    const { payload: held = payload } = this.#own.adopt(this.#own.open(index), this.#self, payload);
    return [
      {
        kind: 'send',
        to: 'all',
        message: { kind: 'input', sender: this.#self, sequence: this.#own.base + index, payload: held },
      },
    ];
  }

  receive(from: NodeId, message: Message): Step<Message, Delivery> {
    switch (message.kind) {
      case 'input':
        this.#onInput(from, message);
        break;
      case 'echo':
        this.#onEcho(from, message);
        break;
      case 'vote':
        this.#onVote(from, message);
        break;
      case 'request':
        this.#catchUp.onRequest(from, message);
        break;
      case 'delivered':
        this.#onDelivered(from, message);
        break;
      case 'progress':
        this.#catchUp.onProgress(from, message);
        break;
    }
    return this.#reaction.take();
  }

  reopened(peer: NodeId, incarnation: number): Step<Message, Delivery> {
    this.#catchUp.reopened(peer, incarnation);
    return this.#reaction.take();
  }

  usage(): Usage {
    return usageOf(this.#group, this.#lives, this.#limits, this.maxPayload);
  }

  // Fig. 1, step 1: upon the sender's initial, echo it to all (once).
  #onInput(from: NodeId, { sender, sequence, payload }: Input): void {
    if (sender !== from) return this.#reaction.accuse(from, () => faults.forgedSender(sender, sequence));
    const lane = this.#intake.admit(from, sender, sequence);
    if (lane === undefined) return;
    const index = lane.indexOf(sequence);
    const instance = lane.open(index);
    const known = instance.input;
    if (known !== undefined) {
      if (isHeld(known, payload)) return this.#reaction.useless(from);
      return this.#reaction.accuse(from, () => faults.equivocatingInput(sender, sequence, known.value, payload));
    }
    const candidate = this.#intake.candidate(lane, index, instance, from, payload);
    if (candidate === undefined) return;
    this.#reaction.useful(from);
    instance.input = candidate;
    if (instance.echo === undefined) this.#echo(lane, index, instance, candidate);
    this.#step(lane, index, instance, candidate);
  }

  // Fig. 1, step 2: count each node's first echo for what it carries.
  #onEcho(from: NodeId, { sender, sequence, payload }: Echo): void {
    const lane = this.#intake.admit(from, sender, sequence);
    if (lane === undefined) return;
    const index = lane.indexOf(sequence);
    const instance = lane.open(index);
    if (instance.echoed.has(from)) {
      const first = instance.echoOf(from);
      if (first === undefined || isHeld(first, payload)) return this.#reaction.useless(from);
      return this.#reaction.accuse(from, () => faults.doubleEcho(sender, sequence, first.value, payload));
    }
    const candidate = this.#intake.candidate(lane, index, instance, from, payload);
    if (candidate === undefined) return;
    this.#reaction.useful(from);
    instance.echoed.add(from);
    candidate.echoes.add(from);
    this.#step(lane, index, instance, candidate);
  }

  // Fig. 1, step 3: count each node's first vote for what it names.
  #onVote(from: NodeId, { sender, sequence, value }: Vote): void {
    const lane = this.#intake.admit(from, sender, sequence);
    if (lane === undefined) return;
    const index = lane.indexOf(sequence);
    const instance = lane.open(index);
    if (instance.voted.has(from)) {
      const first = instance.voteOf(from);
      if (first === undefined || first.isNamedBy(value)) return this.#reaction.useless(from);
      return this.#reaction.accuse(from, () => faults.doubleVote(sender, sequence, first.value, value));
    }
    const candidate = this.#intake.named(lane, index, instance, from, value);
    if (candidate === undefined) return;
    this.#reaction.useful(from);
    instance.voted.add(from);
    candidate.votes.add(from);
    this.#step(lane, index, instance, candidate);
  }

  // Fig. 1, steps 2 and 3: echo, vote and deliver as soon as the counts for one payload allow it.
  #step(lane: Lane, index: number, instance: Instance, candidate: Candidate): void {
    const votes = candidate.votes.size;
    const convinced = candidate.echoes.size >= this.#echoQuorum || votes >= this.#oneCorrect;
    if (convinced && instance.echo === undefined && candidate.payload !== undefined) {
      this.#echo(lane, index, instance, candidate);
    }
    if (convinced && instance.vote === undefined) this.#vote(lane, index, instance, candidate);
    if (votes >= this.#deliverQuorum) this.#deliver(lane, index, instance, candidate);
  }

  #echo(lane: Lane, index: number, instance: Instance, candidate: Candidate): void {
    instance.echo = candidate;
    const message = echoOf(lane.sender, lane.base + index, candidate);
    if (message !== undefined) this.#reaction.send('all', message);
  }

  #vote(lane: Lane, index: number, instance: Instance, candidate: Candidate): void {
    instance.vote = candidate;
    this.#reaction.send('all', voteOf(lane.sender, lane.base + index, candidate));
  }

  // Deviates: "I delivered this", which a node that catches up asks for. It is the node's vote, and of f + 1 equal ones one is
  // a correct node's, so they suffice. Votes first: f of the answers may be lies that nobody else heard, and then the others need our vote.
  #onDelivered(from: NodeId, message: Delivered): void {
    const lane = this.#intake.admit(from, message.sender, message.sequence);
    if (lane === undefined) return;
    const index = lane.indexOf(message.sequence);
    const instance = lane.open(index);
    const candidate = this.#intake.countAnswer(from, lane, index, message);
    if (candidate === undefined) return;
    this.#step(lane, index, instance, candidate);
    if ((candidate.answers?.size ?? 0) >= this.#oneCorrect && !lane.isDelivered(index)) {
      this.#deliver(lane, index, instance, candidate);
    }
  }

  /** Delivers, or asks for the payload when only its digest is known. */
  #deliver(lane: Lane, index: number, instance: Instance, { payload }: Candidate): void {
    if (payload === undefined) return this.#catchUp.askForDropped(lane, index, instance);
    const advanced = lane.deliver(index, payload);
    this.#reaction.output({ sender: lane.sender, sequence: lane.base + index, payload });
    this.#catchUp.delivered(lane, advanced);
  }
}

const isHeld = ({ payload: held }: Candidate, payload: Uint8Array): boolean =>
  held !== undefined && equalBytes(held, payload);

/** Reliable broadcast as a factory, for layers that take any broadcast. */
export const createReliableBroadcast = (options: ReliableBroadcastOptions): ReliableBroadcast =>
  new ReliableBroadcast(options);
