import { describe, expect, it } from 'vitest';
import { behaviours, drawPlan, runPlan } from '@quorate/simulation';
import { aggregatedWitness } from './subject.js';

describe('drawn runs', () => {
  it.each([...behaviours.keys()])('keep every promise with n = 4 … 13, any network, and nodes that %s', (behaviour) => {
    const seeds = ['flood', 'random'].includes(behaviour) ? 3 : 12;
    for (let seed = 0; seed < seeds; seed++) {
      const plan = drawPlan({ subject: 'aggregated-witness', nodes: [4, 13], behaviours: [behaviour] }, seed);
      expect({ plan, violations: runPlan(aggregatedWitness, plan).violations }).toEqual({ plan, violations: [] });
    }
  });
});
