import type { FuzzPlan } from './fuzz.js';
import type { RunPlan } from './plan.js';
import { smallerGroups, type MostFaulty } from './smaller-groups.js';
import type { TwinsPlan } from './twins-scenarios.js';

/**
 * Plans that are simpler by one thing each, the greatest simplification first: fewer nodes, then fewer faults, then fewer values, then what else
 * happens, then a plainer network. `sized`: the subject's values have a length that a plan may say.
 */
export function* simplerPlans(plan: RunPlan, mostFaulty?: MostFaulty, sized?: boolean): Generator<RunPlan> {
  yield* smallerGroups(plan, mostFaulty);
  yield* fewerFaults(plan);
  yield* fewerValues(plan, sized === true);
  yield* simplerFaults(plan);
  yield* fewerConditions(plan);
  yield* simplerNetworks(plan);
}

function* fewerFaults(plan: RunPlan): Generator<RunPlan> {
  for (const fault of plan.faults) yield { ...plan, faults: without(plan.faults, fault) };
  if (plan.twins !== undefined) {
    const { twins: _, ...rest } = plan;
    yield rest;
  }
  if (plan.fuzz !== undefined) {
    const { fuzz, ...rest } = plan;
    yield rest;
    for (const simpler of simplerFuzz(fuzz)) yield { ...plan, fuzz: simpler };
  }
  if (plan.twins !== undefined) for (const twins of simplerTwins(plan.twins)) yield { ...plan, twins };
}

function* simplerFuzz(fuzz: FuzzPlan): Generator<FuzzPlan> {
  if (fuzz.drops.length > 1) yield { ...fuzz, drops: [] };
  for (const drop of fuzz.drops) yield { ...fuzz, drops: without(fuzz.drops, drop) };
  for (const lie of fuzz.lies) yield { ...fuzz, lies: without(fuzz.lies, lie) };
  for (const lie of fuzz.lies) {
    if (lie.to.length < 2) continue;
    for (const node of lie.to) {
      const told = { ...lie, to: without(lie.to, node) };
      yield { ...fuzz, lies: fuzz.lies.map((other) => (other === lie ? told : other)) };
    }
  }
}

/** Fewer rounds, and rounds in which everybody reaches everybody. */
function* simplerTwins(twins: TwinsPlan): Generator<TwinsPlan> {
  if (twins.rounds.length > 0) yield { ...twins, rounds: twins.rounds.slice(0, -1) };
  for (const [at, blocks] of twins.rounds.entries()) {
    if (blocks.length > 1) yield { ...twins, rounds: twins.rounds.with(at, [blocks.flat()]) };
  }
  if (twins.differ) yield { ...twins, differ: false };
}

function* fewerValues(plan: RunPlan, sized: boolean): Generator<RunPlan> {
  if (plan.senders.length > 1) {
    for (const sender of plan.senders) yield { ...plan, senders: [sender] };
    for (const sender of plan.senders) yield { ...plan, senders: without(plan.senders, sender) };
  }
  if (plan.count > 1) yield { ...plan, count: 1 };
  if (plan.count > 2) yield { ...plan, count: Math.ceil(plan.count / 2) };
  if (!sized) return;
  for (const payload of [0, 1, 8, 32]) if (payload < (plan.payload ?? Infinity)) yield { ...plan, payload };
}

function* simplerFaults(plan: RunPlan): Generator<RunPlan> {
  for (const fault of plan.faults) {
    if (fault.when === undefined) continue;
    const { when: _, ...always } = fault;
    yield { ...plan, faults: plan.faults.map((other) => (other === fault ? always : other)) };
  }
  const { junk = 0 } = plan;
  if (junk > 0) yield { ...plan, junk: 0 };
  if (junk > 1) yield { ...plan, junk: Math.floor(junk / 2) };
}

function* fewerConditions(plan: RunPlan): Generator<RunPlan> {
  const { restarts = [], clocks = [] } = plan;
  for (const restart of restarts) yield { ...plan, restarts: without(restarts, restart) };
  for (const key of ['clocks', 'disk', 'heal'] as const) {
    if (plan[key] === undefined) continue;
    const { [key]: _, ...rest } = plan;
    yield rest;
  }
  if (clocks.length > 1) for (const clock of clocks) yield { ...plan, clocks: without(clocks, clock) };
}

function* simplerNetworks(plan: RunPlan): Generator<RunPlan> {
  const { network } = plan;
  const conditions = [
    'loss',
    'duplication',
    'partitions',
    'cuts',
    'slow',
    'starve',
    'heldBack',
    'ordered',
    'lossy',
  ] as const;
  for (const key of conditions) {
    if (network[key] === undefined) continue;
    const { [key]: _, ...rest } = network;
    yield { ...plan, network: rest };
  }
  for (const key of ['partitions', 'cuts', 'starve'] as const) {
    const some: readonly unknown[] = network[key] ?? [];
    if (some.length < 2) continue;
    for (const one of some) yield { ...plan, network: { ...network, [key]: without(some, one) } };
  }
  const { min, max, shape } = { shape: undefined, ...(network.latency ?? { min: 1, max: 10 }) };
  if (shape !== undefined) yield { ...plan, network: { ...network, latency: { min, max } } };
  if (min !== 1 || max !== 1) yield { ...plan, network: { ...network, latency: { min: 1, max: 1 } } };
}

const without = <T>(items: readonly T[], one: T): readonly T[] => items.filter((item) => item !== one);
