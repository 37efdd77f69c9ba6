import { describe, expect, it } from 'vitest';
import { behaviours, drawPlan, Exercised, runPlan } from '@quorate/simulation';
import { createBestEffortBroadcast, rules } from '@quorate/witness';
import { witness, witnessOver } from './subject.js';

describe('drawn runs', () => {
  it('come near every rule that the checker knows', () => {
    const exercised = new Exercised();
    const watched = exercised.watch(witness);
    for (let seed = 0; seed < 150; seed++) {
      const plan = drawPlan({ subject: watched.name, nodes: [7, 10], behaviours: ['silent', 'delay'] }, seed);
      exercised.ran(plan, runPlan(watched, plan).simulation);
    }
    expect(exercised.toJSON()).toMatchObject({
      rules: Object.fromEntries(rules.map((rule) => [rule, expect.any(Number)])),
    });
  });

  it.each([...behaviours.keys()])('keep WIT1 … WIT6 with n = 4 … 13, any network, and nodes that %s', (behaviour) => {
    const seeds = behaviour === 'flood' ? 3 : 25;
    for (let seed = 0; seed < seeds; seed++) {
      const plan = drawPlan({ subject: 'witness', nodes: [4, 13], behaviours: [behaviour] }, seed);
      expect({ plan, violations: runPlan(witness, plan).violations }).toEqual({ plan, violations: [] });
    }
  });

  it('an equivocator breaks witnesses over best effort: the checkers are not vacuous', () => {
    const bestEffort = witnessOver('best-effort', createBestEffortBroadcast);
    const seen = new Set<string>();
    for (let seed = 0; seed < 100; seed++) {
      const plan = drawPlan({ subject: 'best-effort', nodes: [4, 7], behaviours: ['equivocate'] }, seed);
      for (const { property } of runPlan(bestEffort, plan).violations) seen.add(property);
    }
    expect([...seen]).toContain('WIT3 consistency');
  });
});
