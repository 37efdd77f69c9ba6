import { timerKey } from '@quorate/transport';
import type { AdversaryEffect, AdversaryTimer } from './behaviour.js';

/** Whether it has a name of the adversary's. */
export const isOwnTimer = (timer: unknown): timer is AdversaryTimer =>
  typeof timer === 'string' && timer.startsWith('adversary:');

/**
 * The timers of an honest protocol inside, by names that collide with nobody's: their own, or `adversary:<label>:<name>` where
 * `rename` says so. Remembers as many names as the protocol has armed.
 */
export class InnerTimers<T> {
  readonly #prefix: AdversaryTimer;
  readonly #rename: (timer: T) => boolean;
  readonly #named = new Map<string, T>();

  constructor(label: string, rename: (timer: T) => boolean = isOwnTimer) {
    this.#prefix = `adversary:${label}:`;
    this.#rename = rename;
  }

  /** The protocol's effect, with the timer by its name outside. */
  outward<M, O, R>(effect: AdversaryEffect<M, O, T, R>): AdversaryEffect<M, O, T, R> {
    if (effect.kind !== 'arm' && effect.kind !== 'cancel') return effect;
    return { ...effect, timer: this.#nameOf(effect.timer as T, effect.kind === 'arm') };
  }

  /** The protocol's timer by that name outside; undefined when it is none of its own. */
  inward(timer: T | AdversaryTimer): { readonly timer: T } | undefined {
    if (!isOwnTimer(timer)) return { timer };
    const inner = this.#named.get(timer);
    if (inner === undefined) return undefined;
    this.#named.delete(timer);
    return { timer: inner };
  }

  #nameOf(timer: T, arms: boolean): T | AdversaryTimer {
    if (!this.#rename(timer)) return timer;
    const name: AdversaryTimer = `${this.#prefix}${timerKey(timer)}`;
    if (arms) this.#named.set(name, timer);
    else this.#named.delete(name);
    return name;
  }
}
