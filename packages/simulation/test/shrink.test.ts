import { createGroup, nodeId, nodeIds, type Violation } from '@quorate/transport';
import { describe, expect, it } from 'vitest';
import { runPlan, shrink, shrinkSteps, type RunPlan } from '../src/index.js';
import { simplerPlans } from '../src/simpler-plans.js';
import { smallerGroups } from '../src/smaller-groups.js';
import { gossip } from './gossip.js';

const group = createGroup({ nodes: 10 });
const [two, five, eight, nine] = [2, 5, 8, 9].map((id) => nodeId(group, id));
const node = (id: typeof two): NonNullable<typeof two> => id ?? nodeId(group, 0);

/** Everything that a plan can hold; the liar that matters has the highest number. */
const rich: RunPlan = {
  schema: 'quorate.plan/1',
  subject: 'gossip',
  nodes: 10,
  faulty: 3,
  unsafe: false,
  seed: 4,
  faults: [
    { node: node(two), behaviour: 'delay' },
    { node: node(nine), behaviour: 'equivocate', when: { kind: 'events', after: 0 } },
  ],
  network: {
    latency: { min: 2, max: 30, shape: 'tail' },
    loss: 1000,
    duplication: 1000,
    partitions: [{ sides: [[node(two)], [node(five), node(nine)]], from: 1, to: 9 }],
    cuts: [{ source: node(two), target: node(nine), from: 0, to: 5 }],
    slow: [[node(five), 7]],
    starve: [{ receiver: node(five), senders: [node(two)] }],
    heldBack: ['heard'],
    ordered: true,
  },
  restarts: [{ node: node(eight), at: 500, down: 10, disk: 'lost' }],
  clocks: [[node(five), 1010]],
  heal: 600,
  fuzz: { drops: [{ round: 0, from: node(two), to: node(five) }], lies: [], until: 700 },
  junk: 64,
  count: 1,
  senders: [node(two), node(five), node(nine)],
};

const violationOf = (plan: RunPlan): Violation => {
  const [violation] = runPlan(gossip, plan).violations;
  if (violation === undefined) throw new Error('the plan does not fail');
  return violation;
};

const sizes = (plan: RunPlan): readonly string[] => [
  ...new Set([...smallerGroups(plan)].map(({ nodes, faulty }) => `${nodes}/${faulty}`)),
];

/** How many nodes lie or stop. */
const troubled = ({ faults, restarts = [] }: RunPlan): number =>
  new Set([...faults, ...restarts].map((one) => one.node)).size;

describe('shrinking', () => {
  it('is not lost when a simpler plan makes the protocol fail in another way', () => {
    const fragile: typeof gossip = {
      ...gossip,
      honest(context) {
        if (context.group.n < 6) throw new TypeError('a mistake of the protocol');
        return gossip.honest(context);
      },
    };
    const { plan } = shrink(fragile, rich, violationOf(rich));
    expect(plan.nodes).toBeGreaterThanOrEqual(6);
    expect(plan.nodes).toBeLessThan(10);
  });

  it('makes no group that cannot tolerate its faults of one that can, however many lie', () => {
    const seven: RunPlan = {
      ...rich,
      nodes: 7,
      faulty: 2,
      unsafe: true,
      faults: [],
      senders: [],
      restarts: [],
      clocks: [],
    };
    expect(sizes(seven)).toEqual(['4/1', '5/1', '6/1']);
    // One that never could may become another such.
    expect(sizes({ ...seven, nodes: 4, faulty: 2 })).toEqual(['2/1', '3/2']);
  });

  it('lets no more nodes lie or stop than the smaller group tolerates, unless more did from the start', () => {
    for (const plan of smallerGroups(rich)) expect(troubled(plan)).toBeLessThanOrEqual(plan.faulty);
    const everybody = nodeIds(group).map((one) => ({ node: one, at: 1, down: 1 }));
    const [smallest] = smallerGroups({ ...rich, restarts: everybody });
    expect([smallest?.nodes, smallest?.restarts?.length]).toEqual([4, 4]);
  });

  it('keeps the liar that matters when the group gets smaller, and drops all the rest', () => {
    const { plan, violation } = shrink(gossip, rich, violationOf(rich));
    expect(violation.property).toBe('agreement');
    expect([plan.nodes, plan.faulty, plan.faults]).toEqual([4, 1, [{ node: 3, behaviour: 'equivocate' }]]);
    expect([plan.senders, plan.payload, plan.junk, plan.network, plan.schedule?.length]).toEqual([[3], 0, 0, {}, 2]);
    for (const key of ['restarts', 'clocks', 'disk', 'heal', 'fuzz', 'twins']) {
      const left: unknown = Object.entries(plan).find(([name]) => name === key)?.[1];
      expect(left === undefined || (Array.isArray(left) && left.length === 0)).toBe(true);
    }
    expect(violationOf(JSON.parse(JSON.stringify(plan)) as RunPlan)).toEqual(violation);
  });

  it('tries fewer nodes before fewer faults, and faults before anything else', () => {
    const tried = [...simplerPlans(rich)];
    const first = (isSuch: (plan: RunPlan) => boolean): number => tried.findIndex(isSuch);
    const fewerNodes = first(({ nodes }) => nodes < 10);
    const fewerFaults = first(({ nodes, faults }) => nodes === 10 && faults.length < 2);
    const plainer = first(({ nodes, network }) => nodes === 10 && network.loss === undefined);
    expect([fewerNodes, fewerNodes < fewerFaults, fewerFaults < plainer]).toEqual([0, true, true]);
    for (const plan of tried) {
      expect(3 * plan.faulty).toBeLessThan(plan.nodes);
      expect(plan.faults.length).toBeLessThanOrEqual(plan.faulty);
      expect([...plan.faults, ...(plan.restarts ?? [])].every((one) => one.node < plan.nodes)).toBe(true);
    }
  });

  it('goes step by step, and whoever stops has the smallest failure so far', () => {
    const violation = violationOf(rich);
    const steps = [...shrinkSteps(gossip, rich, violation)];
    expect(steps[0]).toEqual({ plan: rich, violation, runs: 0 });
    expect(steps.length).toBeGreaterThan(20);
    let asked = 0;
    const { plan, runs } = shrink(gossip, rich, violation, { more: () => ++asked < 5 });
    expect(runs).toBeLessThanOrEqual(5);
    expect(violationOf(plan).property).toBe('agreement');
    expect(shrink(gossip, rich, violation, { more: () => false }).plan).toBe(rich);
  });
});
