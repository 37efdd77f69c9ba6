/**
 * The broadcasts of one sender, in the order in which it numbered them. A broadcast below may deliver them in any order, and a
 * sender that lies may put two values into one round: only because everybody takes them in the same order does everybody
 * count the same one. Rounds too far ahead wait here until the window of rounds reaches them.
 */
import { firstSequence, type Delivery } from '@quorate/reliable-broadcast';
import type { Message } from './message.js';

const firstOfSecondLife = firstSequence(1);

export class SenderLane {
  /** The highest round that the sender spoke of beyond the window. */
  highest = 0;
  /** The number of the delivery that is taken next. */
  #next = 0;
  /** Deliveries that came before an earlier one, by number modulo the length. */
  #early: (Delivery | undefined)[] = [];
  readonly #mostEarly: number;
  /** What is about rounds beyond the window, in the order of arrival. */
  #ahead: Message[] = [];
  readonly #mostAhead: number;
  /** Nothing of the sender counts in rounds below: something about them was let go. */
  #floor = 0;

  /** `mostEarly`: how far apart the numbers of open broadcasts of one sender can be. `mostAhead`: messages that wait. */
  constructor(mostEarly: number, mostAhead: number) {
    this.#mostEarly = mostEarly;
    this.#mostAhead = mostAhead;
  }

  /** Messages that wait. */
  get waiting(): number {
    return this.#ahead.length + this.#early.reduce((held, delivery) => (delivery === undefined ? held : held + 1), 0);
  }

  get mostWaiting(): number {
    return this.#mostAhead + this.#mostEarly;
  }

  /**
   * Takes a delivery, and hands over what is in order by now. Numbers of a later life never are: a node that lost its memory
   * may contradict what it said, and counts among the f.
   */
  deliver(delivery: Delivery, take: (delivery: Delivery) => void): void {
    const { sequence } = delivery;
    if (sequence < this.#next || sequence >= firstOfSecondLife) return;
    // So far apart means that the broadcast below skipped some: this node missed them, and goes on with what it has.
    if (sequence >= this.#next + this.#mostEarly) this.#skipTo(sequence - this.#mostEarly + 1, take);
    if (sequence === this.#next) {
      this.#next++;
      take(delivery);
    } else {
      this.#early[sequence % this.#mostEarly] = delivery;
    }
    if (this.#early.length > 0) this.#takeEarly(take);
  }

  /** Whether what the sender says about a round still counts. */
  counts(round: number): boolean {
    return round >= this.#floor;
  }

  /** Keeps a message about a round beyond the window; when there are too many, the lowest rounds go. */
  keepAhead(message: Message): void {
    if (message.round > this.highest) this.highest = message.round;
    this.#ahead.push(message);
    if (this.#ahead.length <= this.#mostAhead) return;
    const lowest = this.#ahead.reduce((least, { round }) => Math.min(least, round), Infinity);
    this.#ahead = this.#ahead.filter(({ round }) => round > lowest);
    this.#floor = Math.max(this.#floor, lowest + 1);
  }

  /** Hands over what is about rounds below `end`. */
  reached(end: number): readonly Message[] {
    if (this.#ahead.length === 0) return this.#ahead;
    const reached = this.#ahead.filter(({ round }) => round < end);
    if (reached.length > 0) this.#ahead = this.#ahead.filter(({ round }) => round >= end);
    return reached;
  }

  #skipTo(next: number, take: (delivery: Delivery) => void): void {
    const end = Math.min(next, this.#next + this.#mostEarly);
    for (; this.#early.length > 0 && this.#next < end; this.#next++) this.#takeNext(take);
    this.#next = next;
  }

  #takeEarly(take: (delivery: Delivery) => void): void {
    while (this.#takeNext(take)) this.#next++;
  }

  #takeNext(take: (delivery: Delivery) => void): boolean {
    const place = this.#next % this.#mostEarly;
    const delivery = this.#early[place];
    if (delivery?.sequence !== this.#next) return false;
    this.#early[place] = undefined;
    take(delivery);
    return true;
  }
}
