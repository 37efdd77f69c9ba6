import { describe, expect, it } from 'vitest';
import { behaviours, contradict, drawPlan, Exercised, runPlan } from '@quorate/simulation';
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

  it('come to every fault that the layer knows of', () => {
    const exercised = new Exercised();
    const watched = exercised.watch(aggregatedWitness);
    for (let seed = 0; seed < 60; seed++) {
      const plan = drawPlan({ subject: watched.name, nodes: [4, 7], behaviours: ['contradict', 'forge'] }, seed);
      exercised.ran(plan, runPlan(watched, plan).simulation);
    }
    const missed = exercised.missing().flatMap(({ part, name }) => (part === 'faults' ? [name] : []));
    // Only who runs a layer above can say something to one: `scenarios/aggregated-reports` does.
    expect(missed).toEqual(['nobody-above']);
  });

  it.each([...behaviours.keys(), contradict.name])(
    'keep every promise with n = 4 … 13, any network, and nodes that %s',
    (behaviour) => {
      const seeds = ['flood', 'random'].includes(behaviour) ? 3 : 12;
      for (let seed = 0; seed < seeds; seed++) {
        const plan = drawPlan({ subject: 'aggregated-witness', nodes: [4, 13], behaviours: [behaviour] }, seed);
        expect({ plan, violations: runPlan(aggregatedWitness, plan).violations }).toEqual({ plan, violations: [] });
      }
    },
  );
});
