import { describe, expect, it } from 'vitest';
import { behaviours, contradict, drawPlan, Exercised, runPlan } from '@quorate/simulation';
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

  it('come to every fault that the layer knows of', () => {
    const exercised = new Exercised();
    const watched = exercised.watch(witness);
    for (let seed = 0; seed < 60; seed++) {
      const plan = drawPlan({ subject: watched.name, nodes: [4, 7], behaviours: ['contradict', 'forge'] }, seed);
      exercised.ran(plan, runPlan(watched, plan).simulation);
    }
    const missed = exercised.missing().flatMap(({ part, name }) => (part === 'faults' ? [name] : []));
    // Only who runs a layer above can say something to one: WIT-13 does, in `scenarios/reports`.
    expect(missed).toEqual(['nobody-above']);
  });

  it.each([...behaviours.keys(), contradict.name])(
    'keep WIT1 … WIT6 with n = 4 … 13, any network, and nodes that %s',
    (behaviour) => {
      const seeds = behaviour === 'flood' ? 3 : 25;
      for (let seed = 0; seed < seeds; seed++) {
        const plan = drawPlan({ subject: 'witness', nodes: [4, 13], behaviours: [behaviour] }, seed);
        expect({ plan, violations: runPlan(witness, plan).violations }).toEqual({ plan, violations: [] });
      }
    },
  );

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
