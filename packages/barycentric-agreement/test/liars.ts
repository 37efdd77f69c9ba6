/** Nodes that take part in approximate agreement in a way of their own. */
import {
  lift,
  noEffects,
  type Collected,
  type Message as Bracha,
  type Protocol,
  type RoundCollector,
  type Step,
} from '@quorate/reliable-broadcast';
import type { ApproximateOutput, Group, Message, NodeId } from '../src/index.js';
import { overStableVector } from './subject.js';

export type ApproximateNode = Protocol<ArrayLike<number>, Message<Bracha>, ApproximateOutput>;

/** Puts its own bytes into every round up to `rounds` at once, whatever the others say; undefined leaves a round out. */
export class HostileValues implements ApproximateNode {
  readonly ready = true;
  readonly #collector: RoundCollector<Message<Bracha>>;
  readonly #valueOf: (round: number) => Uint8Array | undefined;
  readonly #rounds: number;

  constructor(
    { group, self }: { readonly group: Group; readonly self: NodeId },
    rounds: number,
    valueOf: (round: number) => Uint8Array | undefined,
  ) {
    this.#collector = overStableVector({ group, self });
    this.#rounds = rounds;
    this.#valueOf = valueOf;
  }

  get schema(): ApproximateNode['schema'] {
    return this.#collector.schema;
  }

  input(): Step<Message<Bracha>, ApproximateOutput> {
    return Array.from({ length: this.#rounds }, (_, round) => {
      const value = this.#valueOf(round);
      return value === undefined ? [] : this.#silent(this.#collector.input({ round, value }));
    }).flat();
  }

  receive(from: NodeId, message: Message<Bracha>): Step<Message<Bracha>, ApproximateOutput> {
    return this.#silent(this.#collector.receive(from, message));
  }

  #silent(step: Step<Message<Bracha>, Collected>): Step<Message<Bracha>, ApproximateOutput> {
    return lift(step, { message: (message: Message<Bracha>) => message, output: () => noEffects });
  }
}

/** The frame of a point, whether there is such a point or not. */
export function rawPoint(...coordinates: readonly number[]): Uint8Array {
  const frame = new Uint8Array(1 + 9 * coordinates.length);
  const view = new DataView(frame.buffer);
  frame[0] = 0x90 + coordinates.length;
  for (const [index, coordinate] of coordinates.entries()) {
    frame[1 + 9 * index] = 0xcb;
    view.setFloat64(2 + 9 * index, coordinate);
  }
  return frame;
}
