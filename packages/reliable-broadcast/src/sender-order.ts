/**
 * What a broadcast delivers of one sender, in the order in which the sender numbered it. A broadcast may deliver in any order,
 * and a sender that lies may contradict itself: only because every correct node takes its words in the same order does every
 * one take the same word first.
 */
import type { Delivery } from './broadcast.js';
import { firstSequence } from './sequence.js';

const firstOfSecondLife = firstSequence(1);

export class SenderOrder {
  /** The most deliveries that wait for an earlier one. */
  readonly most: number;
  readonly #spread: number;
  /** The number of the delivery that is taken next. */
  #next = 0;
  /** Deliveries that came before an earlier one, by number modulo the spread. */
  readonly #early: (Delivery | undefined)[] = [];

  /** `spread`: how many numbers of one sender the broadcast below can have open at a time. */
  constructor(spread: number) {
    this.#spread = spread;
    this.most = spread - 1;
  }

  /** Deliveries that wait for an earlier one. */
  get waiting(): number {
    return this.#early.reduce((held, delivery) => (delivery === undefined ? held : held + 1), 0);
  }

  /**
   * Takes a delivery, and hands over what is in order by now. Numbers of a later life never are: a node that lost its memory
   * may contradict what it said, and counts among the f.
   */
  deliver(delivery: Delivery, take: (delivery: Delivery) => void): void {
    const { sequence } = delivery;
    if (sequence < this.#next || sequence >= firstOfSecondLife) return;
    // So far apart means that the broadcast skipped some, which this node missed for good: it goes on with what it has.
    if (sequence >= this.#next + this.#spread) this.#skipTo(sequence - this.#spread + 1, take);
    if (sequence !== this.#next) this.#early[sequence % this.#spread] = delivery;
    else {
      this.#next++;
      take(delivery);
    }
    if (this.#early.length > 0) this.#takeEarly(take);
  }

  #skipTo(next: number, take: (delivery: Delivery) => void): void {
    const end = Math.min(next, this.#next + this.#spread);
    if (this.#early.length > 0) for (; this.#next < end; this.#next++) this.#takeNext(take);
    this.#next = next;
  }

  #takeEarly(take: (delivery: Delivery) => void): void {
    while (this.#takeNext(take)) this.#next++;
  }

  #takeNext(take: (delivery: Delivery) => void): boolean {
    const place = this.#next % this.#spread;
    const delivery = this.#early[place];
    if (delivery?.sequence !== this.#next) return false;
    this.#early[place] = undefined;
    take(delivery);
    return true;
  }
}
