import { expect, it } from 'vitest';
import { createReliableBroadcast, type Message as Bracha } from '@quorate/reliable-broadcast';
import { behaviours, drawPlan, runPlan, type Subject } from '@quorate/simulation';
import {
  ApproximateAgreement,
  approximateAgreementProperties,
  StableVector,
  type ApproximateOutput,
  type Message,
} from '../src/index.js';

const declared = { dimension: 1, epsilon: 0.001, range: [0, 1] } as const;
const subject: Subject<ArrayLike<number>, Message<Bracha>, ApproximateOutput> = {
  name: 'approximate',
  honest: (options) =>
    new ApproximateAgreement({
      ...options,
      ...declared,
      collector: (below) => new StableVector({ ...below, broadcast: createReliableBroadcast }),
    }),
  input: (_node, _index, random) => [random.below(1001) / 1000],
  checkers: [approximateAgreementProperties(declared)],
};

it.each([...behaviours.keys()])('keeps every promise with n = 4 … 13, any network, and nodes that %s', (behaviour) => {
  for (let seed = 0; seed < 3; seed++) {
    const plan = drawPlan({ subject: 'approximate', nodes: [4, 10], behaviours: [behaviour] }, seed);
    expect({ plan, violations: runPlan(subject, plan).violations }).toEqual({ plan, violations: [] });
  }
});
