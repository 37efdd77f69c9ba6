import { createGroup, maxFaulty, nodeId } from '@quorate/transport';
import { describe, expect, it } from 'vitest';
import { drawPlan } from '@quorate/simulation';

describe('drawing a plan', () => {
  const four = createGroup({ nodes: 4 });

  it('the same seed draws the same plan, other seeds draw others, of every size that is asked for', () => {
    const space = { subject: 'any', nodes: [4, 10] as const };
    const plans = Array.from({ length: 300 }, (_, seed) => drawPlan(space, seed));
    expect(plans).toEqual(Array.from({ length: 300 }, (_, seed) => drawPlan(space, seed)));
    expect(new Set(plans.map((plan) => JSON.stringify({ ...plan, seed: 0 }))).size).toBe(300);
    expect([...new Set(plans.map(({ nodes }) => nodes))].toSorted((a, b) => a - b)).toEqual([4, 5, 6, 7, 8, 9, 10]);
    for (const { nodes, faulty, faults } of plans) {
      expect(faulty).toBeLessThanOrEqual(maxFaulty(nodes));
      expect(faults.length).toBeLessThanOrEqual(faulty);
    }
  });

  it('never draws a group that tolerates fewer faults than were asked for', () => {
    const space = { subject: 'any', nodes: [4, 7] as const, faults: [{ node: nodeId(four, 3), behaviour: 'silent' }] };
    for (let seed = 0; seed < 200; seed++) expect(drawPlan(space, seed).faulty).toBeGreaterThanOrEqual(1);
  });
});
