import type { NodeId } from '@quorate/transport';
import type { DiskFate } from './disk.js';
import type { NetworkPlan, PlannedFault, PlannedRestart, RunPlan } from './plan.js';
import { anyOf, shuffled, type Random } from './random.js';
import type { Traits } from './traits.js';

/** The run as far as it was drawn. */
interface Drawn {
  readonly ids: readonly NodeId[];
  readonly faulty: number;
  readonly faults: readonly PlannedFault[];
  readonly network: NetworkPlan;
}

/** Clocks are wrong by so many per mille at most. */
const mostDrift = 20;

/** What happens beside lies and delays, to a subject to which it can happen: restarts, disks, clocks, and losses until the network heals. */
export function drawConditions(traits: Traits, drawn: Drawn, random: Random): Partial<RunPlan> {
  const some = (chance: number): boolean => random.below(chance) === 0;
  const whole = traits.within !== undefined && traits.durable && some(4);
  const alone = some(traits.durable ? 3 : 8) ? drawRestarts(traits, drawn, random) : [];
  const restarts = whole ? drawPowerFailures(spanOf(traits), drawn, random) : alone;
  const lossy = traits.reopens && traits.within === undefined && some(8);
  return {
    ...(restarts.length > 0 && { restarts }),
    ...(traits.durable && some(2) && { disk: drawDisk(random) }),
    ...(traits.timed && some(3) && { clocks: drawClocks(drawn.ids, random) }),
    ...(lossy && { network: { ...drawn.network, lossy: true }, heal: 50 + random.below(400) }),
  };
}

/** Correct nodes find their disks as they left them; who finds less counts among the f, and only so many do. */
function drawRestarts(traits: Traits, { ids, faulty, faults }: Drawn, random: Random): readonly PlannedRestart[] {
  const { durable, timed } = traits;
  const span = spanOf(traits);
  const liars = faults.map(({ node }) => node);
  const correct = shuffled(
    ids.filter((node) => !liars.includes(node)),
    random,
  );
  const harmed = correct.slice(0, random.below(1 + Math.max(0, faulty - liars.length)));
  // With clocks, a node that is away misses what has its time: such protocols count it among the f as long as it is down.
  const room = timed ? Math.max(0, faulty - liars.length - harmed.length) : correct.length;
  const kept = durable ? correct.slice(harmed.length, harmed.length + Math.min(room, 1 + random.below(2))) : [];
  const away = (node: NodeId, disk: DiskFate): PlannedRestart => ({
    node,
    at: random.below(span),
    down: random.below(span),
    disk,
  });
  const fate = (): DiskFate => (durable && random.below(2) === 0 ? { cutAt: random.below(100) } : 'lost');
  const liar = liars.length > 0 && random.below(2) === 0 ? [away(anyOf(liars, random), fate())] : [];
  return [...harmed.map((node) => away(node, fate())), ...kept.map((node) => away(node, 'kept')), ...liar];
}

/** The ticks in which most of a run happens. A synchronous protocol waits for whole periods: what is drawn shall meet all of them. */
const spanOf = ({ within }: Traits): number => (within === undefined ? 100 : 150 * within);

/** Everybody stops at the same tick, and comes back with what was on the disk; once or twice. */
function drawPowerFailures(span: number, { ids, faults }: Drawn, random: Random): readonly PlannedRestart[] {
  const correct = ids.filter((node) => !faults.some((fault) => fault.node === node));
  const failures = Array.from({ length: 1 + random.below(2) }, (_, failure) => random.below(span) + failure * 3 * span);
  return failures.flatMap((at) =>
    correct.map((node) => ({ node, at, down: 1 + random.below(span / 4), disk: 'kept' })),
  );
}

const drawDisk = (random: Random): NonNullable<RunPlan['disk']> => {
  const min = random.below(3);
  return { latency: { min, max: min + anyOf([0, 2, 20], random) }, torn: random.below(2) === 0 };
};

const drawClocks = (ids: readonly NodeId[], random: Random): NonNullable<RunPlan['clocks']> =>
  ids.map((node) => [node, 1000 - mostDrift + random.below(2 * mostDrift + 1)] as const);
