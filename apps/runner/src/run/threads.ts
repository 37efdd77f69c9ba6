/** A run on worker threads, seen from the main thread: it starts the group, looks on until nothing moves, and judges. */
import { MessageChannel } from 'node:worker_threads';
import { QuorateError } from '@quorate/serialization';
import { startGroup, type GroupEvent, type WorkerGroup } from '@quorate/transport/worker-threads';
import { spawnWorker } from '../spawn.js';
import { judge, promisesOf, type Ending } from '../verdict.js';
import type { ThreadData } from './node-thread.js';
import type { NodeReport } from './node-report.js';
import { correctNodes, countOf, type RunPlan } from './plan.js';
import { progressBuffer, ProgressRow } from './progress.js';
import type { RunResult } from './result.js';
import { NodeThread } from './thread-handle.js';
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
  const threads = new Map<number, NodeThread>();
  const group = await startGroup({
    group: plan.group,
    data: { plan, progress } satisfies ThreadData,
    spawn: (spawnOptions, node) => {
      const { port1, port2 } = new MessageChannel();
      threads.set(node, new NodeThread(node, port1));
      return spawnWorker(spawnOptions, port2);
    },
    onEvent: (event) => {
      if (event.kind === 'failed') threads.get(event.node)?.end(failureOf(event));
      options.log?.(`node ${event.node} ${event.kind}`);
    },
  });
  try {
    return await carriedOut(plan, group, [...threads.values()], progress, options);
  } finally {
    await group.close();
    for (const thread of threads.values()) thread.close();
  }
}

async function carriedOut(
  plan: RunPlan,
  group: WorkerGroup,
  threads: readonly NodeThread[],
  progress: SharedArrayBuffer,
  { signal, watch = () => undefined }: RunOptions,
): Promise<RunResult> {
  const correct = correctNodes(plan);
  const failed = firstFailure(threads.filter(({ node }) => correct.includes(node)));
  const rows = correct.map((node) => new ProgressRow(progress, node));
  await Promise.race([failed, Promise.all(threads.map((thread) => thread.ready()))]);
  const begun = performance.timeOrigin + performance.now();
  await Promise.race([failed, Promise.all(threads.map((thread) => thread.start()))]);
  const over = untilOver({ group, rows, timeout: plan.timeout, signal, watch });
  const ending = await Promise.race([failed, over]);
  const collected = await Promise.race([failed, Promise.all(threads.map((thread) => thread.report()))]);
  const all = collected.filter((report) => report !== undefined);
  const lastDelivery = Math.max(begun, ...rows.map((row) => row.lastDelivery));
  return resultOf(plan, ending, all, (lastDelivery - begun) / 1000);
}

function resultOf(plan: RunPlan, ending: Ending, all: readonly NodeReport[], seconds: number): RunResult {
  const correct = correctNodes(plan);
  const reports = all.filter(({ node }) => correct.includes(node));
  const { senders, work } = plan;
  return {
    plan,
    ending,
    judgement: judge({ promises: promisesOf[plan.protocol], ending, count: countOf(work), senders, reports }),
    reports,
    messages: all.reduce((sum, { messages }) => sum + messages, 0),
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    seconds,
    rssBytesPerNode: Math.round(process.memoryUsage.rss() / plan.group.n),
  };
}

/** Rejects with Q9015 as soon as one of the threads is gone. */
async function firstFailure(threads: readonly NodeThread[]): Promise<never> {
  const [node, cause] = await Promise.race(
    threads.map(async (thread): Promise<[number, Error]> => [thread.node, await thread.gone]),
  );
  throw new QuorateError(
    'Q9015',
    `the thread of node ${node} failed: ${cause.message}`,
    'run again with --log-level debug',
    {
      cause,
    },
  );
}

function failureOf({ reason, error }: Extract<GroupEvent, { readonly kind: 'failed' }>): Error {
  return new Error(reason, { cause: error });
}
