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

/** One arming of a timer: what a clock says of an earlier one is not believed. */
interface Arming {
  cancel: () => void;
}

/**
 * The timers of one protocol, by name. While one is armed the host holds its transport.
 *
 * Whatever the clock does, each arming is told at most once, and not at all once the timer was cancelled or armed anew: also when it had run
 * out already and the host could not look.
 */
export class Timers<Timer> {
  readonly #clock: Clock | undefined;
  readonly #hold: () => () => void;
  readonly #expire: (timer: Timer) => boolean;
  /** As many as the protocol names. */
  readonly #armed = new Map<string, Arming>();
  /** Ran out, and not told yet, in that order. As many as the protocol names. */
  readonly #late = new Map<string, Timer>();
  #release: (() => void) | undefined;

  /** `expire` answers whether the host could look; if not it asks with `tellLate` when it can. */
  constructor(clock: Clock | undefined, hold: () => () => void, expire: (timer: Timer) => boolean) {
    this.#clock = clock;
    this.#hold = hold;
    this.#expire = expire;
  }

  /** Whether timers ran out that were not told. */
  get late(): boolean {
    return this.#late.size > 0;
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
    this.#drop(key);
    const arming: Arming = { cancel: () => undefined };
    this.#armed.set(key, arming);
    arming.cancel = this.#clock.schedule(ticks, () => {
      if (this.#armed.get(key) === arming) this.#fire(key, timer);
    });
    this.#settle();
  }

  cancel(timer: Timer): void {
    this.#drop(timerKey(timer));
    this.#settle();
  }

  /** Tells the timer that waits longest of those that ran out while the host could not look. */
  tellLate(): void {
    for (const [key, timer] of this.#late) {
      this.#late.delete(key);
      this.#tell(key, timer);
      break;
    }
    this.#settle();
  }

  clear(): void {
    for (const { cancel } of this.#armed.values()) cancel();
    this.#armed.clear();
    this.#late.clear();
    this.#settle();
  }

  #fire(key: string, timer: Timer): void {
    this.#armed.delete(key);
    this.#tell(key, timer);
    this.#settle();
  }

  #tell(key: string, timer: Timer): void {
    if (!this.#expire(timer)) this.#late.set(key, timer);
  }

  #drop(key: string): void {
    this.#armed.get(key)?.cancel();
    this.#armed.delete(key);
    this.#late.delete(key);
  }

  #settle(): void {
    if (this.#armed.size > 0 || this.#late.size > 0) {
      this.#release ??= this.#hold();
    } else if (this.#release !== undefined) {
      this.#release();
      this.#release = undefined;
    }
  }
}
