import { describe, expect, it } from 'vitest';
import { behaviours, contradict, drawPlan, Exercised, runPlan } from '@quorate/simulation';
import { approximate, mostFaulty, stableVector } from './subject.js';

const names = [...behaviours.keys(), contradict.name];

describe('drawn runs', () => {
  it('come near every rule and to every fault that the checkers know', () => {
    const exercised = new Exercised();
    const views = exercised.watch(stableVector);
    const points = exercised.watch(approximate({ dimension: 2, epsilon: 0.1, range: [0, 1] }));
    const liars = ['silent', 'contradict', 'forge', 'equivocate', 'delay'];
    for (let seed = 0; seed < 100; seed++) {
      const plan = drawPlan({ subject: views.name, nodes: [4, 7], behaviours: liars }, seed);
      exercised.ran(plan, runPlan(views, plan).simulation);
      if (seed % 2 > 0) continue;
      const nodes = 5 + (seed % 3);
      const other = { subject: points.name, nodes: [nodes, nodes], behaviours: liars, count: 1 } as const;
      const agreement = drawPlan({ ...other, faulty: mostFaulty(nodes, 2) }, seed);
      exercised.ran(agreement, runPlan(points, agreement).simulation);
    }
    const missed = exercised.missing().filter(({ part }) => part === 'rules' || part === 'faults');
    // A node has to be a whole window behind for that: AA-20 is, in `scenarios/behind`. The others are the broadcast's.
    expect(missed).toEqual([{ part: 'faults', name: 'missed-agreement' }]);
  });

  it.each(names)('keep BA1 … BA5 with n = 4 … 13, any network, and nodes that %s', (behaviour) => {
    for (let seed = 0; seed < (behaviour === 'flood' ? 3 : 12); seed++) {
      const plan = drawPlan({ subject: 'barycentric', nodes: [4, 13], behaviours: [behaviour] }, seed);
      expect({ plan, violations: runPlan(stableVector, plan).violations }).toEqual({ plan, violations: [] });
    }
  });

  it.each([
    [1, 0.05, 10],
    [2, 0.2, 9],
    [3, 0.5, 8],
  ])('keep AA1 … AA6 in %i dimensions, any network, and nodes of every behaviour', (dimension, epsilon, most) => {
    const subject = approximate({ dimension, epsilon, range: [-1, 1] });
    for (const [at, behaviour] of names.entries()) {
      const nodes = dimension + 3 + (at % (most - dimension - 2));
      for (const seed of behaviour === 'flood' ? [at] : [at, at + 100]) {
        const space = { subject: 'approximate', nodes: [nodes, nodes], behaviours: [behaviour], count: 1 } as const;
        const plan = drawPlan({ ...space, faulty: mostFaulty(nodes, dimension) }, seed);
        expect({ plan, violations: runPlan(subject, plan).violations }).toEqual({ plan, violations: [] });
      }
    }
  });
});
