/** A run on worker threads, seen from the main thread: it starts the group, looks on until nothing moves, and judges. */
import { judge, promisesOf, type Ending } from '../verdict.js';
import type { NodeReport } from './node-report.js';
import { correctNodes, countOf, type RunPlan } from './plan.js';
import { progressBuffer, ProgressRow } from './progress.js';
import type { RunResult } from './result.js';
import { firstFailure, openThreads, type ThreadGroup } from './thread-group.js';
import { untilOver } from './watch.js';

/** How a run is watched and stopped. */
export interface RunOptions {
  /** Ends the run early; what was done so far is still judged. */
  readonly signal: AbortSignal;
  /** Told now and then how many payloads the correct nodes delivered. */
  readonly watch?: (delivered: number) => void;
  /** Told what happens to the threads. */
  readonly log?: (text: string) => void;
}

/** Carries out a plan. Throws Q9015 when the thread of a correct node fails. */
export async function runOnThreads(plan: RunPlan, options: RunOptions): Promise<RunResult> {
  const progress = progressBuffer(plan.group.n);
  const group = await openThreads<NodeReport>(plan.group, { kind: 'run', plan, progress }, options.log);
  try {
    return await carriedOut(plan, group, progress, options);
  } finally {
    await group.close();
  }
}

async function carriedOut(
  plan: RunPlan,
  group: ThreadGroup<NodeReport>,
  progress: SharedArrayBuffer,
  { signal, watch = () => undefined }: RunOptions,
): Promise<RunResult> {
  const { threads } = group;
  const correct = correctNodes(plan);
  const failed = firstFailure(threads.filter(({ node }) => correct.includes(node)));
  const unlessFailed = <T>(work: Promise<T>): Promise<T> => Promise.race([failed, work]);
  const rows = correct.map((node) => new ProgressRow(progress, node));
  await unlessFailed(Promise.all(threads.map((thread) => thread.ready())));
  const begun = performance.timeOrigin + performance.now();
  await unlessFailed(Promise.all(threads.map((thread) => thread.order('start'))));
  const ending = await unlessFailed(untilOver({ group, rows, timeout: plan.timeout, signal, watch }));
  const reports = await unlessFailed(Promise.all(threads.map((thread) => thread.report())));
  const lastDelivery = Math.max(begun, ...rows.map((row) => row.lastDelivery));
  const told = reports.filter((report) => report !== undefined);
  return resultOf(plan, ending, told, (lastDelivery - begun) / 1000);
}

function resultOf(plan: RunPlan, ending: Ending, all: readonly NodeReport[], seconds: number): RunResult {
  const correct = correctNodes(plan);
  const reports = all.filter(({ node }) => correct.includes(node));
  const { senders, work } = plan;
  const promises = promisesOf[plan.protocol];
  const ofCorrectSendersOnly = plan.protocol === 'basic';
  return {
    plan,
    ending,
    judgement: judge({ promises, ofCorrectSendersOnly, ending, count: countOf(work), senders, reports }),
    reports,
    messages: all.reduce((sum, { messages }) => sum + messages, 0),
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    seconds,
    rssBytesPerNode: Math.round(process.memoryUsage.rss() / plan.group.n),
  };
}
