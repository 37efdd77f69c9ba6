import { createGroup, maxFaulty, nodeIds, type NodeId } from '@quorate/transport';
import { behaviours } from './adversaries/index.js';
import { drawConditions } from './draw-conditions.js';
import { drawNetwork } from './draw-network.js';
import { drawFuzz, fuzzed, type FuzzPlan } from './fuzz.js';
import type { NetworkPlan, PlannedFault, RunPlan } from './plan.js';
import { anyOf, seededRandom, shuffled, type Random } from './random.js';
import type { Traits } from './traits.js';

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
  /** Behaviours to draw from, `fuzz` (small lies in single rounds) among them; by default those of `traits`, and without those all that apply to every protocol. */
  readonly behaviours?: readonly string[];
  /** What can happen to the subject: see `traitsOf`. Without it, no restarts, clocks, losses for good, nor small lies are drawn. */
  readonly traits?: Traits;
  /** Communication rounds over which drops and small lies are drawn. Default: two numbers' worth of the subject's kinds of message. */
  readonly rounds?: number;
  /** This network in every run; by default drawn. */
  readonly network?: NetworkPlan;
  readonly count?: number;
  readonly payload?: number;
  /** Who puts values in. Default: everybody. */
  readonly senders?: readonly NodeId[];
  /** Without `senders`: in most runs one to three nodes put values in. Faster, where the subject needs no value of everybody. Default false. */
  readonly fewSenders?: boolean;
}

/** Most runs have little junk: it costs time, and windows are filled now and then. */
const junk = [8, 8, 16, 16, 32, 32, 64, 400];

/** The run of a seed: its size, faults, network, restarts and inputs. The same seed, the same plan. `mostFaulty` is that of the subject. */
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
  const faults = space.faults ?? drawFaults(ids, faulty, drawable(space), random);
  const { traits } = space;
  const network = space.network ?? networkOf(traits, ids, faulty, random);
  const fuzz = space.faults === undefined ? fuzzOf(space, ids, faults, random) : undefined;
  return {
    schema: 'quorate.plan/1',
    subject: space.subject,
    ...(space.settings !== undefined && { settings: space.settings }),
    nodes,
    faulty,
    unsafe: space.unsafe ?? false,
    seed,
    faults,
    network,
    ...(space.network === undefined &&
      traits !== undefined &&
      drawConditions(traits, { ids, faulty, faults, network }, random)),
    ...(fuzz !== undefined && { fuzz }),
    ...(space.faults === undefined && faults.length > 0 && { junk: anyOf(junk, random) }),
    count: space.count ?? 1 + random.below(2),
    senders: drawSenders(space, ids, faults, random),
    ...(space.payload !== undefined && { payload: space.payload }),
  };
}

const drawable = ({ behaviours: named, traits }: CampaignSpace): readonly string[] =>
  named ??
  traits?.behaviours ??
  [...behaviours.values()].filter(({ appliesTo }) => appliesTo === undefined).map(({ name }) => name);

/** Whoever is synchronous is shown no other network. */
function networkOf(traits: Traits | undefined, ids: readonly NodeId[], faulty: number, random: Random): NetworkPlan {
  if (traits?.within === undefined) return drawNetwork(ids, faulty, traits?.kinds ?? [], random);
  const max = 1 + random.below(traits.within);
  const duplication = random.below(3) === 0 ? random.below(200_000) : 0;
  return { latency: { min: 1 + random.below(max), max }, ordered: true, ...(duplication > 0 && { duplication }) };
}

/** Mostly the most faults that the size allows, sometimes fewer, and never fewer than there are: thresholds coincide at n = 3f + 1 alone. */
function drawFaulty(most: number, present: number, random: Random): number {
  const drawn = random.below(4) === 0 ? random.below(most + 1) : most;
  return Math.max(drawn, Math.min(present, most));
}

function drawFaults(ids: readonly NodeId[], faulty: number, names: readonly string[], random: Random): PlannedFault[] {
  const liars = shuffled(ids, random).slice(0, random.below(5) === 0 ? random.below(faulty + 1) : faulty);
  // Now and then all liars do the same: a group that conspires, or small lies alone.
  const together = random.below(4) === 0 ? anyOf(['coordinated', fuzzed], random) : undefined;
  return liars.map((node) => {
    const behaviour = together !== undefined && names.includes(together) ? together : anyOf(names, random);
    const when = random.below(3) === 0 ? { kind: 'events' as const, after: random.below(40) } : undefined;
    return { node, behaviour, ...(when && { when }) };
  });
}

/** Small lies of those who tell such, and dropped messages: few, so that each one matters. */
function fuzzOf(
  space: CampaignSpace,
  ids: readonly NodeId[],
  faults: readonly PlannedFault[],
  random: Random,
): FuzzPlan | undefined {
  const liars = faults.filter(({ behaviour }) => behaviour === fuzzed).map(({ node }) => node);
  const { traits, rounds = 2 * (traits?.kinds.length ?? 3) } = space;
  if (liars.length === 0 && (traits === undefined || traits.within !== undefined || random.below(16) > 0))
    return undefined;
  return drawFuzz(
    ids,
    liars,
    { drops: traits?.within === undefined ? random.below(4) : 0, lies: 1 + random.below(4), rounds },
    random,
  );
}

function drawSenders(
  { senders, fewSenders = false }: CampaignSpace,
  ids: readonly NodeId[],
  faults: readonly PlannedFault[],
  random: Random,
): readonly NodeId[] {
  if (senders !== undefined || !fewSenders) return senders ?? ids;
  if (random.below(8) === 0) return ids;
  // A liar among them more often than not: what others make of its words is what breaks.
  const liars = faults.map(({ node }) => node);
  const order = [...(random.below(4) > 0 ? shuffled(liars, random).slice(0, 1) : []), ...shuffled(ids, random)];
  return [...new Set(order)].slice(0, 1 + random.below(3)).toSorted((a, b) => a - b);
}
