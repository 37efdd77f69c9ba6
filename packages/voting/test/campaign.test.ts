import { describe, expect, it } from 'vitest';
import { runPlan, type RunPlan } from '@quorate/simulation';
import { planOf, subjectOf } from './plans.js';

/** How many seeds a campaign runs: `QUORATE_SEEDS`, or a number that takes a few seconds. */
const seeds = Number(process.env['QUORATE_SEEDS'] ?? 150);

const violationsOf = (plan: RunPlan): unknown => ({ plan, violations: runPlan(subjectOf(), plan).violations });

describe('drawn runs', () => {
  it('keep every promise with n = 4 … 10, nodes that lie, crash and come back, and groups whose power fails', () => {
    for (let seed = 0; seed < seeds; seed++) {
      const plan = planOf(seed);
      expect(violationsOf(plan)).toEqual({ plan, violations: [] });
    }
  });

  it('the power fails at any tick of a run, and everybody goes on from his log', () => {
    for (let tick = 1; tick <= 400; tick += Math.max(1, Math.floor(600 / seeds))) {
      const plan = planOf(tick, [4, 4]);
      const restarts = plan.senders.map((node) => ({ node, at: tick, down: 5 + 7 * node, disk: 'kept' as const }));
      const failing: RunPlan = { ...plan, faults: [], restarts };
      expect(violationsOf(failing)).toEqual({ plan: failing, violations: [] });
    }
  });

  it('one node crashes at any tick of a run, comes back with its log, and takes part again', () => {
    for (let tick = 1; tick <= 400; tick += Math.max(1, Math.floor(600 / seeds))) {
      const plan = planOf(tick, [4, 7]);
      const [node = plan.senders[0]] = plan.senders.slice(tick % plan.nodes);
      if (node === undefined) throw new Error('a group has nodes');
      const alone: RunPlan = { ...plan, faults: [], restarts: [{ node, at: tick, down: 150, disk: 'kept' }] };
      expect(violationsOf(alone)).toEqual({ plan: alone, violations: [] });
    }
  });
});
