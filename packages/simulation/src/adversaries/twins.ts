import { noEffects, type NodeId, type Schema, type Step } from '@quorate/transport';
import type { AnyProtocol } from '../node-slot.js';
import { anotherInput } from './another-input.js';
import type { AdversaryContext, AdversaryEffect, AdversaryTimer, Behaviour, LyingProtocol } from './behaviour.js';
import { drawHalf } from './halves.js';
import { InnerTimers, isOwnTimer } from './inner-timers.js';
import { Trigger } from './trigger.js';

/** One of the two copies. */
export type Twin = 0 | 1;

/** What a copy says to itself at once, in one event, at most: honest protocols come to rest long before. */
const mostSteps = 10_000;

/**
 * Two honest copies share one identity: each speaks to one half of the group, and both keep to the protocol. They hear everybody, or
 * each its own half; they are given equal inputs, or different ones. [Bano et al. 21] Twins: BFT systems made robust.
 *
 * What the user of the node sees and what is persisted is the first copy's; the second one has no disk.
 */
export const twins: Behaviour = {
  name: 'twins',
  summary: 'runs two honest copies under one name, each for one half of the group',
  wrap: (make, context) => new Twins(make(), make(), context),
};

class Twins<I, M, O, T, R> implements LyingProtocol<I, M, O, T, R> {
  readonly schema: Schema<M>;
  declare readonly recordSchema?: Schema<R>;
  declare readonly restore?: (records: readonly R[]) => Step<M, O, T | AdversaryTimer, R>;
  readonly #copies: readonly [AnyProtocol<I, M, O, T, R>, AnyProtocol<I, M, O, T, R>];
  readonly #timers = [new InnerTimers<T>('first'), new InnerTimers<T>('second', () => true)] as const;
  readonly #context: AdversaryContext;
  readonly #others: readonly NodeId[];
  readonly #trigger: Trigger;
  /** Whom the second copy speaks to. */
  readonly #half: ReadonlySet<NodeId>;
  readonly #hearsAll: boolean;
  readonly #differ: boolean;

  constructor(first: AnyProtocol<I, M, O, T, R>, second: AnyProtocol<I, M, O, T, R>, context: AdversaryContext) {
    const { group, self, random } = context;
    this.schema = first.schema;
    if (first.recordSchema !== undefined) this.recordSchema = first.recordSchema;
    if (first.restore !== undefined) {
      this.restore = (records) => this.#event((copy) => this.#copies[copy].restore?.(records) ?? noEffects);
    }
    this.#copies = [first, second];
    this.#context = context;
    this.#trigger = new Trigger(context.when ?? { kind: 'events', after: 0 });
    this.#half = drawHalf(group, random);
    this.#hearsAll = random.below(2) === 0;
    this.#differ = context.twin?.differ ?? random.below(2) === 0;
    this.#others = Array.from({ length: group.n }, (_, node) => node as NodeId).filter((node) => node !== self);
  }

  get ready(): boolean {
    return this.#copies[0].ready;
  }

  input(value: I): Step<M, O, T | AdversaryTimer, R> {
    return this.#event((copy) => {
      if (copy === 0) return this.#copies[0].input(value);
      return this.#copies[1].ready ? this.#givenToSecond(value) : noEffects;
    });
  }

  receive(from: NodeId, message: M): Step<M, O, T | AdversaryTimer, R> {
    return this.#event((copy) =>
      this.#hears(copy, from, message) ? this.#copies[copy].receive(from, message) : noEffects,
    );
  }

  reopened(peer: NodeId, incarnation: number): Step<M, O, T | AdversaryTimer, R> {
    return this.#event((copy) => this.#copies[copy].reopened?.(peer, incarnation) ?? noEffects);
  }

  expire(timer: T | AdversaryTimer): Step<M, O, T | AdversaryTimer, R> {
    const second = isOwnTimer(timer) ? this.#timers[1].inward(timer) : undefined;
    if (second !== undefined) return this.#secondly(this.#copies[1].expire?.(second.timer) ?? noEffects);
    const first = this.#timers[0].inward(timer);
    if (first !== undefined) return this.#firstly(this.#copies[0].expire?.(first.timer) ?? noEffects);
    this.#trigger.begin();
    return noEffects;
  }

  #event(handle: (copy: Twin) => Step<M, O, T, R>): Step<M, O, T | AdversaryTimer, R> {
    // First: what our caller is refused is no event, and reaches neither copy.
    const first = handle(0);
    const second = handle(1);
    const ticks = this.#trigger.event();
    const begins: AdversaryEffect<M>[] = ticks > 0 ? [{ kind: 'arm', timer: 'adversary:begin', ticks }] : [];
    return [...begins, ...this.#firstly(first), ...this.#secondly(second)];
  }

  #givenToSecond(value: I): Step<M, O, T, R> {
    if (!this.#differ || !this.#trigger.begun) return this.#copies[1].input(value);
    try {
      return this.#copies[1].input(anotherInput(value));
    } catch {
      // The protocol takes no such value: then both say the same.
      return this.#copies[1].input(value);
    }
  }

  /** What the node says to itself, the second copy hears from itself at once: what comes from outside is the first one's. */
  #hears(copy: Twin, from: NodeId, message: M): boolean {
    if (from === this.#context.self) return copy === 0;
    if (!this.#trigger.begun) return true;
    const { twin } = this.#context;
    if (twin !== undefined) return twin.reaches(message, from, copy);
    return this.#hearsAll || this.#half.has(from) === (copy === 1);
  }

  #speaksTo(copy: Twin, to: NodeId, message: M): boolean {
    if (!this.#trigger.begun) return copy === 0;
    const { twin } = this.#context;
    return twin === undefined ? this.#half.has(to) === (copy === 1) : twin.reaches(message, to, copy);
  }

  #spoken(copy: Twin, to: readonly NodeId[], message: M): AdversaryEffect<M>[] {
    return to
      .filter((node) => this.#speaksTo(copy, node, message))
      .map((node) => ({ kind: 'send', to: node, message }));
  }

  #firstly(step: Step<M, O, T, R>): AdversaryEffect<M, O, T, R>[] {
    const { self } = this.#context;
    return step.flatMap((effect): AdversaryEffect<M, O, T, R>[] => {
      if (effect.kind !== 'send') return [this.#timers[0].outward(effect)];
      const { to, message } = effect;
      if (to === self || !this.#trigger.begun) return [effect];
      if (to !== 'all') return this.#spoken(0, [to], message);
      return [{ kind: 'send', to: self, message }, ...this.#spoken(0, this.#others, message)];
    });
  }

  #secondly(step: Step<M, O, T, R>): AdversaryEffect<M, O, T, R>[] {
    const { self } = this.#context;
    const said: AdversaryEffect<M, O, T, R>[] = [];
    const steps = [step];
    for (let at = 0; at < steps.length && at < mostSteps; at++) {
      for (const effect of steps[at] ?? []) {
        if (effect.kind === 'arm' || effect.kind === 'cancel') said.push(this.#timers[1].outward(effect));
        if (effect.kind !== 'send') continue;
        const { to, message } = effect;
        if (to === self || to === 'all') steps.push(this.#copies[1].receive(self, message));
        if (to !== self) said.push(...this.#spoken(1, to === 'all' ? this.#others : [to], message));
      }
    }
    return said;
  }
}
