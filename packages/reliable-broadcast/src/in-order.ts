/**
 * A broadcast that delivers each sender's payloads in the order of their numbers. Over reliable broadcast every correct node then
 * sees the same sequence of each sender, so that of two payloads which contradict each other everybody takes the same one first.
 *
 * Numbers of a later life of a sender are left out: a node that lost its memory may contradict what it said, and counts among
 * the f.
 */
import type { Broadcast, Delivery, Usage } from './broadcast.js';
import { lift, noEffects, type Effect, type NodeId, type Schema, type Step } from '@quorate/transport/contract';
import { firstSequence } from './sequence.js';

/** How far apart the open numbers of a sender are where the broadcast states no bound. */
const defaultSpread = 1024;

export class InOrder<Message> implements Broadcast<Message> {
  readonly #broadcast: Broadcast<Message>;
  readonly #spread: number;
  /** By sender: the number that is due, and deliveries above it that came early, fewer than the broadcast has open at a time. */
  readonly #lanes = new Map<NodeId, { due: number; readonly early: Map<number, Delivery> }>();

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
    return lift(step, {
      message: (message: Message) => message,
      output: (delivery: Delivery) => this.#delivered(delivery),
    });
  }

  #delivered(delivery: Delivery): readonly Effect<Message, Delivery>[] {
    const { sender, sequence } = delivery;
    const lane = this.#lanes.get(sender) ?? { due: 0, early: new Map<number, Delivery>() };
    this.#lanes.set(sender, lane);
    if (sequence < lane.due || sequence >= firstSequence(1)) return noEffects;
    lane.early.set(sequence, delivery);
    const step: Effect<Message, Delivery>[] = [];
    // So far apart means that the broadcast skipped some, which this node missed for good: it goes on with what it has.
    const end = sequence - this.#spread + 1;
    if (lane.due < end) {
      for (const number of [...lane.early.keys()].toSorted((a, b) => a - b)) {
        if (number < end) take(lane, number, step);
      }
      lane.due = end;
    }
    while (lane.early.has(lane.due)) take(lane, lane.due++, step);
    return step;
  }
}

function take<Message>(
  { early }: { readonly early: Map<number, Delivery> },
  sequence: number,
  step: Effect<Message, Delivery>[],
): void {
  const value = early.get(sequence);
  early.delete(sequence);
  if (value !== undefined) step.push({ kind: 'output', value });
}
