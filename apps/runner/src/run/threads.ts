/** A run on worker threads, seen from the main thread: it starts the group, looks on until nothing moves, and judges. */
import type { Ending } from '../judgement.js';
import type { Composition, OutputSummary, ProtocolEntry } from '../protocols/protocol.js';
import type { NodeReport } from './node-report.js';
import { Pace, type Told } from './pace.js';
import { correctNodes, revivedNodes, type RunPlan } from './plan.js';
import { progressBuffer, ProgressRow } from './progress.js';
import type { RunResult } from './result.js';
import { firstFailure, openThreads, type ThreadGroup } from './thread-group.js';
import { Values } from './values.js';
import { untilOver } from './watch.js';

/** How a run is watched and stopped. */
export interface RunOptions {
  /** Ends the run early; what was done so far is still judged. */
  readonly signal: AbortSignal;
  /** Told now and then how many payloads the correct nodes delivered, all together and each. */
  readonly watch?: (delivered: number, each: readonly number[]) => void;
  /** Told how much of the run was judged, when that takes long. */
  readonly judged?: Told;
  /** Told what happens to the threads. */
  readonly log?: (text: string) => void;
}

/** Carries out a plan. Throws Q9015 when the thread of a correct node fails. */
export const runOnThreads = (entry: ProtocolEntry, plan: RunPlan, options: RunOptions): Promise<RunResult> =>
  entry.compose(plan, (composition) => started(composition, plan, options));

async function started<I, M, O, T, S extends OutputSummary>(
  composition: Composition<I, M, O, T, S>,
  plan: RunPlan,
  options: RunOptions,
): Promise<RunResult> {
  const progress = progressBuffer(plan.group.n);
  const data = { kind: 'run', plan, progress } as const;
  const group = await openThreads<NodeReport<S>>(plan.group, data, options.log, revivedNodes(plan));
  try {
    return await carriedOut(composition, plan, group, progress, options);
  } finally {
    await group.close();
  }
}

async function carriedOut<I, M, O, T, S extends OutputSummary>(
  composition: Composition<I, M, O, T, S>,
  plan: RunPlan,
  group: ThreadGroup<NodeReport<S>>,
  progress: SharedArrayBuffer,
  { signal, judged, watch = () => undefined }: RunOptions,
): Promise<RunResult> {
  const { threads } = group;
  const correct = correctNodes(plan);
  const failed = firstFailure(threads.filter(({ node }) => correct.includes(node)));
  const unlessFailed = <V>(work: Promise<V>): Promise<V> => Promise.race([failed, work]);
  const rows = correct.map((node) => new ProgressRow(progress, node));
  await unlessFailed(Promise.all(threads.map((thread) => thread.ready())));
  const begun = performance.timeOrigin + performance.now();
  await unlessFailed(Promise.all(threads.map((thread) => thread.order('start'))));
  const ending = await unlessFailed(untilOver({ group, rows, timeout: plan.timeout, signal, watch }));
  const told = await unlessFailed(Promise.all(threads.map((thread) => thread.report())));
  const lastDelivery = Math.max(begun, ...rows.map((row) => row.lastDelivery));
  const all = told.filter((report) => report !== undefined);
  // Whoever interrupts the run gets a judgement of what was done; whoever interrupts the judgement, of what was judged.
  const stopped = (): boolean => ending !== 'interrupted' && signal.aborted;
  const result = await resultOf(composition, plan, ending, all, new Pace(stopped, judged));
  return { ...result, seconds: (lastDelivery - begun) / 1000, ending: stopped() ? 'interrupted' : ending };
}

async function resultOf<I, M, O, T, S extends OutputSummary>(
  composition: Composition<I, M, O, T, S>,
  plan: RunPlan,
  ending: Ending,
  all: readonly NodeReport<S>[],
  pace: Pace,
): Promise<Omit<RunResult, 'seconds'>> {
  const correct = correctNodes(plan);
  const reports = all.filter(({ node }) => correct.includes(node));
  const { group, senders } = plan;
  const values = new Values(plan.work, plan.seed);
  return {
    plan,
    ending,
    judgement: await composition.judge({ group, ending, values, senders, reports, pace }),
    reports,
    messages: all.reduce((sum, { messages }) => sum + messages, 0),
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    rssBytesPerNode: Math.round(process.memoryUsage.rss() / group.n),
  };
}
