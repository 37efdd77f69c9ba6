import { nodeIds, noEffects, type NodeId, type Schema, type Step } from '@quorate/transport';
import type { AnyProtocol } from '../node-slot.js';
import { isOwnTimer } from './behaviour.js';
import type { AdversaryContext, AdversaryEffect, AdversaryTimer, Conduct, LyingProtocol } from './behaviour.js';
import { Trigger } from './trigger.js';

/** Runs an honest protocol, and lets a {@link Conduct} edit what it sends to others once the behaviour has begun. */
export class Liar<I, M, O, T, R> implements LyingProtocol<I, M, O, T, R> {
  readonly schema: Schema<M>;
  readonly recordSchema?: Schema<R>;
  readonly #honest: AnyProtocol<I, M, O, T, R>;
  readonly #conduct: Conduct<M>;
  readonly #trigger: Trigger;
  readonly #self: NodeId;
  readonly #others: readonly NodeId[];

  constructor(honest: AnyProtocol<I, M, O, T, R>, context: AdversaryContext, conduct: Conduct<M>) {
    this.schema = honest.schema;
    if (honest.recordSchema !== undefined) this.recordSchema = honest.recordSchema;
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
    return this.#event(() => this.#honest.receive(from, message));
  }

  reopened(peer: NodeId, incarnation: number): Step<M, O, T | AdversaryTimer, R> {
    return this.#event(() => this.#honest.reopened?.(peer, incarnation) ?? noEffects);
  }

  restore(records: readonly R[]): Step<M, O, T | AdversaryTimer, R> {
    return this.#event(() => this.#honest.restore?.(records) ?? noEffects);
  }

  expire(timer: T | AdversaryTimer): Step<M, O, T | AdversaryTimer, R> {
    if (!isOwnTimer(timer)) return this.#event(() => this.#honest.expire?.(timer) ?? noEffects);
    if (timer === 'adversary:release') return this.#conduct.release?.() ?? noEffects;
    this.#trigger.begin();
    return noEffects;
  }

  #isMute(): boolean {
    return this.#conduct.mute === true && this.#trigger.begun;
  }

  #event(handle: () => Step<M, O, T, R>): Step<M, O, T | AdversaryTimer, R> {
    // First: what our caller is refused is no event.
    const honest = handle();
    const ticks = this.#trigger.event();
    if (ticks > 0) return [{ kind: 'arm', timer: 'adversary:begin', ticks }, ...honest];
    if (!this.#trigger.begun) return honest;
    const step: AdversaryEffect<M, O, T, R>[] = [];
    for (const effect of honest) {
      if (effect.kind === 'send') step.push(...this.#edit(effect.to, effect.message));
      else step.push(effect);
    }
    if (this.#conduct.beside !== undefined) step.push(...this.#conduct.beside());
    return step;
  }

  // Oneself hears the honest face: otherwise the liar's own protocol would fall apart, and with it the lie.
  #edit(to: NodeId | 'all', message: M): readonly AdversaryEffect<M>[] {
    if (to === this.#self) return [{ kind: 'send', to, message }];
    if (to !== 'all') return this.#conduct.speak(message, [to]);
    return [{ kind: 'send', to: this.#self, message }, ...this.#conduct.speak(message, this.#others)];
  }
}
