/** A collector that has no room for a while: points wait for it, and nothing throws in the middle of a message. */
import { expect, it } from 'vitest';
import {
  createReliableBroadcast,
  type Collected,
  type Message as Bracha,
  type RoundValue,
} from '@quorate/reliable-broadcast';
import { drawPlan, runPlan } from '@quorate/simulation';
import { ApproximateAgreement, StableVector, type Message, type NodeId, type Step } from '../../src/index.js';
import { approximate } from '../subject.js';

/** Has room before the 10th and after the 60th message only. */
class Crowded extends StableVector<Bracha> {
  #heard = 0;

  override get ready(): boolean {
    return super.ready && (this.#heard < 10 || this.#heard > 60);
  }

  /** As reliable broadcast does with a full window. */
  override input(value: RoundValue): Step<Message<Bracha>, Collected> {
    if (!this.ready) throw new Error('no room');
    return super.input(value);
  }

  override receive(from: NodeId, message: Message<Bracha>): Step<Message<Bracha>, Collected> {
    this.#heard++;
    return super.receive(from, message);
  }
}

it('everybody decides all the same', () => {
  const declared = { dimension: 1, epsilon: 0.1, range: [0, 1] } as const;
  const subject = approximate(declared, {
    honest: (options) =>
      new ApproximateAgreement({
        ...options,
        ...declared,
        collector: (below) =>
          options.self === 0
            ? new Crowded({ ...below, broadcast: createReliableBroadcast, maxValue: 64 })
            : new StableVector({ ...below, broadcast: createReliableBroadcast, maxValue: 64 }),
      }),
  });
  const space = { subject: 'approximate', nodes: [4, 4], faulty: 1, faults: [], count: 1 } as const;
  for (let seed = 0; seed < 10; seed++) {
    const plan = drawPlan(space, seed);
    expect({ plan, violations: runPlan(subject, plan).violations }).toEqual({ plan, violations: [] });
  }
});
