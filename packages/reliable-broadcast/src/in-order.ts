/**
 * A broadcast that delivers each sender's payloads in the order of their numbers. Over reliable broadcast every correct node then
 * sees the same sequence of each sender, so that of two payloads which contradict each other everybody takes the same one first.
 *
 * Numbers of a later life of a sender are left out: a node that lost its memory may contradict what it said, and counts among
 * the f.
 */
import type { Broadcast, Delivery, Usage } from './broadcast.js';
import {
  lift,
  noEffects,
  putsNothingOut,
  type Effect,
  type NodeId,
  type Schema,
  type Step,
} from '@quorate/transport/contract';
import { SenderOrder } from './sender-order.js';

/** How far apart the open numbers of a sender are where the broadcast states no bound. */
const defaultSpread = 1024;

export class InOrder<Message> implements Broadcast<Message> {
  readonly #broadcast: Broadcast<Message>;
  readonly #spread: number;
  readonly #orders = new Map<NodeId, SenderOrder>();

  constructor(broadcast: Broadcast<Message>) {
    this.#broadcast = broadcast;
    this.#spread = broadcast.usage().maxOpenInstances || defaultSpread;
  }

  get schema(): Schema<Message> {
    return this.#broadcast.schema;
  }

  get ready(): boolean {
    return this.#broadcast.ready;
  }

  get maxPayload(): number {
    return this.#broadcast.maxPayload;
  }

  get nextSequence(): number {
    return this.#broadcast.nextSequence;
  }

  usage(): Usage {
    return this.#broadcast.usage();
  }

  input(payload: Uint8Array): Step<Message, Delivery> {
    return this.#lift(this.#broadcast.input(payload));
  }

  receive(from: NodeId, message: Message): Step<Message, Delivery> {
    return this.#lift(this.#broadcast.receive(from, message));
  }

  reopened(peer: NodeId, incarnation: number): Step<Message, Delivery> {
    return this.#lift(this.#broadcast.reopened?.(peer, incarnation) ?? noEffects);
  }

  #lift(step: Step<Message, Delivery>): Step<Message, Delivery> {
    if (putsNothingOut(step)) return step;
    return lift(step, {
      message: (message: Message) => message,
      output: (delivery: Delivery) => this.#delivered(delivery),
    });
  }

  #delivered(delivery: Delivery): readonly Effect<Message, Delivery>[] {
    const { sender } = delivery;
    const order = this.#orders.get(sender) ?? new SenderOrder(this.#spread);
    this.#orders.set(sender, order);
    const step: Effect<Message, Delivery>[] = [];
    order.deliver(delivery, (value) => step.push({ kind: 'output', value }));
    return step;
  }
}
