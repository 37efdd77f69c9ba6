import {
  nodeIds,
  noEffects,
  type NodeId,
  type Protocol,
  type Schema,
  type Step,
  type TimedProtocol,
} from '@quorate/transport';
import type { AdversaryContext, AdversaryEffect, AdversaryTimer, Conduct } from './behaviour.js';
import { Trigger } from './trigger.js';

/** Runs an honest protocol, and lets a {@link Conduct} edit what it sends to others once the behaviour has begun. */
export class Liar<I, M, O> implements TimedProtocol<I, M, O, AdversaryTimer> {
  readonly schema: Schema<M>;
  readonly #honest: Protocol<I, M, O>;
  readonly #conduct: Conduct<M>;
  readonly #trigger: Trigger;
  readonly #self: NodeId;
  readonly #others: readonly NodeId[];

  constructor(honest: Protocol<I, M, O>, context: AdversaryContext, conduct: Conduct<M>) {
    this.schema = honest.schema;
    this.#honest = honest;
    this.#conduct = conduct;
    this.#trigger = new Trigger(context.when ?? { kind: 'events', after: 0 });
    this.#self = context.self;
    this.#others = nodeIds(context.group).filter((node) => node !== context.self);
  }

  get ready(): boolean {
    return this.#isMute() || this.#honest.ready;
  }

  input(value: I): Step<M, O, AdversaryTimer> {
    return this.#event(() => (this.#isMute() && !this.#honest.ready ? noEffects : this.#honest.input(value)));
  }

  receive(from: NodeId, message: M): Step<M, O, AdversaryTimer> {
    return this.#event(() => this.#honest.receive(from, message));
  }

  reopened(peer: NodeId, incarnation: number): Step<M, O, AdversaryTimer> {
    return this.#event(() => this.#honest.reopened?.(peer, incarnation) ?? noEffects);
  }

  expire(timer: AdversaryTimer): Step<M, O, AdversaryTimer> {
    if (timer === 'adversary:release') return this.#conduct.release?.() ?? noEffects;
    this.#trigger.begin();
    return noEffects;
  }

  #isMute(): boolean {
    return this.#conduct.mute === true && this.#trigger.begun;
  }

  #event(handle: () => Step<M, O>): Step<M, O, AdversaryTimer> {
    // First: what our caller is refused is no event.
    const honest = handle();
    const ticks = this.#trigger.event();
    if (ticks > 0) return [{ kind: 'arm', timer: 'adversary:begin', ticks }, ...honest];
    if (!this.#trigger.begun) return honest;
    const step: AdversaryEffect<M, O>[] = [];
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
