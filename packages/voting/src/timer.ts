import { compare, type Place } from './claims.js';
import type { Outbox } from './outbox.js';

/** Timers, by name. Each is named after what it was armed for, so that one that fires late means nothing. */
export type Timer =
  /** So many periods of an agreement are over. */
  | { readonly kind: 'period'; readonly round: number; readonly attempt: number; readonly period: number }
  /** Whoever has not started by now is not waited for. */
  | { readonly kind: 'grace'; readonly start: number }
  /** The others have answered. */
  | { readonly kind: 'answered'; readonly start: number };

type Period = Timer & { readonly kind: 'period' };

/** The only period that may end: timers that fire late, twice or after they were cancelled end none. */
export class PeriodTimer {
  readonly #outbox: Outbox;
  readonly #ticks: number;
  #armed: Period | undefined;

  constructor(outbox: Outbox, ticks: number) {
    this.#outbox = outbox;
    this.#ticks = ticks;
  }

  arm({ round, attempt }: Place, period: number): void {
    this.#armed = { kind: 'period', round, attempt, period };
    this.#outbox.arm(this.#armed, this.#ticks);
  }

  /** Whether this is the period that was waited for; it is, once. */
  ends(timer: Period): boolean {
    const armed = this.#armed;
    if (armed === undefined || timer.period !== armed.period || compare(timer, armed) !== 0) return false;
    this.#armed = undefined;
    return true;
  }

  cancel(): void {
    if (this.#armed !== undefined) this.#outbox.cancel(this.#armed);
    this.#armed = undefined;
  }
}
