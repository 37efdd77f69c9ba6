import { describe, expect, it } from 'vitest';
import { behaviours, drawPlan, runPlan } from '@quorate/simulation';
import { approximate, mostFaulty, stableVector } from './subject.js';

const names = [...behaviours.keys()];

describe('drawn runs', () => {
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
