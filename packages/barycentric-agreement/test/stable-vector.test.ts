import { expect, it } from 'vitest';
import { createReliableBroadcast, type Message as Bracha } from '@quorate/reliable-broadcast';
import { behaviours, drawPlan, runPlan, type Subject } from '@quorate/simulation';
import { StableVector, stableVectorProperties, type Message } from '../src/index.js';
import type { Collected, RoundValue } from '@quorate/reliable-broadcast';

const subject: Subject<RoundValue, Message<Bracha>, Collected> = {
  name: 'barycentric',
  honest: (options) => new StableVector({ ...options, broadcast: createReliableBroadcast }),
  input: (_node, round, random) => ({ round, value: new Uint8Array(8).fill(random.below(256)) }),
  checkers: [stableVectorProperties],
};

it.each([...behaviours.keys()])('keeps every promise with n = 4 … 13, any network, and nodes that %s', (behaviour) => {
  for (let seed = 0; seed < 10; seed++) {
    const plan = drawPlan({ subject: 'barycentric', nodes: [4, 13], behaviours: [behaviour] }, seed);
    expect({ plan, violations: runPlan(subject, plan).violations }).toEqual({ plan, violations: [] });
  }
});
