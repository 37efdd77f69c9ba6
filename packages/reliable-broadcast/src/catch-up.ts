/**
 * Catch-up: whom to ask for what was missed, and what to answer. `Questions` says when, `Answering` how much; here the two meet
 * the messages. Nothing here counts for a delivery: answers do (`Intake.countAnswer`).
 */
import { NodeSet, oneCorrect, type Group, type NodeId } from '@quorate/transport/contract';
import { Answering, progressOf } from './answering.js';
import * as faults from './faults.js';
import type { Instance } from './instance.js';
import type { Lane } from './lane.js';
import type { Limits } from './limits.js';
import { livesOf, type Lives } from './lives.js';
import type { Progress, Request } from './message.js';
import type { Reaction } from './reaction.js';
import { incarnationOf } from './sequence.js';

export interface CatchUpOptions {
  readonly group: Group;
  readonly self: NodeId;
  readonly limits: Limits;
  readonly lives: readonly Lives[];
  readonly reaction: Reaction;
}

export class CatchUp {
  readonly #self: NodeId;
  readonly #oneCorrect: number;
  readonly #openInstances: number;
  readonly #lives: readonly Lives[];
  readonly #answering: Answering;
  readonly #reaction: Reaction;

  constructor({ group, self, limits, lives, reaction }: CatchUpOptions) {
    this.#self = self;
    this.#oneCorrect = oneCorrect(group);
    this.#openInstances = limits.openInstances;
    this.#lives = lives;
    this.#answering = new Answering(group, livesOf(lives, self).current, limits);
    this.#reaction = reaction;
  }

  /** The link to `peer` lost frames and is open again: everything it said since the low-water mark is asked for. */
  reopened(peer: NodeId, incarnation: number): void {
    for (const lives of this.#lives) this.#answering.renew(peer, lives);
    for (const begun of livesOf(this.#lives, peer).begin(incarnation)) this.#ask(begun);
    for (const lives of this.#lives) {
      for (const lane of lives) {
        lane.questions.forget(peer);
        lane.questions.note(peer, lane.low);
        this.#ask(lane);
      }
    }
  }

  /** An instance of the lane was delivered, and perhaps the low-water mark moved with it. */
  delivered(lane: Lane, advanced: boolean): void {
    this.#answering.delivered();
    if (advanced) this.#moved(lane);
  }

  /** Answers a peer that asks. */
  onRequest(from: NodeId, request: Request): void {
    const { sender, sequence } = request;
    const lives = livesOf(this.#lives, sender);
    const lane = lives.lane(sequence);
    // A question without an answer would stay under way for ever, so there is one even when it is empty.
    const nothing: Progress = { kind: 'progress', sender, sequence, oldest: sequence, next: sequence, head: sequence };
    if (lane === undefined) return this.#reaction.send(from, nothing);
    const answer = this.#answering.answer(from, lane, request);
    if (answer === undefined) {
      this.#reaction.useless(from);
      return this.#reaction.send(from, progressOf(lane, sequence, lane.indexOf(sequence)));
    }
    for (const message of answer) this.#reaction.send(from, message);
    // Who asks about an earlier life learns that there is a later one.
    const { current } = lives;
    if (lane !== current) this.#reaction.send(from, { ...nothing, head: current.base + current.head });
  }

  /** A peer ended its answer. */
  onProgress(from: NodeId, { sender, sequence, oldest, next, head }: Progress): void {
    const lane = livesOf(this.#lives, sender).lane(sequence);
    if (lane === undefined) return this.#reaction.useless(from);
    if (incarnationOf(head) > lane.incarnation) return void this.vouch(from, sender, head);
    const asked = lane.indexOf(sequence);
    if (!lane.covers(oldest) || !lane.covers(next) || !lane.questions.isAsked(from, asked)) {
      return this.#reaction.useless(from);
    }
    const reached = { oldest: lane.indexOf(oldest), next: lane.indexOf(next), head: lane.indexOf(head) };
    const more = lane.questions.answered(from, asked, reached);
    this.#skipWhatIsLost(lane);
    if (more) this.#ask(lane);
  }

  /** Something beyond the window was dropped: it is asked for when there is room. */
  beyondWindow(from: NodeId, lane: Lane, index: number): void {
    this.#reaction.useless(from);
    lane.questions.note(from, index);
    const window = this.#openInstances;
    if (index >= lane.end + window && lane.questions.probe(from, index, lane.low, window)) this.#ask(lane);
  }

  /** Somebody speaks of a life of the sender that has not begun here. Answers its lane, if it begins by that. */
  vouch(from: NodeId, sender: NodeId, sequence: number): Lane | undefined {
    const lives = livesOf(this.#lives, sender);
    const life = incarnationOf(sequence);
    if (sender === this.#self || life <= lives.current.incarnation) return undefined;
    for (const begun of lives.vouch(from, life)) this.#ask(begun);
    return lives.lane(sequence);
  }

  /** The payload found no room: the peer is asked for it again, see `askForDropped`. */
  drop(from: NodeId, instance: Instance): void {
    instance.dropped ??= new NodeSet();
    instance.dropped.add(from);
    this.#reaction.useless(from);
  }

  /** Asks again for payloads that found no room: now they do, in the lowest instance or one that waits for nothing else. */
  askForDropped(lane: Lane, index: number, instance: Instance): void {
    const { dropped } = instance;
    if (dropped === undefined) return;
    instance.dropped = undefined;
    for (const peer of dropped) this.#request(peer, lane, index, 1);
  }

  /** The low-water mark moved: there is room for more, and the lowest instance takes every payload. */
  #moved(lane: Lane): void {
    if (lane.questions.lowest < lane.end) this.#ask(lane);
    const lowest = lane.peek(lane.low);
    if (lowest !== undefined) this.askForDropped(lane, lane.low, lowest);
  }

  /** Goes on above what f + 1 nodes no longer have, and says so: this node counts among the f from here on. */
  #skipWhatIsLost(lane: Lane): void {
    const lost = lane.questions.lostBelow(this.#oneCorrect);
    if (lost <= lane.low) return;
    this.#reaction.blame(this.#self, faults.beyondTheLog(lane.sender, lane.base + lane.low, lane.base + lost));
    lane.skipTo(lost);
    this.#moved(lane);
  }

  #ask(lane: Lane): void {
    lane.questions.take(lane.low, lane.end, (peer, from, count) => this.#request(peer, lane, from, count));
  }

  #request(peer: NodeId, lane: Lane, from: number, count: number): void {
    if (peer === this.#self) return;
    this.#reaction.send(peer, { kind: 'request', sender: lane.sender, sequence: lane.base + from, count });
  }
}
