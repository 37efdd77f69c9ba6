import { nodeIds, noEffects, type NodeId, type Schema, type Step } from '@quorate/transport';
import type { AnyProtocol } from '../node-slot.js';
import type { AdversaryContext, AdversaryEffect, AdversaryTimer, Behaviour, LyingProtocol } from './behaviour.js';
import { soonestEvents } from './crash.js';
import { InnerTimers } from './inner-timers.js';
import { Trigger } from './trigger.js';

/** It stays away so many ticks at most. */
const mostAway = 200;
/** It stops so many times at most. */
const mostStops = 3;
/** Records that are remembered, the first ones: an older disk holds no later ones. */
const mostRecords = 10_000;

/**
 * Honest, then stops, and some time later comes back without its memory: as a node that never said anything, under the same name. A
 * protocol with records comes back with an older disk: what it persisted first, or nothing. Up to 3 times.
 */
export const restart: Behaviour = {
  name: 'restart',
  summary: 'stops, and comes back later without its memory, or with an older disk',
  wrap: (make, context) => new Restart(make, context),
};

class Restart<I, M, O, T, R> implements LyingProtocol<I, M, O, T, R> {
  readonly schema: Schema<M>;
  declare readonly recordSchema?: Schema<R>;
  declare readonly restore?: (records: readonly R[]) => Step<M, O, T | AdversaryTimer, R>;
  readonly #make: () => AnyProtocol<I, M, O, T, R>;
  readonly #context: AdversaryContext;
  readonly #incarnations = new Map<NodeId, number>();
  #honest: AnyProtocol<I, M, O, T, R> | undefined;
  #trigger: Trigger;
  #timers: InnerTimers<T>;
  #log: R[] = [];
  #stops = 0;
  readonly #stopsInAll: number;

  constructor(make: () => AnyProtocol<I, M, O, T, R>, context: AdversaryContext) {
    const honest = make();
    this.schema = honest.schema;
    if (honest.recordSchema !== undefined) this.recordSchema = honest.recordSchema;
    if (honest.restore !== undefined) {
      this.restore = (records) => {
        this.#log = records.slice(0, mostRecords);
        return this.#event((node) => node.restore?.(records) ?? noEffects);
      };
    }
    this.#make = make;
    this.#context = context;
    this.#honest = honest;
    this.#timers = this.#newTimers();
    this.#trigger = new Trigger(context.when ?? { kind: 'events', after: context.random.below(soonestEvents) });
    this.#stopsInAll = 1 + context.random.below(mostStops);
  }

  /** A node that is down takes every input, and forgets it. */
  get ready(): boolean {
    return this.#honest?.ready ?? true;
  }

  input(value: I): Step<M, O, T | AdversaryTimer, R> {
    return this.#event((node) => node.input(value));
  }

  receive(from: NodeId, message: M): Step<M, O, T | AdversaryTimer, R> {
    return this.#event((node) => node.receive(from, message));
  }

  reopened(peer: NodeId, incarnation: number): Step<M, O, T | AdversaryTimer, R> {
    this.#incarnations.set(peer, incarnation);
    return this.#event((node) => node.reopened?.(peer, incarnation) ?? noEffects);
  }

  expire(timer: T | AdversaryTimer): Step<M, O, T | AdversaryTimer, R> {
    if (timer === 'adversary:begin') return this.#honest === undefined ? noEffects : this.#stop();
    if (timer === 'adversary:return') return this.#return();
    const inner = this.#timers.inward(timer);
    return inner === undefined ? noEffects : this.#event((node) => node.expire?.(inner.timer) ?? noEffects);
  }

  // The timers of each life have names of their own: what was armed before does not wake who comes after.
  #newTimers(): InnerTimers<T> {
    return new InnerTimers<T>(`life ${this.#stops}`, () => true);
  }

  #event(handle: (node: AnyProtocol<I, M, O, T, R>) => Step<M, O, T, R>): Step<M, O, T | AdversaryTimer, R> {
    if (this.#honest === undefined) return noEffects;
    const step = this.#outward(handle(this.#honest));
    const ticks = this.#trigger.event();
    if (ticks > 0) return [{ kind: 'arm', timer: 'adversary:begin', ticks }, ...step];
    if (!this.#trigger.begun) return step;
    // In the middle of what it does: the rest of the step is lost.
    return [...step.slice(0, this.#context.random.below(step.length + 1)), ...this.#stop()];
  }

  #stop(): AdversaryEffect<M, O, T, R>[] {
    this.#honest = undefined;
    this.#stops++;
    return [{ kind: 'arm', timer: 'adversary:return', ticks: 1 + this.#context.random.below(mostAway) }];
  }

  #return(): AdversaryEffect<M, O, T, R>[] {
    const { group, self, random } = this.#context;
    const honest = this.#make();
    this.#honest = honest;
    this.#timers = this.#newTimers();
    const again = this.#stops < this.#stopsInAll;
    this.#trigger = new Trigger({
      kind: 'events',
      after: again ? 1 + random.below(soonestEvents) : Number.MAX_SAFE_INTEGER,
    });
    this.#log.length = random.below(this.#log.length + 1);
    const restored = honest.restore?.([...this.#log]) ?? noEffects;
    const reopened = nodeIds(group)
      .filter((node) => node !== self)
      .flatMap((peer) => honest.reopened?.(peer, this.#incarnations.get(peer) ?? 0) ?? noEffects);
    return this.#outward([...restored, ...reopened]);
  }

  #outward(step: Step<M, O, T, R>): AdversaryEffect<M, O, T, R>[] {
    return step.map((effect) => {
      if (effect.kind === 'persist' && this.#log.length < mostRecords) this.#log.push(effect.record);
      if (effect.kind === 'compact') this.#log = effect.records.slice(0, mostRecords);
      return this.#timers.outward(effect);
    });
  }
}
