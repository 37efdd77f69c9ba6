import { describe, expect, it } from 'vitest';
import { behaviours, drawPlan, Exercised, runPlan } from '@quorate/simulation';
import { rules } from '@quorate/aggregated-witness';
import { aggregatedWitness } from './subject.js';

describe('drawn runs', () => {
  it('come near every rule that the checker knows', () => {
    const exercised = new Exercised();
    const watched = exercised.watch(aggregatedWitness);
    for (let seed = 0; seed < 60; seed++) {
      const plan = drawPlan({ subject: watched.name, nodes: [4, 7], behaviours: ['silent', 'delay'] }, seed);
      exercised.ran(plan, runPlan(watched, plan).simulation);
    }
    expect(exercised.toJSON()).toMatchObject({
      rules: Object.fromEntries(rules.map((rule) => [rule, expect.any(Number)])),
    });
  });

  it.each([...behaviours.keys()])('keep every promise with n = 4 … 13, any network, and nodes that %s', (behaviour) => {
    const seeds = ['flood', 'random'].includes(behaviour) ? 3 : 12;
    for (let seed = 0; seed < seeds; seed++) {
      const plan = drawPlan({ subject: 'aggregated-witness', nodes: [4, 13], behaviours: [behaviour] }, seed);
      expect({ plan, violations: runPlan(aggregatedWitness, plan).violations }).toEqual({ plan, violations: [] });
    }
  });
});
