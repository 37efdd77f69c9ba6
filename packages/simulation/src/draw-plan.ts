import { createGroup, maxFaulty, nodeIds, type NodeId } from '@quorate/transport';
import { behaviours } from './adversaries/index.js';
import { million, type Cut, type Partition } from './network-options.js';
import type { NetworkPlan, PlannedFault, RunPlan } from './plan.js';
import { seededRandom, shuffled, type Random } from './random.js';

/** What a campaign draws its runs from. */
export interface CampaignSpace {
  readonly subject: string;
  /** What the subject is made with: stands in every plan. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Group sizes, both included. */
  readonly nodes: readonly [number, number];
  /** Faults to tolerate; by default drawn from 0 … the most that the size allows. */
  readonly faulty?: number;
  readonly unsafe?: boolean;
  /** These faults in every run; by default up to f drawn behaviours. */
  readonly faults?: readonly PlannedFault[];
  /** Behaviours to draw from; by default all. */
  readonly behaviours?: readonly string[];
  /** This network in every run; by default drawn. */
  readonly network?: NetworkPlan;
  readonly count?: number;
  readonly payload?: number;
  readonly senders?: readonly NodeId[];
}

/** The run of a seed: its size, faults, network and inputs. The same seed, the same plan. `mostFaulty` is that of the subject. */
export function drawPlan(
  space: CampaignSpace,
  seed: number,
  mostFaulty: (nodes: number) => number = maxFaulty,
): RunPlan {
  const random = seededRandom(seed);
  const [least, most] = space.nodes;
  const nodes = least + random.below(most - least + 1);
  const faulty = space.faulty ?? drawFaulty(mostFaulty(nodes), space.faults?.length ?? 0, random);
  const ids = nodeIds(createGroup({ nodes, faulty, unsafe: true }));
  const faults = space.faults ?? drawFaults(ids, faulty, space.behaviours ?? [...behaviours.keys()], random);
  return {
    schema: 'quorate.plan/1',
    subject: space.subject,
    ...(space.settings !== undefined && { settings: space.settings }),
    nodes,
    faulty,
    unsafe: space.unsafe ?? false,
    seed,
    faults,
    network: space.network ?? drawNetwork(ids, random),
    count: space.count ?? 1 + random.below(2),
    senders: space.senders ?? ids,
    ...(space.payload !== undefined && { payload: space.payload }),
  };
}

/** Mostly the most faults that the size allows, sometimes fewer, and never fewer than there are: thresholds coincide at n = 3f + 1 alone. */
function drawFaulty(most: number, present: number, random: Random): number {
  const drawn = random.below(4) === 0 ? random.below(most + 1) : most;
  return Math.max(drawn, Math.min(present, most));
}

function drawFaults(ids: readonly NodeId[], faulty: number, names: readonly string[], random: Random): PlannedFault[] {
  const liars = shuffled(ids, random).slice(0, random.below(5) === 0 ? random.below(faulty + 1) : faulty);
  return liars.map((node) => {
    const behaviour = anyOf(names, random);
    const when = random.below(3) === 0 ? { kind: 'events' as const, after: random.below(40) } : undefined;
    return { node, behaviour, ...(when && { when }) };
  });
}

function drawNetwork(ids: readonly NodeId[], random: Random): NetworkPlan {
  const some = (chance: number): boolean => random.below(chance) === 0;
  const min = random.below(4);
  const latency = { min, max: min + anyOf([0, 3, 9, 50], random) };
  return {
    latency,
    ...(some(4) && { loss: random.below(million / 4) }),
    ...(some(4) && { duplication: random.below(million / 4) }),
    ...(some(4) && { partitions: [drawPartition(ids, random)] }),
    ...(some(4) && { cuts: Array.from({ length: 1 + random.below(3) }, () => drawCut(ids, random)) }),
    ...(some(4) && { slow: [[anyOf(ids, random), 1 + random.below(100)]] }),
    ...(some(3) && { ordered: true }),
  };
}

function drawPartition(ids: readonly NodeId[], random: Random): Partition {
  const order = shuffled(ids, random);
  const size = 1 + random.below(Math.max(1, ids.length - 1));
  const from = random.below(20);
  return { sides: [order.slice(0, size), order.slice(size)], from, to: from + 1 + random.below(100) };
}

function drawCut(ids: readonly NodeId[], random: Random): Cut {
  const source = anyOf(ids, random);
  const target = anyOf(ids, random);
  const from = random.below(20);
  return { source, target, from, to: from + 1 + random.below(100) };
}

/** One of the items, of which there is at least one. */
const anyOf = <T>(items: readonly T[], random: Random): T => items[random.below(items.length)] as T;
