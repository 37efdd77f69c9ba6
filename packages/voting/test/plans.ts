/** Drawn runs of voting: synchronous networks, up to f nodes that lie, crash and come back, or a whole group that does. */
import {
  belowThousand,
  nodeIds,
  createGroup,
  Voting,
  votingProperties,
  type LogRecord,
  type Message,
  type NodeId,
  type Output,
  type Timer,
  type VotingOptions,
} from '@quorate/voting';
import {
  behaviours,
  seededRandom,
  shuffled,
  type NetworkPlan,
  type PlannedFault,
  type PlannedRestart,
  type Random,
  type RunPlan,
  type Subject,
} from '@quorate/simulation';

export type VotingSubject = Subject<number, Message, Output, Timer, LogRecord>;

/** Ticks that a step lasts; messages take at most a third. */
const period = 60;

/** Voting for so many rounds, as campaigns see it. */
export function subjectOf(
  options: Partial<VotingOptions> = {},
  make: (options: VotingOptions) => Voting = (all) => new Voting(all),
): VotingSubject {
  const { rounds = 2, rule = belowThousand } = options;
  return {
    name: 'vote',
    honest: ({ group, self }) => make({ group, self, rounds, period, ...options }),
    input: (_node, _index, random) => 1 + random.below(999),
    network: synchronous,
    checkers: [votingProperties({ rounds, rule })],
  };
}

/** What the protocol assumes: messages within a third of the period, in order. */
function synchronous({ duplication }: NetworkPlan): NetworkPlan {
  return { latency: { min: 1, max: 12 }, ordered: true, ...(duplication !== undefined && { duplication }) };
}

/** Behaviours that a node can show beside a clock and a disk. */
const lies = [...behaviours.keys()].filter((name) => name !== 'restart' && name !== 'forge-sender');

const anyOf = <T>(items: readonly T[], random: Random): T => items[random.below(items.length)] as T;

/** The run of a seed. */
export function planOf(seed: number, [least, most]: readonly [number, number] = [4, 10]): RunPlan {
  const random = seededRandom(seed);
  const nodes = least + random.below(most - least + 1);
  const group = createGroup({ nodes });
  const whole = random.below(4) === 0;
  const faulty = shuffled(nodeIds(group), random).slice(0, group.f - random.below(2) * random.below(group.f + 1));
  const liars = faulty.filter(() => random.below(2) === 0);
  return {
    schema: 'quorate.plan/1',
    subject: 'vote',
    nodes,
    faulty: group.f,
    unsafe: false,
    seed,
    faults: liars.map((node): PlannedFault => ({ node, behaviour: anyOf(lies, random) })),
    network: random.below(3) === 0 ? { duplication: random.below(200_000) } : {},
    restarts: whole
      ? allRestart(nodeIds(group), liars, random)
      : faulty.filter((node) => !liars.includes(node)).map((node) => restartOf(node, random)),
    disk: { latency: { min: 0, max: random.below(4) }, torn: random.below(2) === 0 },
    clocks: random.below(3) === 0 ? nodeIds(group).map((node) => [node, 980 + random.below(41)] as const) : [],
    count: 3,
    senders: nodeIds(group),
  };
}

function restartOf(node: NodeId, random: Random): PlannedRestart {
  const fates = ['kept', 'kept', 'lost', { cutAt: random.below(60) }] as const;
  return { node, at: 1 + random.below(1500), down: 1 + random.below(600), disk: anyOf(fates, random) };
}

/** Power fails, and comes back: everybody restarts with what is on the disks. */
function allRestart(nodes: readonly NodeId[], liars: readonly NodeId[], random: Random): readonly PlannedRestart[] {
  const failures = 1 + random.below(2);
  const at = Array.from({ length: failures }, () => 1 + random.below(900)).toSorted((a, b) => a - b);
  return at.flatMap((tick, failure) =>
    nodes
      .filter((node) => !liars.includes(node))
      .map((node) => ({ node, at: tick + failure * 2000, down: 1 + random.below(300), disk: 'kept' as const })),
  );
}

/** Up to f nodes crash while all find out where to begin, and come back. */
export function earlyCrashes(seed: number): RunPlan {
  const random = seededRandom(seed ^ 0x57a7);
  const plan = planOf(seed);
  const group = createGroup({ nodes: plan.nodes });
  const restarts = shuffled(nodeIds(group), random)
    .slice(0, group.f)
    .map((node): PlannedRestart => ({
      node,
      at: 60 + random.below(120),
      down: 1 + random.below(100),
      disk: 'kept',
    }));
  return { ...plan, faults: [], restarts };
}
