import { createGroup, nodeId, type NodeId, type Violation } from '@quorate/transport';
import type { AdversaryTimer } from './adversaries/index.js';
import type { RunPlan } from './plan.js';
import { plannedNode, planRounds } from './planned-node.js';
import { seededRandom } from './random.js';
import type { ScheduledEvent } from './schedule.js';
import { Simulation } from './simulation.js';
import { planRestart } from './restarts.js';
import type { SimulationEvent } from './simulation-event.js';
import type { Subject } from './subject.js';

/** How a planned run ended. */
export interface Outcome<I, M, O, T = never, R = never> {
  readonly violations: readonly Violation[];
  readonly simulation: Simulation<I, M, O, T | AdversaryTimer, R>;
}

export interface RunPlanOptions<I, M, O> {
  readonly observer?: (event: SimulationEvent<I, M, O>) => void;
  readonly record?: (event: ScheduledEvent) => void;
}

/** Runs a plan to its end: until nothing is left to happen, or the first violation. Throws Q5015 on an unknown behaviour. */
export function runPlan<I, M, O, T = never, R = never>(
  subject: Subject<I, M, O, T, R>,
  plan: RunPlan,
  options: RunPlanOptions<I, M, O> = {},
): Outcome<I, M, O, T, R> {
  const simulation = startPlan(subject, plan, options);
  simulation.run();
  return { violations: endPlan(plan, simulation), simulation };
}

/** The simulation of a plan, with its values put in: for whoever runs it piece by piece. Throws Q5015 on an unknown behaviour. */
export function startPlan<I, M, O, T = never, R = never>(
  subject: Subject<I, M, O, T, R>,
  plan: RunPlan,
  options: RunPlanOptions<I, M, O> = {},
): Simulation<I, M, O, T | AdversaryTimer, R> {
  const { nodes, faulty, unsafe, seed, network, schedule, count, senders, clocks, disk, heal } = plan;
  const { slow, ...rest } = subject.network?.(network) ?? network;
  const simulation = new Simulation<I, M, O, T | AdversaryTimer, R>({
    group: createGroup({ nodes, faulty, unsafe }),
    seed,
    unsafe,
    protocol: (context) => plannedNode(subject, plan, context),
    faulty: [...new Set([...plan.faults.map(({ node }) => node), ...forgetful(subject, plan)])],
    network: slow === undefined ? rest : { ...rest, slow: new Map(slow) },
    checkers: subject.checkers,
    ...(schedule === undefined ? {} : { schedule }),
    ...(clocks === undefined ? {} : { clocks: new Map(clocks) }),
    ...(disk === undefined ? {} : { disk }),
    ...options,
  });
  planRounds(plan, simulation, rest.ordered === true);
  if (heal !== undefined) simulation.at(heal, () => simulation.heal());
  for (const restart of plan.restarts ?? []) planRestart(restart, simulation);
  const random = seededRandom(seed ^ 0x5bd1_e995);
  for (let index = 0; index < count; index++) {
    for (const sender of senders) simulation.input(sender, subject.input(sender, index, random, plan.payload));
  }
  return simulation;
}

/** What a plan's simulation violated, when it has come to its end. */
export function endPlan<I, M, O, T = never, R = never>(
  { schedule, network, heal }: RunPlan,
  simulation: Simulation<I, M, O, T | AdversaryTimer, R>,
): readonly Violation[] {
  // A schedule leaves events out, and a lossy network that never heals loses them for good: then nothing had to happen.
  const lost = schedule !== undefined || (network.lossy === true && heal === undefined);
  const complete = !lost && simulation.violations.length === 0;
  return complete ? simulation.end() : simulation.violations;
}

/**
 * Nodes that come back without what they had. A plan tells it beforehand, so they count among the faulty from the start: too many of them are refused before
 * anything runs (Q5011), and a checker need not follow `Checker.faulty`, which is for runs that are driven by hand.
 */
function forgetful<I, M, O, T, R>(subject: Subject<I, M, O, T, R>, plan: RunPlan): readonly NodeId[] {
  const { nodes, faulty, unsafe, restarts = [] } = plan;
  if (restarts.length === 0) return [];
  const group = createGroup({ nodes, faulty, unsafe });
  const durable = subject.honest({ group, self: nodeId(group, 0), incarnation: 0 }).recordSchema !== undefined;
  return restarts.filter(({ disk = 'kept' }) => !durable || disk !== 'kept').map(({ node }) => nodeId(group, node));
}
