import { QuorateError } from '@quorate/serialization';
import type { Clock } from './clock.js';

/**
 * A timer's name as a string: equal names are the same timer. A name is a string, or plain JSON; the order of an object's
 * keys does not matter.
 */
export function timerKey(timer: unknown): string {
  return JSON.stringify(timer, byKey);
}

const byKey = (_: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
};

/** The timers of one protocol, by name. While one is armed the host holds its transport. */
export class Timers<Timer> {
  readonly #clock: Clock | undefined;
  readonly #hold: () => () => void;
  readonly #expire: (timer: Timer) => void;
  /** How to cancel each armed timer. As many as the protocol names. */
  readonly #armed = new Map<string, () => void>();
  #release: (() => void) | undefined;

  constructor(clock: Clock | undefined, hold: () => () => void, expire: (timer: Timer) => void) {
    this.#clock = clock;
    this.#hold = hold;
    this.#expire = expire;
  }

  /** Arms a timer, anew if it is armed. Throws Q3007 without a clock, a `RangeError` on ticks that are none. */
  arm(timer: Timer, ticks: number): void {
    if (!Number.isSafeInteger(ticks) || ticks < 1) throw new RangeError(`a timer of ${ticks} ticks`);
    if (this.#clock === undefined) {
      throw new QuorateError(
        'Q3007',
        `the protocol armed the timer ${JSON.stringify(timer)} of a node without a clock`,
        'pass clock: realClock() of @quorate/transport/clock',
      );
    }
    const key = timerKey(timer);
    this.#armed.get(key)?.();
    const cancel = this.#clock.schedule(ticks, () => {
      // A clock that fires what was cancelled is none of the protocol's business.
      if (this.#armed.get(key) !== cancel) return;
      this.#armed.delete(key);
      this.#expire(timer);
      this.#settle();
    });
    this.#armed.set(key, cancel);
    this.#settle();
  }

  cancel(timer: Timer): void {
    const key = timerKey(timer);
    this.#armed.get(key)?.();
    this.#armed.delete(key);
    this.#settle();
  }

  clear(): void {
    for (const cancel of this.#armed.values()) cancel();
    this.#armed.clear();
    this.#settle();
  }

  #settle(): void {
    if (this.#armed.size > 0) {
      this.#release ??= this.#hold();
    } else if (this.#release !== undefined) {
      this.#release();
      this.#release = undefined;
    }
  }
}
