import { nodeIds, noEffects, type NodeId, type Schema, type Step } from '@quorate/transport';
import type { AnyProtocol } from '../node-slot.js';
import type { Random } from '../random.js';
import type { AdversaryContext, AdversaryTimer, Behaviour, LyingProtocol } from './behaviour.js';
import { InnerTimers } from './inner-timers.js';
import { Trigger } from './trigger.js';

/** Without a `when`, a node crashes within so many events. */
export const soonestEvents = 100;

/**
 * Honest until its time has come, then nothing for ever. A crash at an event (not at a time) falls into the middle of that
 * event's step: some of its messages leave, to some of the nodes, and the rest never do.
 */
export const crash: Behaviour = {
  name: 'crash',
  summary: 'is honest, then stops for ever, in the middle of a broadcast if it can',
  wrap: (make, context) => new Crash(make(), context),
};

class Crash<I, M, O, T, R> implements LyingProtocol<I, M, O, T, R> {
  readonly schema: Schema<M>;
  declare readonly recordSchema?: Schema<R>;
  declare readonly restore?: (records: readonly R[]) => Step<M, O, T | AdversaryTimer, R>;
  readonly #honest: AnyProtocol<I, M, O, T, R>;
  readonly #trigger: Trigger;
  readonly #timers = new InnerTimers<T>('inner');
  readonly #random: Random;
  readonly #all: readonly NodeId[];
  #crashed = false;

  constructor(honest: AnyProtocol<I, M, O, T, R>, context: AdversaryContext) {
    this.schema = honest.schema;
    if (honest.recordSchema !== undefined) this.recordSchema = honest.recordSchema;
    if (honest.restore !== undefined) {
      this.restore = (records) => this.#event(() => honest.restore?.(records) ?? noEffects);
    }
    this.#honest = honest;
    this.#random = context.random;
    this.#trigger = new Trigger(context.when ?? { kind: 'events', after: context.random.below(soonestEvents) });
    this.#all = nodeIds(context.group);
  }

  /** A crashed node takes every input, and forgets it. */
  get ready(): boolean {
    return this.#crashed || this.#honest.ready;
  }

  input(value: I): Step<M, O, T | AdversaryTimer, R> {
    return this.#event(() => this.#honest.input(value));
  }

  receive(from: NodeId, message: M): Step<M, O, T | AdversaryTimer, R> {
    return this.#event(() => this.#honest.receive(from, message));
  }

  reopened(peer: NodeId, incarnation: number): Step<M, O, T | AdversaryTimer, R> {
    return this.#event(() => this.#honest.reopened?.(peer, incarnation) ?? noEffects);
  }

  expire(timer: T | AdversaryTimer): Step<M, O, T | AdversaryTimer, R> {
    const inner = this.#timers.inward(timer);
    if (inner !== undefined) return this.#event(() => this.#honest.expire?.(inner.timer) ?? noEffects);
    this.#crashed = true;
    return noEffects;
  }

  #event(handle: () => Step<M, O, T, R>): Step<M, O, T | AdversaryTimer, R> {
    if (this.#crashed) return noEffects;
    // First: what our caller is refused is no event.
    const honest = handle().map((effect) => this.#timers.outward(effect));
    const ticks = this.#trigger.event();
    if (ticks > 0) return [{ kind: 'arm', timer: 'adversary:begin', ticks }, ...honest];
    if (!this.#trigger.begun) return honest;
    this.#crashed = true;
    return this.#torn(honest);
  }

  #torn(step: Step<M, O, T | AdversaryTimer, R>): Step<M, O, T | AdversaryTimer, R> {
    const single = step.flatMap((effect) =>
      effect.kind === 'send' && effect.to === 'all' ? this.#all.map((to) => ({ ...effect, to })) : [effect],
    );
    return single.slice(0, this.#random.below(single.length + 1));
  }
}
