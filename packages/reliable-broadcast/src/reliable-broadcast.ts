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
  checkPayload,
  defaultMaxPayload,
  type Broadcast,
  type BroadcastOptions,
  type Delivery,
  type Usage,
} from './broadcast.js';
import { Answering, progressOf } from './answering.js';
import {
  deliver,
  equalBytes,
  intersecting,
  noEffects,
  nodeIds,
  oneCorrect,
  NodeSet,
  QuorateError,
  sha256,
  type Effect,
  type Fault,
  type Group,
  type NodeId,
  type Schema,
  type Step,
} from '@quorate/transport/contract';
import * as faults from './faults.js';
import { FloodGauge } from './flood-gauge.js';
import { echoOf, voteOf, type Candidate, type Instance } from './instance.js';
import type { Lane } from './lane.js';
import { limitsFor, retainedPerPeer, type Limits } from './limits.js';
import { Lives } from './lives.js';
import {
  digestBytes,
  messageSchema,
  type Delivered,
  type Echo,
  type Input,
  type Message,
  type Progress,
  type Request,
  type Vote,
} from './message.js';
import { checkIncarnation, incarnationOf } from './sequence.js';

export interface ReliableBroadcastOptions extends BroadcastOptions {
  /** Bounds that differ from the default. */
  readonly limits?: Partial<Limits>;
}

type Effects = Effect<Message, Delivery>[];

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
  readonly #answering: Answering;
  readonly #flood: FloodGauge;
  #schema: Schema<Message> | undefined;
  #nextIndex = 0;
  /** What the event that is being handled wants done. */
  #effects: Effects = [];

  constructor(options: ReliableBroadcastOptions) {
    const { group, self, incarnation = 0, maxPayload = defaultMaxPayload } = options;
    checkIncarnation(incarnation);
    this.#group = group;
    this.#self = self;
    this.maxPayload = maxPayload;
    this.#limits = limitsFor(maxPayload, options.limits);
    this.#echoQuorum = intersecting(group);
    this.#oneCorrect = oneCorrect(group);
    this.#deliverQuorum = deliver(group);
    const nodes = nodeIds(group);
    this.#lives = nodes.map((node) => new Lives(node, node === self ? incarnation : 0, group, this.#limits));
    this.#own = this.#livesOf(self).current;
    this.#answering = new Answering(group, this.#own, this.#limits);
    this.#flood = new FloodGauge(group);
  }

  /** Made when somebody asks: a simulation makes thousands of nodes and reads one schema. */
  get schema(): Schema<Message> {
    this.#schema ??= messageSchema(this.#group, this.maxPayload);
    return this.#schema;
  }

  get nextSequence(): number {
    return this.#own.base + this.#nextIndex;
  }

  get ready(): boolean {
    return (
      this.#nextIndex - this.#own.low < this.#limits.window &&
      (this.#own.retained[this.#self] ?? 0) < this.#limits.windowBytes
    );
  }

  /** Broadcasts a payload of 0 … `maxPayload` bytes. Throws Q4001 (too long) or Q4002 (not `ready`). */
  input(payload: Uint8Array): Step<Message, Delivery> {
    checkPayload(payload, this.maxPayload);
    if (!this.ready) {
      throw new QuorateError('Q4002', 'too many own broadcasts are in flight', 'wait until ready is true');
    }
    const index = this.#nextIndex++;
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
        this.#onRequest(from, message);
        break;
      case 'delivered':
        this.#onDelivered(from, message);
        break;
      case 'progress':
        this.#onProgress(from, message);
        break;
    }
    return this.#takeEffects();
  }

  reopened(peer: NodeId, incarnation: number): Step<Message, Delivery> {
    for (const lives of this.#lives) this.#answering.renew(peer, lives);
    for (const begun of this.#livesOf(peer).begin(incarnation)) this.#ask(begun);
    for (const lives of this.#lives) {
      for (const lane of lives) {
        lane.questions.forget(peer);
        lane.questions.note(peer, lane.low);
        this.#ask(lane);
      }
    }
    return this.#takeEffects();
  }

  usage(): Usage {
    const { openInstances, loggedBytes } = this.#limits;
    const lanes = this.#lives.map((lives) => [...lives]);
    const served = Math.max(...lanes.map((parts) => parts.length));
    return {
      openInstances: lanes.map((parts) => sum(parts, (lane) => lane.openCount)),
      maxOpenInstances: openInstances * served,
      retainedBytes: nodeIds(this.#group).map((node) => sum(lanes.flat(), (lane) => lane.retained[node] ?? 0)),
      maxRetainedBytes: retainedPerPeer(this.#limits, this.maxPayload) * served * this.#group.n,
      loggedBytes: lanes.map((parts) => sum(parts, (lane) => lane.log.bytes)),
      maxLoggedBytes: loggedBytes * served,
    };
  }

  // Fig. 1, step 1: upon the sender's initial, echo it to all (once).
  #onInput(from: NodeId, { sender, sequence, payload }: Input): void {
    if (sender !== from) return this.#accuse(from, () => faults.forgedSender(sender, sequence));
    const lane = this.#admit(from, sender, sequence);
    if (lane === undefined) return;
    const index = lane.indexOf(sequence);
    const instance = lane.open(index);
    const known = instance.input;
    if (known !== undefined) {
      if (isHeld(known, payload)) return this.#uselessFrom(from);
      return this.#accuse(from, () => faults.equivocatingInput(sender, sequence, known.value, payload));
    }
    const candidate = this.#candidate(lane, index, instance, from, payload);
    if (candidate === undefined) return;
    this.#flood.useful(from);
    instance.input = candidate;
    if (instance.echo === undefined) this.#echo(lane, index, instance, candidate);
    this.#step(lane, index, instance, candidate);
  }

  // Fig. 1, step 2: count each node's first echo for what it carries.
  #onEcho(from: NodeId, { sender, sequence, payload }: Echo): void {
    const lane = this.#admit(from, sender, sequence);
    if (lane === undefined) return;
    const index = lane.indexOf(sequence);
    const instance = lane.open(index);
    if (instance.echoed.has(from)) {
      const first = instance.echoOf(from);
      if (first === undefined || isHeld(first, payload)) return this.#uselessFrom(from);
      return this.#accuse(from, () => faults.doubleEcho(sender, sequence, first.value, payload));
    }
    const candidate = this.#candidate(lane, index, instance, from, payload);
    if (candidate === undefined) return;
    this.#flood.useful(from);
    instance.echoed.add(from);
    candidate.echoes.add(from);
    this.#step(lane, index, instance, candidate);
  }

  // Fig. 1, step 3: count each node's first vote for what it names.
  #onVote(from: NodeId, { sender, sequence, value }: Vote): void {
    const lane = this.#admit(from, sender, sequence);
    if (lane === undefined) return;
    const index = lane.indexOf(sequence);
    const instance = lane.open(index);
    if (instance.voted.has(from)) {
      const first = instance.voteOf(from);
      if (first === undefined || first.isNamedBy(value)) return this.#uselessFrom(from);
      return this.#accuse(from, () => faults.doubleVote(sender, sequence, first.value, value));
    }
    const candidate = instance.named(value) ?? this.#namedAnew(lane, index, instance, from, value);
    if (candidate === undefined) return;
    this.#flood.useful(from);
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
    if (votes < this.#deliverQuorum) return;
    if (candidate.payload === undefined) this.#askForDropped(lane, index, instance);
    else this.#deliver(lane, index, candidate.payload);
  }

  #echo(lane: Lane, index: number, instance: Instance, candidate: Candidate): void {
    instance.echo = candidate;
    const message = echoOf(lane.sender, lane.base + index, candidate);
    if (message !== undefined) this.#send('all', message);
  }

  #vote(lane: Lane, index: number, instance: Instance, candidate: Candidate): void {
    instance.vote = candidate;
    this.#send('all', voteOf(lane.sender, lane.base + index, candidate));
  }

  #deliver(lane: Lane, index: number, payload: Uint8Array): void {
    this.#answering.delivered();
    const advanced = lane.deliver(index, payload);
    this.#effects.push({
      kind: 'output',
      value: { sender: lane.sender, sequence: lane.base + index, payload },
    });
    if (advanced) this.#moved(lane);
  }

  /** The low-water mark moved: there is room for more, and the lowest instance takes every payload. */
  #moved(lane: Lane): void {
    if (lane.questions.lowest < lane.end) this.#ask(lane);
    const lowest = lane.peek(lane.low);
    if (lowest !== undefined) this.#askForDropped(lane, lane.low, lowest);
  }

  // Catch-up, answering side.
  #onRequest(from: NodeId, request: Request): void {
    const { sender, sequence } = request;
    const lives = this.#livesOf(sender);
    const lane = lives.lane(sequence);
    // A question without an answer would stay under way for ever, so there is one even when it is empty.
    const nothing: Progress = { kind: 'progress', sender, sequence, oldest: sequence, next: sequence, head: sequence };
    if (lane === undefined) return this.#send(from, nothing);
    const answer = this.#answering.answer(from, lane, request);
    if (answer === undefined) {
      this.#uselessFrom(from);
      return this.#send(from, progressOf(lane, sequence, lane.indexOf(sequence)));
    }
    for (const message of answer) this.#send(from, message);
    // Who asks about an earlier life learns that there is a later one.
    const { current } = lives;
    if (lane !== current) this.#send(from, { ...nothing, head: current.base + current.head });
  }

  // Catch-up, asking side: "I delivered this" is the node's vote, and f + 1 of them suffice: one of these is correct.
  #onDelivered(from: NodeId, { sender, sequence, payload }: Delivered): void {
    const lane = this.#admit(from, sender, sequence);
    if (lane === undefined) return;
    const index = lane.indexOf(sequence);
    const instance = lane.open(index);
    instance.answered ??= new NodeSet();
    if (instance.answered.has(from)) return this.#onRepeatedAnswer(from, lane, index, payload);
    // An answer counts even when its payload finds no room, or f + 1 of them could each be dropped for ever.
    const candidate = this.#candidate(lane, index, instance, from, payload) ?? instance.nameOnly(payload);
    this.#flood.useful(from);
    instance.answered.add(from);
    if (instance.voted.add(from)) candidate.votes.add(from);
    else if (!candidate.votes.has(from)) {
      const first = instance.voteOf(from);
      if (first !== undefined)
        return this.#accuse(from, () => faults.doubleVote(sender, sequence, first.value, candidate.value));
    }
    candidate.answers ??= new NodeSet();
    candidate.answers.add(from);
    this.#awaited(lane, instance, from, payload);
    this.#stepOnAnswers(lane, index, instance, candidate);
  }

  /** The payload of an answer that found no room at first. */
  #onRepeatedAnswer(from: NodeId, lane: Lane, index: number, payload: Uint8Array): void {
    const instance = lane.open(index);
    const first = instance.answerOf(from);
    if (first === undefined || first.payload !== undefined) return this.#uselessFrom(from);
    if (!lane.hasRoom(from, index, payload.length) && !this.#isAwaited(first)) return this.#uselessFrom(from);
    const copy = new Uint8Array(payload);
    if (!first.isNamedBy(sha256(copy))) return this.#uselessFrom(from);
    lane.fill(first, from, copy);
    this.#stepOnAnswers(lane, index, instance, first);
  }

  #stepOnAnswers(lane: Lane, index: number, instance: Instance, candidate: Candidate): void {
    // Votes first: f of the answers may be lies that nobody else heard, and then the others need the vote to deliver.
    this.#step(lane, index, instance, candidate);
    if ((candidate.answers?.size ?? 0) < this.#oneCorrect || lane.isDelivered(index)) return;
    if (candidate.payload === undefined) this.#askForDropped(lane, index, instance);
    else this.#deliver(lane, index, candidate.payload);
  }

  #onProgress(from: NodeId, { sender, sequence, oldest, next, head }: Progress): void {
    const lives = this.#livesOf(sender);
    const lane = lives.lane(sequence);
    if (lane === undefined) return this.#uselessFrom(from);
    if (incarnationOf(head) > lane.incarnation) return void this.#vouch(from, sender, head);
    const asked = lane.indexOf(sequence);
    if (!lane.covers(oldest) || !lane.covers(next) || !lane.questions.isAsked(from, asked)) {
      return this.#uselessFrom(from);
    }
    const reached = { oldest: lane.indexOf(oldest), next: lane.indexOf(next), head: lane.indexOf(head) };
    const more = lane.questions.answered(from, asked, reached);
    this.#skipWhatIsLost(lane);
    if (more) this.#ask(lane);
  }

  /** Goes on above what f + 1 nodes no longer have, and says so: this node counts among the f from here on. */
  #skipWhatIsLost(lane: Lane): void {
    const lost = lane.questions.lostBelow(this.#oneCorrect);
    if (lost <= lane.low) return;
    this.#blame(this.#self, faults.beyondTheLog(lane.sender, lane.base + lane.low, lane.base + lost));
    lane.skipTo(lost);
    this.#moved(lane);
  }

  #ask(lane: Lane): void {
    lane.questions.take(lane.low, lane.end, (peer, from, count) => this.#request(peer, lane, from, count));
  }

  /** Asks again for payloads that found no room: now they do, in the lowest instance or one that waits for nothing else. */
  #askForDropped(lane: Lane, index: number, instance: Instance): void {
    const { dropped } = instance;
    if (dropped === undefined) return;
    instance.dropped = undefined;
    for (const peer of dropped) this.#request(peer, lane, index, 1);
  }

  #request(peer: NodeId, lane: Lane, from: number, count: number): void {
    if (peer === this.#self) return;
    this.#send(peer, { kind: 'request', sender: lane.sender, sequence: lane.base + from, count });
  }

  /** The lane of an instance that may grow; undefined when the message is late, too early, or not to be believed. */
  #admit(from: NodeId, sender: NodeId, sequence: number): Lane | undefined {
    const lane = this.#livesOf(sender).lane(sequence) ?? this.#vouch(from, sender, sequence);
    if (lane === undefined) return undefined;
    const index = lane.indexOf(sequence);
    if (lane === this.#own && index >= this.#nextIndex) {
      this.#accuse(from, () => faults.fabricated(sequence));
      return undefined;
    }
    if (index >= lane.end) {
      this.#onBeyondWindow(from, lane, index);
      return undefined;
    }
    return lane.isDelivered(index) ? undefined : lane;
  }

  #onBeyondWindow(from: NodeId, lane: Lane, index: number): void {
    this.#uselessFrom(from);
    lane.questions.note(from, index);
    const { openInstances } = this.#limits;
    if (index >= lane.end + openInstances && lane.questions.probe(from, index, lane.low, openInstances))
      this.#ask(lane);
  }

  /** Somebody speaks of a life of the sender that has not begun here. */
  #vouch(from: NodeId, sender: NodeId, sequence: number): Lane | undefined {
    const lives = this.#livesOf(sender);
    const life = incarnationOf(sequence);
    if (sender === this.#self || life <= lives.current.incarnation) return undefined;
    for (const begun of lives.vouch(from, life)) this.#ask(begun);
    return lives.lane(sequence);
  }

  /** The candidate with this payload, or undefined when the peer has no room for another one: then it is asked again. */
  #candidate(lane: Lane, index: number, instance: Instance, from: NodeId, payload: Uint8Array): Candidate | undefined {
    const known = instance.withPayload(payload);
    if (known !== undefined) return known;
    if (lane.hasRoom(from, index, payload.length)) return lane.adopt(instance, from, payload);
    const awaited = this.#awaited(lane, instance, from, payload);
    if (awaited !== undefined) return awaited;
    instance.dropped ??= new NodeSet();
    instance.dropped.add(from);
    this.#uselessFrom(from);
    return undefined;
  }

  /** No quota keeps out a payload that is delivered at once, or a sender could keep from us what others deliver. */
  #awaited(lane: Lane, instance: Instance, from: NodeId, payload: Uint8Array): Candidate | undefined {
    if (!instance.candidates.some((candidate) => this.#isAwaited(candidate))) return undefined;
    const copy = new Uint8Array(payload);
    const candidate = instance.unfilled(copy);
    return candidate !== undefined && this.#isAwaited(candidate) ? lane.fill(candidate, from, copy) : undefined;
  }

  #isAwaited({ payload, votes, answers }: Candidate): boolean {
    if (payload !== undefined) return false;
    return votes.size >= this.#deliverQuorum || (answers?.size ?? 0) >= this.#oneCorrect;
  }

  #namedAnew(lane: Lane, index: number, instance: Instance, from: NodeId, value: Uint8Array): Candidate | undefined {
    return value.length === digestBytes
      ? instance.addNamed(value)
      : this.#candidate(lane, index, instance, from, value);
  }

  #livesOf(sender: NodeId): Lives {
    const lives = this.#lives[sender];
    if (lives === undefined)
      throw new QuorateError('Q1002', `there is no node ${sender} in a group of ${this.#group.n}`);
    return lives;
  }

  #send(to: NodeId | 'all', message: Message): void {
    this.#effects.push({ kind: 'send', to, message });
  }

  /** Reports a lie, unless the peer told more of them than anybody wants to read. */
  #accuse(from: NodeId, fault: () => Fault): void {
    if (this.#flood.lie(from)) this.#blame(from, fault());
    this.#uselessFrom(from);
  }

  #blame(peer: NodeId, fault: Fault): void {
    this.#effects.push({ kind: 'fault', peer, fault });
  }

  /** A message without effect. A few are normal (late, repeated after a cut); very many are not. */
  #uselessFrom(from: NodeId): void {
    const flood = this.#flood.useless(from);
    if (flood !== undefined) this.#blame(from, faults.flooding(flood));
  }

  #takeEffects(): Step<Message, Delivery> {
    const effects = this.#effects;
    if (effects.length === 0) return noEffects;
    this.#effects = [];
    return effects;
  }
}

const sum = (lanes: readonly Lane[], of: (lane: Lane) => number): number =>
  lanes.reduce((total, lane) => total + of(lane), 0);

const isHeld = ({ payload: held }: Candidate, payload: Uint8Array): boolean =>
  held !== undefined && equalBytes(held, payload);

/** Reliable broadcast as a factory, for layers that take any broadcast. */
export const createReliableBroadcast = (options: ReliableBroadcastOptions): ReliableBroadcast =>
  new ReliableBroadcast(options);
