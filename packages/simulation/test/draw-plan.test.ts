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

  it('draws everything that can happen to its subject, within what that tolerates', () => {
    const traits = {
      behaviours: ['silent', 'coordinated', 'fuzz'],
      kinds: ['input', 'echo', 'vote'],
      durable: true,
      timed: true,
      reopens: true,
    };
    const plans = Array.from({ length: 600 }, (_, seed) =>
      drawPlan({ subject: 'any', nodes: [4, 10], traits, fewSenders: true }, seed),
    );
    const seen = new Set(plans.flatMap((plan) => [...Object.keys(plan), ...Object.keys(plan.network)]));
    for (const name of ['restarts', 'clocks', 'disk', 'heal', 'fuzz', 'junk', 'lossy', 'starve', 'heldBack'])
      expect(seen).toContain(name);
    for (const { nodes, faulty, faults, restarts = [], senders, heal, network, fuzz } of plans) {
      const liars = new Set(faults.map(({ node }) => node));
      const harmed = new Set(restarts.filter(({ disk }) => disk !== 'kept').map(({ node }) => node));
      expect(new Set([...liars, ...harmed]).size).toBeLessThanOrEqual(faulty);
      expect(restarts.every(({ node, disk }) => node < nodes && (disk !== 'kept' || !liars.has(node)))).toBe(true);
      expect([senders.length > 0, heal !== undefined]).toEqual([true, network.lossy === true]);
      expect(fuzz?.lies.every(({ node }) => liars.has(node)) ?? true).toBe(true);
    }
    const conspiring = plans.filter(
      ({ faults }) => faults.filter((fault) => fault.behaviour === 'coordinated').length > 1,
    );
    expect(conspiring.length).toBeGreaterThan(20);
    expect(new Set(plans.map(({ junk }) => junk))).toEqual(new Set([undefined, 8, 16, 32, 64, 400]));
  });

  it('without traits, draws what can happen to every protocol', () => {
    for (let seed = 0; seed < 100; seed++) {
      const plan = drawPlan({ subject: 'any', nodes: [4, 7] }, seed);
      expect([plan.restarts, plan.clocks, plan.heal, plan.fuzz]).toEqual([undefined, undefined, undefined, undefined]);
      expect(plan.senders).toHaveLength(plan.nodes);
      expect(plan.faults.some(({ behaviour }) => behaviour === 'equivocate')).toBe(false);
    }
  });
});
