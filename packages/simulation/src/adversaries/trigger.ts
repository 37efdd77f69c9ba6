import { QuorateError } from '@quorate/transport';

/**
 * When a behaviour begins, counted from the node's first event.
 *
 * - `ticks`: after so many ticks (1 tick = 1 ms on a real clock), a whole number ≥ 0;
 * - `events`: with the event after so many honest ones (an input, a message), a whole number ≥ 0.
 */
export type When = { readonly kind: 'ticks' | 'events'; readonly after: number };

/** Counts events, or waits for one timer, until the behaviour begins. */
export class Trigger {
  readonly #when: When;
  #events = 0;
  #begun: boolean;

  /** Throws Q5002 on a count that is none. */
  constructor(when: When) {
    if (!Number.isSafeInteger(when.after) || when.after < 0) {
      throw new QuorateError(
        'Q5002',
        `a fault cannot begin after ${when.after} ${when.kind}`,
        'use a whole number ≥ 0',
      );
    }
    this.#when = when;
    this.#begun = when.after === 0;
  }

  get begun(): boolean {
    return this.#begun;
  }

  /** An event is about to be handled. Answers the ticks after which `begin` must be called, or 0. */
  event(): number {
    if (this.#begun) return 0;
    this.#events++;
    if (this.#when.kind === 'ticks') return this.#events === 1 ? this.#when.after : 0;
    this.#begun = this.#events > this.#when.after;
    return 0;
  }

  /** The timer ran out. */
  begin(): void {
    this.#begun = true;
  }
}
