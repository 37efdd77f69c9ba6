/** One simulated run: what came out of it, and the digest of all that happened. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { codec, createGroup, nodeId, QuorateError, type NodeId, type Violation } from '@quorate/transport';
import {
  endPlan,
  startPlan,
  traceLine,
  TraceDigest,
  type ReportedFault,
  type RunPlan,
  type Subject,
} from '@quorate/simulation';
import type { OutputSummary } from '../protocols/protocol.js';
import { atSeed } from './seed-of-error.js';
import { TraceFile } from './trace-file.js';
import type { Simulatable, SimulatedParts } from './subjects.js';

export interface SimulatedNode extends OutputSummary {
  readonly node: NodeId;
  readonly faults: readonly ReportedFault[];
}

export interface SimulatedRun {
  readonly plan: RunPlan;
  readonly violations: readonly Violation[];
  /** The correct nodes. */
  readonly nodes: readonly SimulatedNode[];
  readonly ticks: number;
  readonly messages: number;
  /** Of the messages between nodes, as they would be on a wire. */
  readonly bytes: number;
  readonly seconds: number;
  readonly rssBytesPerNode: number;
  /** Somebody had no patience: this is what happened until then. */
  readonly interrupted: boolean;
  readonly events: number;
  readonly traceDigest: string;
}

/** Events between two looks at the signal. */
const eventsPerTurn = 5_000;

export interface SimulateOptions {
  /** Sees each event as a line of the trace, when it happens. */
  readonly watch?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Runs a plan. Throws what the run threw; a mistake of a protocol (Q9000) with its seed, which nobody may have named. */
export const simulate = async (
  subject: Simulatable,
  plan: RunPlan,
  options: SimulateOptions = {},
): Promise<SimulatedRun> => {
  try {
    return await subject.with((parts) => carriedOut(parts, plan, options));
  } catch (error) {
    throw error instanceof QuorateError ? error : atSeed(plan.seed, error);
  }
};

async function carriedOut<I, M, O, T>(
  { subject, summary }: SimulatedParts<I, M, O, T>,
  plan: RunPlan,
  { watch, signal }: SimulateOptions,
): Promise<SimulatedRun> {
  const digest = new TraceDigest();
  const sizeOf = messageSizes(subject, plan);
  let bytes = 0;
  const begun = performance.now();
  const simulation = startPlan(subject, plan, {
    observer: (event) => {
      const size = event.kind === 'send' ? sizeOf(event.message) : undefined;
      const line = traceLine(event, size);
      digest.add(line);
      watch?.(line);
      if (size === undefined || event.kind !== 'send' || event.to === event.node) return;
      bytes += size * (event.to === 'all' ? plan.nodes - 1 : 1);
    },
  });
  let more = simulation.run({ events: eventsPerTurn });
  for (; more; more = simulation.run({ events: eventsPerTurn })) {
    await nextTurn();
    if (signal?.aborted === true) break;
  }
  return {
    plan,
    violations: more ? simulation.violations : endPlan(plan, simulation),
    nodes: simulation.correct.map((node) => ({
      node,
      faults: simulation.faults(node),
      ...summary(simulation.outputs(node)),
    })),
    ticks: simulation.now,
    messages: simulation.deliveries,
    bytes,
    seconds: (performance.now() - begun) / 1000,
    rssBytesPerNode: Math.round(process.memoryUsage.rss() / plan.nodes),
    interrupted: more,
    events: digest.events,
    traceDigest: String(digest),
  };
}

/** Runs a plan and writes its trace to the file at `path`, if there is one. Throws Q5034 or Q9030. */
export async function traced(
  subject: Simulatable,
  plan: RunPlan,
  path: string | undefined,
  options: SimulateOptions = {},
): Promise<SimulatedRun> {
  if (path === undefined) return simulate(subject, plan, options);
  const file = new TraceFile(path, plan);
  try {
    const watch = (line: string): void => {
      file.add(line);
      options.watch?.(line);
    };
    const run = await simulate(subject, plan, { ...options, watch });
    if (!run.interrupted) file.end();
    return run;
  } finally {
    file.close();
  }
}

/** How long a message is on a wire. */
function messageSizes<I, M, O, T>(subject: Subject<I, M, O, T, unknown>, plan: RunPlan): (message: M) => number {
  const group = createGroup({ nodes: plan.nodes, faulty: plan.faulty, unsafe: plan.unsafe });
  const wire = codec(subject.honest({ group, self: nodeId(group, 0), incarnation: 0 }).schema);
  return (message) => wire.encode(message).length;
}
