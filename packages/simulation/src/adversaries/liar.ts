import { nodeIds, noEffects, type NodeId, type Schema, type Step } from '@quorate/transport';
import type { AnyProtocol } from '../node-slot.js';
import type { AdversaryContext, AdversaryEffect, AdversaryTimer, Conduct, LyingProtocol } from './behaviour.js';
import { InnerTimers } from './inner-timers.js';
import { Trigger } from './trigger.js';

/** Runs an honest protocol, and lets a {@link Conduct} edit what it sends to others once the behaviour has begun. */
export class Liar<I, M, O, T, R> implements LyingProtocol<I, M, O, T, R> {
  readonly schema: Schema<M>;
  declare readonly recordSchema?: Schema<R>;
  /** There with a durable protocol inside alone: hosts look for it. */
  declare readonly restore?: (records: readonly R[]) => Step<M, O, T | AdversaryTimer, R>;
  readonly #honest: AnyProtocol<I, M, O, T, R>;
  readonly #conduct: Conduct<M>;
  readonly #trigger: Trigger;
  readonly #timers = new InnerTimers<T>('inner');
  readonly #self: NodeId;
  readonly #others: readonly NodeId[];
  #begun = false;

  constructor(honest: AnyProtocol<I, M, O, T, R>, context: AdversaryContext, conduct: Conduct<M>) {
    this.schema = honest.schema;
    if (honest.recordSchema !== undefined) this.recordSchema = honest.recordSchema;
    if (honest.restore !== undefined) {
      this.restore = (records) => this.#event(() => honest.restore?.(records) ?? noEffects);
    }
    this.#honest = honest;
    this.#conduct = conduct;
    this.#trigger = new Trigger(context.when ?? { kind: 'events', after: 0 });
    this.#self = context.self;
    this.#others = nodeIds(context.group).filter((node) => node !== context.self);
  }

  get ready(): boolean {
    return this.#isMute() || this.#honest.ready;
  }

  input(value: I): Step<M, O, T | AdversaryTimer, R> {
    return this.#event(() => (this.#isMute() && !this.#honest.ready ? noEffects : this.#honest.input(value)));
  }

  receive(from: NodeId, message: M): Step<M, O, T | AdversaryTimer, R> {
    if (from !== this.#self) this.#conduct.hear?.(message, from);
    return this.#event(() => this.#honest.receive(from, message));
  }

  reopened(peer: NodeId, incarnation: number): Step<M, O, T | AdversaryTimer, R> {
    return this.#event(() => this.#honest.reopened?.(peer, incarnation) ?? noEffects);
  }

  expire(timer: T | AdversaryTimer): Step<M, O, T | AdversaryTimer, R> {
    const inner = this.#timers.inward(timer);
    if (inner !== undefined) return this.#event(() => this.#honest.expire?.(inner.timer) ?? noEffects);
    if (timer !== 'adversary:begin') return this.#conduct.release?.() ?? noEffects;
    this.#trigger.begin();
    return this.#begin();
  }

  #isMute(): boolean {
    return this.#conduct.mute === true && this.#trigger.begun;
  }

  #begin(): readonly AdversaryEffect<M>[] {
    if (this.#begun) return noEffects;
    this.#begun = true;
    return this.#conduct.begin?.() ?? noEffects;
  }

  #event(handle: () => Step<M, O, T, R>): Step<M, O, T | AdversaryTimer, R> {
    // First: what our caller is refused is no event.
    const honest = handle();
    const ticks = this.#trigger.event();
    const step: AdversaryEffect<M, O, T, R>[] = [];
    if (ticks > 0) step.push({ kind: 'arm', timer: 'adversary:begin', ticks });
    const lies = this.#trigger.begun;
    if (lies) step.push(...this.#begin());
    for (const effect of honest) {
      if (effect.kind === 'send' && lies) step.push(...this.#edit(effect.to, effect.message));
      else step.push(this.#timers.outward(effect));
    }
    if (lies && this.#conduct.beside !== undefined) step.push(...this.#conduct.beside());
    return step;
  }

  // Oneself hears the honest face: otherwise the liar's own protocol would fall apart, and with it the lie.
  #edit(to: NodeId | 'all', message: M): readonly AdversaryEffect<M>[] {
    if (to === this.#self) return [{ kind: 'send', to, message }];
    if (to !== 'all') return this.#conduct.speak(message, [to]);
    return [{ kind: 'send', to: this.#self, message }, ...this.#conduct.speak(message, this.#others)];
  }
}
