import { maxFaulty, type NodeId } from '@quorate/transport';
import type { RunPlan } from './plan.js';

/** The most faults that a group of so many nodes tolerates. */
export type MostFaulty = (nodes: number) => number;

/** Other runs of a smaller group that are tried: with fewer nodes, the same seed draws other delays. */
const seeds = [0, 1, 2];

/**
 * The plan with fewer nodes, the smallest group first, and with as many faults as that tolerates: n and f are one thing. The nodes that lie, restart and
 * speak stay, by new numbers.
 */
export function* smallerGroups(plan: RunPlan, mostFaulty: MostFaulty = maxFaulty): Generator<RunPlan> {
  // A group that was asked for more than it can tolerate may be another one of those; one that was not must not become one, as that fails by itself.
  const beyond = plan.unsafe && plan.faulty > mostFaulty(plan.nodes);
  for (let nodes = 1; nodes < plan.nodes; nodes++) {
    const faulty = Math.min(plan.faulty, beyond ? nodes - 1 : mostFaulty(nodes));
    if (faulty === 0 && plan.faulty > 0) continue;
    const smaller = asTolerable(plan, within(plan, keptNodes(plan, nodes, faulty), faulty));
    yield smaller;
    for (const seed of seeds) if (seed !== plan.seed) yield { ...smaller, seed };
  }
}

/** Nodes that lie or stop: who comes back with everything counts among the f in a protocol with clocks. */
const troubled = ({ faults, restarts = [] }: RunPlan): readonly NodeId[] => [
  ...new Set([...faults, ...restarts].map(({ node }) => node)),
];

/** The smaller plan without the restarts that are too many for it, unless the plan had too many from the start. */
function asTolerable(plan: RunPlan, smaller: RunPlan): RunPlan {
  const { restarts, faulty } = smaller;
  if (restarts === undefined || troubled(plan).length > plan.faulty) return smaller;
  const tolerated = troubled(smaller).slice(0, faulty);
  return { ...smaller, restarts: restarts.filter(({ node }) => tolerated.includes(node)) };
}

/** So many nodes, in ascending order: liars first, then those that restart or speak. */
function keptNodes(plan: RunPlan, nodes: number, faulty: number): readonly number[] {
  const liars = plan.faults.map(({ node }) => node).slice(0, plan.unsafe ? undefined : faulty);
  const dropped = plan.faults.map(({ node }) => node).filter((node) => !liars.includes(node));
  const others = [...(plan.restarts ?? []).map(({ node }) => node), ...plan.senders];
  const all = Array.from({ length: plan.nodes }, (_, node) => node);
  const order = new Set([...liars, ...others, ...all].filter((node) => !dropped.some((gone) => gone === node)));
  return [...order, ...dropped].slice(0, nodes).toSorted((a, b) => a - b);
}

/** The plan for these nodes alone, which are counted anew. */
function within(plan: RunPlan, kept: readonly number[], faulty: number): RunPlan {
  const numbers = new Map(kept.map((node, at) => [node, at as NodeId]));
  const one = (node: NodeId): readonly NodeId[] => {
    const number = numbers.get(node);
    return number === undefined ? [] : [number];
  };
  const many = (nodes: readonly NodeId[]): readonly NodeId[] => nodes.flatMap(one);
  const { partitions, cuts, slow, starve, ...network } = plan.network;
  const { restarts, clocks, fuzz, twins: _, ...rest } = plan;
  const both = (a: NodeId, b: NodeId): readonly [] | readonly [readonly [NodeId, NodeId]] => {
    const [from, to] = [numbers.get(a), numbers.get(b)];
    return from === undefined || to === undefined ? [] : [[from, to]];
  };
  return {
    ...rest,
    nodes: kept.length,
    faulty,
    faults: plan.faults
      .flatMap((fault) => one(fault.node).map((node) => ({ ...fault, node })))
      .slice(0, plan.unsafe ? undefined : faulty),
    senders: many(plan.senders),
    network: {
      ...network,
      ...(partitions && { partitions: partitions.map((part) => ({ ...part, sides: part.sides.map(many) })) }),
      ...(cuts && {
        cuts: cuts.flatMap((cut) =>
          both(cut.source, cut.target).map(([source, target]) => ({ ...cut, source, target })),
        ),
      }),
      ...(slow && { slow: slow.flatMap(([node, ticks]) => one(node).map((id) => [id, ticks] as const)) }),
      ...(starve && {
        starve: starve.flatMap(({ receiver, senders }) =>
          one(receiver).map((id) => ({ receiver: id, senders: many(senders) })),
        ),
      }),
    },
    ...(restarts && {
      restarts: restarts.flatMap((restart) => one(restart.node).map((node) => ({ ...restart, node }))),
    }),
    ...(clocks && { clocks: clocks.flatMap(([node, speed]) => one(node).map((id) => [id, speed] as const)) }),
    ...(fuzz && {
      fuzz: {
        ...fuzz,
        drops: fuzz.drops.flatMap((drop) => both(drop.from, drop.to).map(([from, to]) => ({ ...drop, from, to }))),
        lies: fuzz.lies.flatMap((lie) => one(lie.node).map((node) => ({ ...lie, node, to: many(lie.to) }))),
      },
    }),
  };
}
