import type { Shape } from '@quorate/transport';
import { edited, isNumber, type Leaf } from './adversaries/content.js';
import { MessageKinds } from './message-kinds.js';

/** Numbers of later lives of a sender begin far ahead: they count from there. */
const life = 2 ** 20;

/**
 * Which communication round a message belongs to, read from its schema alone: the first number in it that counts something (a round, a
 * view, a sequence number) times the kinds of message that there are, plus the place of its kind. So Bracha's input, echo and
 * vote of the sequence number 0 are rounds 0, 1 and 2.
 */
export class Rounds {
  /** Kinds of message, and so rounds for each number. */
  readonly kinds: number;
  readonly #kinds: MessageKinds;
  readonly #places: ReadonlyMap<string, number>;
  readonly #shape: Shape;

  constructor(shape: Shape) {
    this.#shape = shape;
    this.#kinds = new MessageKinds(shape);
    this.#places = new Map(this.#kinds.all.map((name, place) => [name, place]));
    this.kinds = this.#kinds.all.length;
  }

  of(message: unknown): number {
    let number: number | undefined;
    edited({ shape: this.#shape }, message, isNumber, (leaf: Leaf, value) => {
      if (number === undefined && leaf.kind === 'integer' && typeof value === 'number')
        number = value - Math.max(0, leaf.min);
      return value;
    });
    const counted = Math.max(0, number ?? 0) % life;
    return counted * this.kinds + (this.#places.get(this.#kinds.nameOf(message)) ?? 0);
  }
}
