/** Which messages may touch which instance, and which payloads find room there: what a peer can make a node keep. */
import { deliver, NodeSet, oneCorrect, sha256, type Group, type NodeId } from '@quorate/transport/contract';
import type { CatchUp } from './catch-up.js';
import * as faults from './faults.js';
import type { Candidate, Instance } from './instance.js';
import type { Lane } from './lane.js';
import { livesOf, type Lives } from './lives.js';
import { digestBytes, type Delivered } from './message.js';
import type { Reaction } from './reaction.js';

export interface IntakeOptions {
  readonly group: Group;
  readonly own: Lane;
  readonly lives: readonly Lives[];
  readonly catchUp: CatchUp;
  readonly reaction: Reaction;
}

export class Intake {
  /** Index of the next own broadcast. */
  nextIndex = 0;
  readonly #own: Lane;
  readonly #oneCorrect: number;
  readonly #deliverQuorum: number;
  readonly #lives: readonly Lives[];
  readonly #catchUp: CatchUp;
  readonly #reaction: Reaction;

  constructor({ group, own, lives, catchUp, reaction }: IntakeOptions) {
    this.#own = own;
    this.#oneCorrect = oneCorrect(group);
    this.#deliverQuorum = deliver(group);
    this.#lives = lives;
    this.#catchUp = catchUp;
    this.#reaction = reaction;
  }

  /** The lane of an instance that may grow; undefined when the message is late, too early, or not to be believed. */
  admit(from: NodeId, sender: NodeId, sequence: number): Lane | undefined {
    const lane = livesOf(this.#lives, sender).lane(sequence) ?? this.#catchUp.vouch(from, sender, sequence);
    if (lane === undefined) return undefined;
    const index = lane.indexOf(sequence);
    if (lane === this.#own && index >= this.nextIndex) {
      this.#reaction.accuse(from, () => faults.fabricated(sequence));
      return undefined;
    }
    if (index >= lane.end) {
      this.#catchUp.beyondWindow(from, lane, index);
      return undefined;
    }
    return lane.isDelivered(index) ? undefined : lane;
  }

  /** The candidate with this payload, or undefined when the peer has no room for another one: then it is asked again. */
  candidate(lane: Lane, index: number, instance: Instance, from: NodeId, payload: Uint8Array): Candidate | undefined {
    const known = instance.withPayload(payload);
    if (known !== undefined) return known;
    if (lane.hasRoom(from, index, payload.length)) return lane.adopt(instance, from, payload);
    const awaited = this.#awaited(lane, instance, from, payload);
    if (awaited === undefined) this.#catchUp.drop(from, instance);
    return awaited;
  }

  /** The candidate that a vote names; undefined as for `candidate`. */
  named(lane: Lane, index: number, instance: Instance, from: NodeId, value: Uint8Array): Candidate | undefined {
    const known = instance.named(value);
    if (known !== undefined) return known;
    return value.length === digestBytes ? instance.addNamed(value) : this.candidate(lane, index, instance, from, value);
  }

  /** Counts a node's first answer, also as its vote. Answers the candidate that it is for, if that changed anything. */
  countAnswer(
    from: NodeId,
    lane: Lane,
    index: number,
    { sender, sequence, payload }: Delivered,
  ): Candidate | undefined {
    const instance = lane.open(index);
    instance.answered ??= new NodeSet();
    if (instance.answered.has(from)) return this.#repeatedAnswer(from, lane, index, payload);
    // An answer counts even when its payload finds no room, or f + 1 of them could each be dropped for ever.
    const candidate = this.candidate(lane, index, instance, from, payload) ?? instance.nameOnly(payload);
    this.#reaction.useful(from);
    instance.answered.add(from);
    if (instance.voted.add(from)) candidate.votes.add(from);
    else if (!candidate.votes.has(from)) {
      const first = instance.voteOf(from);
      if (first !== undefined) {
        this.#reaction.accuse(from, () => faults.doubleVote(sender, sequence, first.value, candidate.value));
        return undefined;
      }
    }
    candidate.answers ??= new NodeSet();
    candidate.answers.add(from);
    this.#awaited(lane, instance, from, payload);
    return candidate;
  }

  /** The payload of an answer that found no room at first. */
  #repeatedAnswer(from: NodeId, lane: Lane, index: number, payload: Uint8Array): Candidate | undefined {
    const first = lane.open(index).answerOf(from);
    const isMissing = first !== undefined && first.payload === undefined;
    if (isMissing && (lane.hasRoom(from, index, payload.length) || this.#isAwaited(first))) {
      const copy = new Uint8Array(payload);
      if (first.isNamedBy(sha256(copy))) return lane.fill(first, from, copy);
    }
    this.#reaction.useless(from);
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
}
