/**
 * The broadcasts of one sender, in the order in which it numbered them: it may put two values into one round, and only because
 * everybody takes them in the same order does everybody count the same one. Rounds too far ahead wait here until the window of
 * rounds reaches them.
 */
import { SenderOrder } from '@quorate/reliable-broadcast';
import type { Message } from './message.js';

export class SenderLane {
  readonly order: SenderOrder;
  /** The highest round that the sender spoke of beyond the window. */
  highest = 0;
  /** What is about rounds beyond the window, in the order of arrival. */
  #ahead: Message[] = [];
  readonly #mostAhead: number;
  /** Nothing of the sender counts in rounds below: something about them was let go. */
  #floor = 0;

  /** `spread`: how far apart the numbers of open broadcasts of one sender can be. `mostAhead`: messages that wait. */
  constructor(spread: number, mostAhead: number) {
    this.order = new SenderOrder(spread);
    this.#mostAhead = mostAhead;
  }

  /** Messages that wait. */
  get waiting(): number {
    return this.#ahead.length + this.order.waiting;
  }

  get mostWaiting(): number {
    return this.#mostAhead + this.order.most;
  }

  /** Whether what the sender says about a round still counts. */
  counts(round: number): boolean {
    return round >= this.#floor;
  }

  /** Keeps a message about a round beyond the window, in bytes of its own: it may wait for long. When there are too many, the lowest rounds go. */
  keepAhead(message: Message): void {
    if (message.round > this.highest) this.highest = message.round;
    this.#ahead.push(owned(message));
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
}

/** What a broadcast delivers is a part of a larger block, which a message that waits would hold. */
function owned(message: Message): Message {
  switch (message.kind) {
    case 'value':
      return { ...message, value: new Uint8Array(message.value) };
    case 'report':
      return { ...message, senders: new Uint8Array(message.senders) };
    case 'above':
      return { ...message, payload: new Uint8Array(message.payload) };
  }
}
