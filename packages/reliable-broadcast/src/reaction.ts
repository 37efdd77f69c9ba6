import { noEffects, type Effect, type Fault, type Group, type NodeId, type Step } from '@quorate/transport/contract';
import type { Delivery } from './broadcast.js';
import * as faults from './faults.js';
import { FloodGauge } from './flood-gauge.js';
import type { Message } from './message.js';

/** What the event that is being handled wants done, and what its message was worth. */
export class Reaction {
  readonly #flood: FloodGauge;
  #effects: Effect<Message, Delivery>[] | undefined;

  constructor(group: Group) {
    this.#flood = new FloodGauge(group);
  }

  /** The effects so far; the next event begins with none. */
  take(): Step<Message, Delivery> {
    const effects = this.#effects;
    if (effects === undefined) return noEffects;
    this.#effects = undefined;
    return effects;
  }

  send(to: NodeId | 'all', message: Message): void {
    this.#add({ kind: 'send', to, message });
  }

  output(value: Delivery): void {
    this.#add({ kind: 'output', value });
  }

  blame(peer: NodeId, fault: Fault): void {
    this.#add({ kind: 'fault', peer, fault });
  }

  /** Reports a lie, unless the peer told more of them than anybody wants to read. */
  accuse(from: NodeId, fault: () => Fault): void {
    if (this.#flood.lie(from)) this.blame(from, fault());
    this.useless(from);
  }

  /** The message had an effect. */
  useful(from: NodeId): void {
    this.#flood.useful(from);
  }

  /** A message without effect. A few are normal (late, repeated after a cut); very many are not. */
  useless(from: NodeId): void {
    const flood = this.#flood.useless(from);
    if (flood !== undefined) this.blame(from, faults.flooding(flood));
  }

  #add(effect: Effect<Message, Delivery>): void {
    // Most events bring about one effect, and an array that begins empty has room for seventeen.
    if (this.#effects === undefined) this.#effects = [effect];
    else this.#effects.push(effect);
  }
}
