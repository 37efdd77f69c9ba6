import { bytes, createGroup, integer, nodeId, nodeIds, record, union, type NodeId } from '@quorate/transport';
import { describe, expect, it } from 'vitest';
import { dropsOf, smallLies } from '../src/fuzz.js';
import { Rounds } from '../src/rounds.js';
import {
  drawFuzz,
  drawPlan,
  runPlan,
  seededRandom,
  shrink,
  traitsOf,
  twinsScenarios,
  type RunPlan,
  type SmallLie,
  type Subject,
} from '../src/index.js';
import { gossip } from './gossip.js';
import { BeaconToy, EchoToy } from './toys.js';

const group = createGroup({ nodes: 4 });
const [zero, one, two, liar] = [0, 1, 2, 3].map((node) => nodeId(group, node)) as [NodeId, NodeId, NodeId, NodeId];
const plain = {
  schema: 'quorate.plan/1',
  subject: 'gossip',
  nodes: 4,
  faulty: 1,
  unsafe: false,
  seed: 1,
  faults: [],
  network: {},
  count: 1,
  senders: [zero],
} as const satisfies RunPlan;

const heardAfterDrop = (ordered: boolean): readonly number[] => {
  const heard: number[] = [];
  const plan: RunPlan = {
    ...plain,
    count: 3,
    network: { ordered, latency: { min: 1, max: 1 } },
    fuzz: { drops: [{ round: 0, from: zero, to: one }], lies: [], until: 300 },
  };
  const counting: Subject<number, { readonly round: number }, never> = {
    name: 'beacon',
    honest: () => new BeaconToy(),
    input: (_node, index) => index,
    checkers: [],
  };
  runPlan(counting, plan, {
    observer: (event) => {
      if (event.kind === 'receive' && event.node === one) heard.push(event.message.round);
    },
  });
  return heard;
};

describe('rounds of messages', () => {
  it('are read from any schema: the first number, then the kind', () => {
    const echo = new Rounds(new EchoToy(group, zero).schema.shape);
    const of = (kind: 'input' | 'echo', sequence: number): number =>
      echo.of({ kind, sender: zero, sequence, payload: new Uint8Array() });
    expect([of('input', 0), of('echo', 0), of('input', 1), of('echo', 2)]).toEqual([0, 1, 3, 7]);
    expect(echo.of({ kind: 'vote', sender: zero, sequence: 1, value: new Uint8Array() })).toBe(5);
  });

  it('look into messages that carry others, and count lives from their beginning', () => {
    const inner = union<{ kind: 'a' | 'b' }>({ a: {}, b: {} });
    const outer = new Rounds(
      record<{ round: number; message: { kind: 'a' | 'b' } }>({ round: integer({ max: 2 ** 52 }), message: inner })
        .shape,
    );
    expect([
      outer.kinds,
      outer.of({ round: 3, message: { kind: 'b' } }),
      outer.of({ round: 2 ** 42, message: { kind: 'b' } }),
    ]).toEqual([2, 7, 1]);
    expect(new Rounds(bytes({ max: 3 }).shape).of(new Uint8Array())).toBe(0);
  });
});

const told = (lie: Partial<SmallLie>, said: readonly number[] = [5]): (number | undefined)[] => {
  const schema = union<{ kind: 'say'; by: NodeId; value: number }>({
    say: { by: integer({ max: 3, meaning: 'node' }) as never, value: integer({ max: 5 }) },
  });
  const full = { round: 0, node: liar, to: [one], change: 'less' as const, place: 0, ...lie };
  const conduct = smallLies(
    schema,
    [0, 1, 2, 3, 4, 5].map((round) => ({ ...full, round })),
    { group, self: liar, random: seededRandom(1) },
  );
  const last = said.map((value) => conduct.speak({ kind: 'say', by: liar, value }, [zero, one])).at(-1) ?? [];
  return [zero, one].map((to) => {
    const effect = last.find((some) => some.kind === 'send' && some.to === to);
    return effect?.kind === 'send' ? effect.message.value : undefined;
  });
};

describe('small lies', () => {
  it('move a number by one, within its bounds, for those who are told', () => {
    expect(told({ change: 'less' })).toEqual([5, 4]);
    expect(told({ change: 'more' }, [4])).toEqual([4, 5]);
    expect(told({ change: 'more' })).toEqual([5, 5]);
    expect(told({ change: 'less', to: [zero, one], place: 7 })).toEqual([4, 4]);
  });

  it('say an older value, leave it out, or show another face', () => {
    expect(told({ change: 'old' }, [1, 2])).toEqual([2, 1]);
    expect(told({ change: 'old' })).toEqual([5, undefined]);
    expect(told({ change: 'omit' })).toEqual([5, undefined]);
    expect(told({ change: 'other' }, [3])).toEqual([3, 2]);
  });

  it('drop the messages of a round on a link, and no others', () => {
    const { schema } = new EchoToy(group, zero);
    const drops = dropsOf(schema, [{ round: 1, from: zero, to: one }]);
    const echo = { kind: 'echo', sender: zero, sequence: 0, payload: new Uint8Array() } as const;
    expect([drops(zero, one, echo), drops(one, zero, echo), drops(zero, one, { ...echo, kind: 'input' })]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('a fault configuration', () => {
  it('is drawn from a seed, within its bounds, and is JSON', () => {
    for (let seed = 0; seed < 100; seed++) {
      const fuzz = drawFuzz(nodeIds(group), [liar], { drops: 3, lies: 2, rounds: 6 }, seededRandom(seed));
      expect(drawFuzz(nodeIds(group), [liar], { drops: 3, lies: 2, rounds: 6 }, seededRandom(seed))).toEqual(fuzz);
      expect(JSON.parse(JSON.stringify(fuzz))).toEqual(fuzz);
      expect([fuzz.drops.length <= 3, fuzz.lies.length]).toEqual([true, 2]);
      expect(fuzz.lies.every(({ node, to, round }) => node === liar && !to.includes(liar) && round < 6)).toBe(true);
    }
  });

  it('what it drops keeps its place on a link that keeps the order', () => {
    expect(heardAfterDrop(true)).toEqual([0, 1, 2]);
    expect(heardAfterDrop(false).at(-1)).toBe(0);
  });

  it('what it drops arrives late, so what was promised is still demanded', () => {
    const fuzz = { drops: [{ round: 0, from: zero, to: one }], lies: [], until: 700 };
    const { violations, simulation } = runPlan(gossip, { ...plain, fuzz });
    expect(violations).toEqual([]);
    expect(simulation.now).toBeGreaterThanOrEqual(700);
    const at: number[] = [];
    runPlan(
      gossip,
      { ...plain, fuzz },
      { observer: (event) => event.kind === 'output' && event.node === one && at.push(event.tick) },
    );
    expect(at.every((tick) => tick >= 700)).toBe(true);
  });

  it.each([
    ['Q1002', { drops: [{ round: 0, from: zero, to: 9 as NodeId }], lies: [], until: 1 }],
    ['Q5016', { drops: [{ round: -1, from: zero, to: one }], lies: [], until: 1 }],
    ['Q5016', { drops: [], lies: [], until: -1 }],
    [
      'Q5019',
      { drops: [], lies: [{ round: 0, node: liar, to: [], change: 'more or less' as 'more', place: 0 }], until: 1 },
    ],
    ['Q1002', { drops: [], lies: [{ round: 0, node: liar, to: [7 as NodeId], change: 'omit', place: 0 }], until: 1 }],
  ] as const)('that is none is refused (%s)', (code, fuzz) => {
    expect(() => runPlan(gossip, { ...plain, fuzz })).toThrow(expect.objectContaining({ code }));
  });

  it('finds what one small lie breaks, and shrinks to that lie', () => {
    const space = {
      subject: 'gossip',
      nodes: [4, 7] as const,
      behaviours: ['fuzz'],
      traits: traitsOf(gossip),
      count: 1,
    };
    for (let seed = 0; seed < 300; seed++) {
      const plan = drawPlan(space, seed);
      const [violation] = runPlan(gossip, plan).violations;
      if (violation === undefined || (plan.fuzz?.lies.length ?? 0) < 2) continue;
      expect(violation.property).toBe('agreement');
      const small = shrink(gossip, plan, violation).plan;
      expect([small.faults.length, small.fuzz?.lies.length, small.fuzz?.drops]).toEqual([1, 1, []]);
      expect([small.nodes, small.faulty, small.count, small.payload]).toEqual([4, 1, 1, expect.any(Number)]);
      expect(small.schedule?.length).toBe(2);
      const again = JSON.parse(JSON.stringify(small)) as RunPlan;
      expect(runPlan(gossip, again).violations.map(({ property }) => property)).toEqual(['agreement']);
      return;
    }
    expect.unreachable('no small lie broke it');
  });
});

describe('twins, enumerated', () => {
  it('every division of the processes in every round, once', () => {
    const scenarios = [...twinsScenarios({ subject: 'gossip', group, rounds: 1 })];
    // Five processes in at most two groups: 16 ways; the twin alone or everybody speaks; equal or different inputs.
    expect(scenarios).toHaveLength(16 * 2 * 2);
    expect(new Set(scenarios.map((plan) => JSON.stringify(plan))).size).toBe(64);
    expect(scenarios[0]).toMatchObject({ nodes: 4, faulty: 1, faults: [{ node: 3, behaviour: 'twins' }] });
    let count = 0;
    for (const _ of twinsScenarios({ subject: 'gossip', group, rounds: 3, senders: [[liar]] })) count++;
    expect(count).toBe(16 ** 3 * 2);
  });

  it('each runs as a plan: where the twins are given different inputs gossip splits, and only there', () => {
    let split = 0;
    for (const plan of twinsScenarios({ subject: 'gossip', group, rounds: 2, senders: [[liar]] })) {
      const { violations } = runPlan(gossip, plan);
      if (violations.length > 0) {
        split++;
        expect(violations[0]?.property).toBe('agreement');
        expect(plan.twins?.differ).toBe(true);
      }
    }
    expect(split).toBeGreaterThan(50);
  });

  it('of a node that is not among the faults are refused (Q5019)', () => {
    const twins = { identities: [one], rounds: [], differ: false, until: 1 };
    expect(() => runPlan(gossip, { ...plain, twins })).toThrow(expect.objectContaining({ code: 'Q5019' }));
  });

  it('holds back between correct nodes, and lets go in the end', () => {
    const [zeroAlone] = [...twinsScenarios({ subject: 'gossip', group, rounds: 1, senders: [[zero]] })].filter(
      ({ twins }) => JSON.stringify(twins?.rounds) === '[[[0],[1,2,3,4]]]',
    );
    if (zeroAlone === undefined) expect.unreachable('no such scenario');
    const ticks = new Map<number, number>();
    const { violations } = runPlan(gossip, zeroAlone, {
      observer: (event) => void (event.kind === 'output' && ticks.set(event.node, event.tick)),
    });
    expect(violations).toEqual([]);
    expect([ticks.get(zero), (ticks.get(one) ?? 0) >= 5000, (ticks.get(two) ?? 0) >= 5000]).toEqual([0, true, true]);
  });
});
