import { describe, expect, it } from 'vitest';
import type { Checker, CheckerFactory, NodeId } from '@quorate/transport';
import {
  drawPlan,
  runPlan,
  seededRandom,
  shrink,
  traceLine,
  TraceDigest,
  type RunPlan,
  type ScheduledEvent,
  type Subject,
} from '@quorate/simulation';
import { PromiseToy } from './durable-toys.js';

type Said = { readonly kind: 'promise'; readonly value: number };

/** What no group keeps to: everybody promises the same. It is broken as soon as two values meet. */
const oneForAll: CheckerFactory<number, Said, number> = () => {
  let first: number | undefined;
  const checker: Checker<number, Said, number> = {
    output: (id, value) => {
      first ??= value;
      return first === value
        ? undefined
        : { property: 'one for all', kind: 'safety', detail: `node ${id} promised ${value}, another one ${first}` };
    },
  };
  return checker;
};

const subject: Subject<number, Said, number, never, { readonly value: number }> = {
  name: 'promise',
  honest: () => new PromiseToy(),
  input: (node) => node,
  checkers: [],
};

/** Everything a plan can have, drawn. */
function planOf(seed: number): RunPlan {
  const random = seededRandom(seed ^ 0x1234);
  const plan = drawPlan({ subject: 'promise', nodes: [4, 7], behaviours: ['silent', 'crash'] }, seed);
  const free = Array.from({ length: plan.nodes }, (_, node) => node as NodeId).filter((node) =>
    plan.faults.every((fault) => fault.node !== node),
  );
  return {
    ...plan,
    restarts: free
      .slice(0, 2)
      .map((node) => ({ node, at: random.below(20), down: random.below(30), disk: 'kept' as const })),
    clocks: [[0 as NodeId, 500 + random.below(1000)]],
    disk: { latency: { min: random.below(2), max: 2 + random.below(8) }, torn: random.below(2) === 0 },
    ...(random.below(2) === 0 && { heal: random.below(60) }),
  };
}

function digestOf(plan: RunPlan): string {
  const digest = new TraceDigest();
  runPlan(subject, plan, { observer: (event) => digest.add(traceLine(event)) });
  return digest.toString();
}

describe('one seed, one run', () => {
  it('SIM-01 seed determinism: 1,000 seeds give the same trace twice; SIM-03 seeds matter: at least 990 of them differ', () => {
    const digests = new Set<string>();
    for (let seed = 0; seed < 1000; seed++) {
      const plan = planOf(seed);
      const digest = digestOf(plan);
      expect({ seed, again: digestOf(JSON.parse(JSON.stringify(plan)) as RunPlan) }).toEqual({ seed, again: digest });
      digests.add(digest);
    }
    expect(digests.size).toBeGreaterThanOrEqual(990);
  });

  it('SIM-05 replay and shrink: crashes, writes and heals are events of a schedule, and a failure shrinks below 40 events', () => {
    const failing = { ...subject, checkers: [oneForAll] };
    let shrunk = 0;
    for (let seed = 0; shrunk < 20; seed++) {
      const plan = planOf(seed);
      const [violation] = runPlan(failing, plan).violations;
      if (violation === undefined) continue;
      shrunk++;
      const schedule: ScheduledEvent[] = [];
      runPlan(failing, plan, { record: (event) => schedule.push(event) });
      expect(runPlan(failing, { ...plan, schedule }).violations).toEqual([violation]);
      const small = shrink(failing, plan, violation);
      expect({ seed, events: small.plan.schedule?.length ?? Infinity }).toSatisfy(
        ({ events }: { readonly events: number }) => events <= 40,
      );
      expect(runPlan(failing, small.plan).violations).toEqual([small.violation]);
    }
  });
});

describe('a plan', () => {
  const plan = planOf(1);

  it('counts a restart without the disk among the f', () => {
    const lost = { node: plan.faults[0]?.node ?? (0 as NodeId), at: 90, down: 1, disk: 'lost' as const };
    expect(() => runPlan(subject, { ...plan, restarts: [lost] })).not.toThrow();
    const everybody = Array.from({ length: plan.nodes }, (_, node) => ({ ...lost, node: node as NodeId }));
    expect(() => runPlan(subject, { ...plan, senders: [0 as NodeId], restarts: everybody })).toThrow(/more than f/);
  });

  it('brings back whoever stops and starts again within one tick', () => {
    const [node = 0 as NodeId] = plan.senders.filter((sender) => plan.faults.every((fault) => fault.node !== sender));
    for (let seed = 0; seed < 20; seed++) {
      const { simulation } = runPlan(subject, { ...plan, seed, restarts: [{ node, at: 5, down: 0, disk: 'kept' }] });
      expect(simulation.protocol(node), `seed ${seed}`).toBeDefined();
    }
  });

  it('is refused with Q1002, Q5016 or Q5017 when it is none', () => {
    const restart = { node: 0 as NodeId, at: 1, down: 1 };
    for (const broken of [
      { heal: 1.5 },
      { heal: -1 },
      { restarts: [{ ...restart, node: 99 as NodeId }] },
      { restarts: [{ ...restart, at: Number.NaN }] },
      { restarts: [{ ...restart, down: -1 }] },
      { restarts: [{ ...restart, at: Number.MAX_SAFE_INTEGER }] },
      { restarts: [{ ...restart, disk: 'burnt' as never }] },
      { clocks: [[0 as NodeId, 0]] as const },
      { disk: { latency: { min: 3, max: 1 } } },
    ]) {
      expect(() => runPlan(subject, { ...plan, ...broken })).toThrow(/cannot|no node/);
    }
  });
});
