import {
  nodeIds,
  noEffects,
  type NodeId,
  type Protocol,
  type Schema,
  type Step,
  type TimedProtocol,
} from '@quorate/transport';
import type { Random } from '../random.js';
import type { AdversaryContext, AdversaryTimer, Behaviour } from './behaviour.js';
import { Trigger } from './trigger.js';

/** Without a `when`, a node crashes within so many events. */
const soonestEvents = 100;

/**
 * Honest until its time has come, then nothing for ever. A crash at an event (not at a time) falls into the middle of that
 * event's step: some of its messages leave, to some of the nodes, and the rest never do.
 */
export const crash: Behaviour = {
  name: 'crash',
  summary: 'is honest, then stops for ever, in the middle of a broadcast if it can',
  wrap: (honest, context) => new Crash(honest, context),
};

class Crash<I, M, O> implements TimedProtocol<I, M, O, AdversaryTimer> {
  readonly schema: Schema<M>;
  readonly #honest: Protocol<I, M, O>;
  readonly #trigger: Trigger;
  readonly #random: Random;
  readonly #all: readonly NodeId[];
  #crashed = false;

  constructor(honest: Protocol<I, M, O>, context: AdversaryContext) {
    this.schema = honest.schema;
    this.#honest = honest;
    this.#random = context.random;
    this.#trigger = new Trigger(context.when ?? { kind: 'events', after: context.random.below(soonestEvents) });
    this.#all = nodeIds(context.group);
  }

  /** A crashed node takes every input, and forgets it. */
  get ready(): boolean {
    return this.#crashed || this.#honest.ready;
  }

  input(value: I): Step<M, O, AdversaryTimer> {
    return this.#event(() => this.#honest.input(value));
  }

  receive(from: NodeId, message: M): Step<M, O, AdversaryTimer> {
    return this.#event(() => this.#honest.receive(from, message));
  }

  reopened(peer: NodeId, incarnation: number): Step<M, O, AdversaryTimer> {
    return this.#event(() => this.#honest.reopened?.(peer, incarnation) ?? noEffects);
  }

  expire(timer: AdversaryTimer): Step<M, O, AdversaryTimer> {
    if (timer === 'adversary:begin') this.#crashed = true;
    return noEffects;
  }

  #event(handle: () => Step<M, O>): Step<M, O, AdversaryTimer> {
    if (this.#crashed) return noEffects;
    // First: what our caller is refused is no event.
    const honest = handle();
    const ticks = this.#trigger.event();
    if (ticks > 0) return [{ kind: 'arm', timer: 'adversary:begin', ticks }, ...honest];
    if (!this.#trigger.begun) return honest;
    this.#crashed = true;
    return this.#torn(honest);
  }

  #torn(step: Step<M, O>): Step<M, O> {
    const single = step.flatMap((effect) =>
      effect.kind === 'send' && effect.to === 'all' ? this.#all.map((to) => ({ ...effect, to })) : [effect],
    );
    return single.slice(0, this.#random.below(single.length + 1));
  }
}
