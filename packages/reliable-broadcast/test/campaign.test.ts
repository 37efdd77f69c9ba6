import { describe, expect, it } from 'vitest';
import {
  BestEffortBroadcast,
  broadcastProperties,
  ReliableBroadcast,
  type Delivery,
  type Input,
  type Message,
  type NodeId,
} from '@quorate/reliable-broadcast';
import { behaviours, drawPlan, runPlan, shrink, type Random, type RunPlan, type Subject } from '@quorate/simulation';
import { seedsOr } from './harness.js';

const payload = (_node: number, _index: number, random: Random): Uint8Array =>
  new Uint8Array(random.below(2) === 0 ? 8 : 40).fill(random.below(256));

const reliable: Subject<Uint8Array, Message, Delivery> = {
  name: 'bracha',
  honest: (options) => new ReliableBroadcast(options),
  input: payload,
  checkers: [broadcastProperties],
};

const bestEffort: Subject<Uint8Array, Input, Delivery> = {
  name: 'best-effort',
  honest: (options) => new BestEffortBroadcast(options),
  input: payload,
  checkers: [broadcastProperties],
};

const throughJson = (plan: RunPlan): RunPlan => JSON.parse(JSON.stringify(plan)) as RunPlan;

describe('drawn runs', () => {
  it.each([...behaviours.keys()])('keep every promise with n = 4 … 10, any network, and nodes that %s', (behaviour) => {
    const seeds = behaviour === 'flood' ? 15 : seedsOr(150);
    for (let seed = 0; seed < seeds; seed++) {
      const plan = drawPlan({ subject: 'bracha', nodes: [4, 10], behaviours: [behaviour] }, seed);
      expect({ plan, violations: runPlan(reliable, plan).violations }).toEqual({ plan, violations: [] });
    }
  });

  it('a plan runs the same again, also after a trip through JSON', () => {
    const plan = drawPlan({ subject: 'bracha', nodes: [4, 10] }, 7);
    const trace = (again: typeof plan): string => {
      const events: unknown[] = [];
      runPlan(reliable, again, { observer: (event) => events.push(event) });
      return JSON.stringify(events);
    };
    expect(trace(throughJson(plan))).toBe(trace(plan));
  });

  it('two equivocators of four break agreement: the checkers are not vacuous', () => {
    const liars = [2, 3].map((node) => ({ node: node as NodeId, behaviour: 'equivocate' }));
    const space = { subject: 'bracha', nodes: [4, 4], faulty: 1, unsafe: true, faults: liars } as const;
    const broken = Array.from({ length: 500 }, (_, seed) => runPlan(reliable, drawPlan(space, seed)).violations).flat();
    expect(new Set(broken.map(({ kind }) => kind))).toEqual(new Set(['safety', 'liveness']));
  });

  it('an equivocator breaks best effort, and the failure shrinks to two deliveries', () => {
    const space = { subject: 'best-effort', nodes: [4, 10], behaviours: ['equivocate'] } as const;
    for (let seed = 0; seed < 20; seed++) {
      const plan = drawPlan(space, seed);
      const [violation] = runPlan(bestEffort, plan).violations;
      if (violation?.property !== 'RBC4 agreement') continue;
      const shrunk = shrink(bestEffort, plan, violation);
      expect(shrunk.plan).toMatchObject({ nodes: 4, faults: [{ behaviour: 'equivocate' }], count: 1 });
      expect(shrunk.plan.schedule?.length).toBe(2);
      expect(runPlan(bestEffort, throughJson(shrunk.plan)).violations).toEqual([shrunk.violation]);
      return;
    }
    expect.unreachable('no seed broke best effort');
  });
});
