/** Catch-up, answering side: a node repeats what it said about open instances, and gives what it delivered. */
import type { Group, NodeId } from '@quorate/transport/contract';
import { echoOf, voteOf } from './instance.js';
import type { Lane } from './lane.js';
import type { Limits } from './limits.js';
import type { Message, Progress } from './message.js';

/** One answer repeats at most so many instances, and stops after so many payload bytes. */
const instancesPerAnswer = 64;
const bytesPerAnswer = 256 * 1024;

/** Credit for repeated answers that a peer gains with every delivery. */
const creditPerDelivery = 4;

/**
 * Answers requests. Each instance is repeated to a peer once for nothing, because a peer can be slow; asking again for the
 * same costs credit, which grows with what the group delivers: answers never outgrow the real traffic.
 */
export class Answering {
  readonly #own: Lane;
  readonly #initialCredit: number;
  readonly #spent: number[];
  #deliveries = 0;

  /** `own` is the lane whose inputs are ours to repeat. */
  constructor(group: Group, own: Lane, limits: Limits) {
    this.#own = own;
    this.#initialCredit = limits.openInstances * group.n;
    this.#spent = Array.from({ length: group.n }, () => 0);
  }

  /** A cut link was opened again: what went before may have been lost. */
  renew(peer: NodeId): void {
    this.#spent[peer] = 0;
  }

  /** Something was delivered. */
  delivered(): void {
    this.#deliveries++;
  }

  /** What to send to `peer`, which asked for the lane's instances from `sequence` on; nothing beyond its credit. */
  answer(peer: NodeId, lane: Lane, sequence: number): readonly Message[] {
    const start = Math.max(lane.indexOf(sequence), lane.log.oldest);
    const before = lane.answeredUpTo[peer] ?? 0;
    if (start < before && !this.#spend(peer, Math.min(before - start, instancesPerAnswer))) return [];
    const messages: Message[] = [];
    let bytes = 0;
    let index = start;
    for (; index < lane.head && index < start + instancesPerAnswer && bytes < bytesPerAnswer; index++) {
      bytes += this.#repeat(lane, index, messages);
    }
    lane.answeredUpTo[peer] = Math.max(before, index);
    messages.push(progressOf(lane, index));
    return messages;
  }

  /** Appends what we said about one instance; answers its payload bytes. */
  #repeat(lane: Lane, index: number, messages: Message[]): number {
    const { sender } = lane;
    const sequence = lane.base + index;
    if (lane.isDelivered(index)) {
      const payload = lane.log.get(index);
      if (payload !== undefined) messages.push({ kind: 'delivered', sender, sequence, payload });
      return payload?.length ?? 0;
    }
    const instance = lane.peek(index);
    if (instance === undefined) return 0;
    const input = lane === this.#own ? instance.input?.payload : undefined;
    if (input !== undefined) messages.push({ kind: 'input', sender, sequence, payload: input });
    const echo = instance.echo && echoOf(sender, sequence, instance.echo);
    if (echo !== undefined) messages.push(echo);
    if (instance.vote !== undefined) messages.push(voteOf(sender, sequence, instance.vote));
    return (input?.length ?? 0) + (echo?.payload.length ?? 0);
  }

  #spend(peer: NodeId, repeats: number): boolean {
    const ceiling = this.#initialCredit + creditPerDelivery * this.#deliveries;
    // Credit that nobody used does not pile up for ever.
    const spent = Math.max(this.#spent[peer] ?? 0, ceiling - 4 * this.#initialCredit);
    if (spent + repeats > ceiling) return false;
    this.#spent[peer] = spent + repeats;
    return true;
  }
}

/** Ends an answer: `index` is where the next one begins. */
export const progressOf = ({ base, head, log, sender }: Lane, index: number): Progress => ({
  kind: 'progress',
  sender,
  oldest: base + log.oldest,
  next: base + Math.min(index, head),
  head: base + head,
});
