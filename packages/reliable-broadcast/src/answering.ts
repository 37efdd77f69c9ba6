/** Catch-up, answering side: a node repeats what it said about open instances, and gives what it delivered. */
import type { Group, NodeId } from '@quorate/transport/contract';
import { echoOf, voteOf } from './instance.js';
import type { Lane } from './lane.js';
import type { Limits } from './limits.js';
import type { Message, Progress, Request } from './message.js';
import { filled } from './filled.js';

/** An answer stops after so many payload bytes. */
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
  readonly #mostCredit: number;
  readonly #spent: number[];
  #deliveries = 0;

  /** `own` is the lane whose inputs are ours to repeat. */
  constructor(group: Group, own: Lane, limits: Limits) {
    this.#own = own;
    this.#initialCredit = limits.openInstances * group.n;
    // Enough to repeat every log and every open instance anew: a peer that catches up from far behind is never refused.
    this.#mostCredit = creditPerDelivery * (limits.openInstances + limits.loggedInstances) * group.n;
    this.#spent = filled(group.n, 0);
  }

  /** A cut link was opened again: what went before may have been lost, and is repeated for nothing once more. */
  renew(peer: NodeId, lanes: Iterable<Lane>): void {
    this.#spent[peer] = 0;
    for (const lane of lanes) lane.answeredUpTo[peer] = 0;
  }

  /** Something was delivered. */
  delivered(): void {
    this.#deliveries++;
  }

  /** What to send to `peer`, which asked for instances of this lane; undefined beyond its credit. */
  answer(peer: NodeId, lane: Lane, { sequence, count }: Request): readonly Message[] | undefined {
    const start = Math.max(lane.indexOf(sequence), lane.oldest);
    const before = lane.answeredUpTo[peer] ?? 0;
    if (start < before && !this.#spend(peer, Math.min(before - start, count))) return undefined;
    const messages: Message[] = [];
    let bytes = 0;
    let index = start;
    for (; index < lane.head && index < start + count && bytes < bytesPerAnswer; index++) {
      bytes += this.#repeat(lane, index, messages);
    }
    lane.answeredUpTo[peer] = Math.max(before, index);
    messages.push(progressOf(lane, sequence, index));
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
    // Our own first candidate is what `input` took in: the message to ourselves, which makes it the input, may be under way.
    const input = lane === this.#own ? instance.candidates[0]?.payload : undefined;
    if (input !== undefined) messages.push({ kind: 'input', sender, sequence, payload: input });
    const echo = instance.echo && echoOf(sender, sequence, instance.echo);
    if (echo !== undefined) messages.push(echo);
    if (instance.vote !== undefined) messages.push(voteOf(sender, sequence, instance.vote));
    return (input?.length ?? 0) + (echo?.payload.length ?? 0);
  }

  #spend(peer: NodeId, repeats: number): boolean {
    const ceiling = this.#initialCredit + creditPerDelivery * this.#deliveries;
    // Credit that nobody used does not pile up for ever.
    const spent = Math.max(this.#spent[peer] ?? 0, ceiling - this.#mostCredit);
    if (spent + repeats > ceiling) return false;
    this.#spent[peer] = spent + repeats;
    return true;
  }
}

/** Ends the answer to the request from `sequence` on: `index` is where the next one begins. */
export const progressOf = ({ base, head, oldest, sender }: Lane, sequence: number, index: number): Progress => ({
  kind: 'progress',
  sender,
  sequence,
  oldest: base + oldest,
  next: base + index,
  head: base + head,
});
