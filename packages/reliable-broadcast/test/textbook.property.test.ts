import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  broadcastProperties,
  noEffects,
  ReliableBroadcast,
  type Delivery,
  type Group,
  type Message,
  type NodeId,
  type Protocol,
  type Schema,
  type Step,
} from '@quorate/reliable-broadcast';
import { behaviours, drawPlan, runPlan, type Random, type Subject } from '@quorate/simulation';
import { seedsOr } from './harness.js';
import { Textbook } from './textbook.js';

/** The paper's messages about instances that the product has room for: the textbook knows no window and no catch-up. */
const isOfThePaper = ({ kind, sequence }: Message): boolean =>
  (kind === 'input' || kind === 'echo' || kind === 'vote') && sequence < 1024;

/** Says what the product says, and throws when the textbook would have said something else. */
class InStep implements Protocol<Uint8Array, Message, Delivery> {
  readonly schema: Schema<Message>;
  readonly #product: ReliableBroadcast;
  readonly #model: Textbook;

  constructor(options: { group: Group; self: NodeId }) {
    this.#product = new ReliableBroadcast(options);
    this.#model = new Textbook(options);
    this.schema = this.#product.schema;
  }

  get ready(): boolean {
    return this.#product.ready;
  }

  input(payload: Uint8Array): Step<Message, Delivery> {
    return inStep(this.#product.input(payload), this.#model.input(payload));
  }

  receive(from: NodeId, message: Message): Step<Message, Delivery> {
    if (!isOfThePaper(message)) return noEffects;
    return inStep(this.#product.receive(from, message), this.#model.receive(from, message));
  }
}

function inStep(product: Step<Message, Delivery>, model: Step<Message, Delivery>): Step<Message, Delivery> {
  const said = product.filter((effect) => effect.kind !== 'fault');
  if (!isDeepStrictEqual(said, model)) expect(said).toEqual(model);
  return said;
}

const payload = (_node: number, _index: number, random: Random): Uint8Array =>
  new Uint8Array([0, 8, 31, 32, 40][random.below(5)] ?? 0).fill(random.below(256));

const subject = (honest: Subject<Uint8Array, Message, Delivery>['honest']): Subject<Uint8Array, Message, Delivery> => ({
  name: 'bracha',
  honest,
  input: payload,
  checkers: [broadcastProperties],
});

describe.each([...behaviours.keys()])('with nodes that %s, n = 4 … 10, in any network', (behaviour) => {
  const seeds = behaviour === 'flood' || behaviour === 'random' ? 5 : seedsOr(60);
  const plans = Array.from({ length: seeds }, (_, seed) =>
    drawPlan({ subject: 'bracha', nodes: [4, 10], behaviours: [behaviour] }, seed),
  );

  it('the product says and delivers, event by event, what the textbook does', () => {
    const both = subject((options) => new InStep(options));
    for (const plan of plans) {
      expect({ plan, violations: runPlan(both, plan).violations }).toEqual({ plan, violations: [] });
    }
  });
});
