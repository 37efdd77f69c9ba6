/** Votes under load: round after round as fast as messages, and disks, allow. Rounds follow each other, so the load is one round at a time. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { QuorateError } from '@quorate/serialization';
import type { ProtocolEntry } from '../protocols/protocol.js';
import { attemptCost, attemptFormula } from '../protocols/vote/cost.js';
import { voteOptions } from '../protocols/vote/options.js';
import { seedBytes } from '../protocols/vote/proposals.js';
import { decisionsIn, type VoteRecord } from '../protocols/vote/vote-log.js';
import type { NodeReport } from '../run/node-report.js';
import { correctNodes, revivedNodes, type RunPlan } from '../run/plan.js';
import { progressBuffer, ProgressRow } from '../run/progress.js';
import { latencyOf } from '../run/result.js';
import { onDisk } from '../run/log-failure.js';
import { firstFailure, openThreads, type ThreadGroup } from '../run/thread-group.js';
import type { ThreadData } from '../thread-data.js';
import { openPostMessageThreads } from './post-message-group.js';
import type { SubjectFigures, SubjectOptions } from './subject.js';

type Open = (data: ThreadData) => Promise<ThreadGroup<NodeReport<VoteRecord>>>;

/** More rounds than these are decided in no bench. */
const endless = 100_000;
/** Compilers have done their work after so many rounds, or so many milliseconds. */
const warmRounds = 300;
const longestWarmUp = 5000;
/** Time between two looks, in milliseconds. */
const lookEvery = 20;
/** A rate of nothing says nothing: a machine that is this busy gets so much longer, in milliseconds. */
const mostPatience = 20_000;
/** The baseline needs less time to settle. */
const baselineShare = 0.5;

/** One run, and the same over plain `postMessage`; with `--log DIR` each with logs of its own in that directory, which are removed. */
export async function measureVotes({ name }: ProtocolEntry, options: SubjectOptions): Promise<SubjectFigures> {
  const { group, seconds, protocolOptions, faults } = options;
  const { quorum, batch } = voteOptions(protocolOptions);
  const ours = await inDirectory(options, (plan) =>
    measured(plan, seconds, (data) => openThreads(group, data, undefined, revivedNodes(plan)), options.signal),
  );
  const plain = await inDirectory(options, (plan) =>
    measured(
      plan,
      seconds * baselineShare,
      (data) => Promise.resolve(openPostMessageThreads(group, data)),
      options.signal,
    ),
  );
  const { n, f } = group;
  return {
    ...ours,
    ...(faults.length === 0 && { messagesPerOpExpected: attemptCost({ n, f, quorum }) }),
    messagesFormula: attemptFormula(quorum),
    baseline: { name: `${name} over postMessage`, opsPerSecond: plain.opsPerSecond },
    details: { valuesPerSecond: Math.round(ours.opsPerSecond * batch) },
  };
}

/** Gives a run a directory for its logs, where logs are wanted. */
async function inDirectory<T>(options: SubjectOptions, use: (plan: RunPlan) => Promise<T>): Promise<T> {
  const { log } = voteOptions(options.protocolOptions);
  if (log === undefined) return use(planOf(options, ''));
  const directory = await onDisk(log, async () => {
    if (!existsSync(log)) await mkdir(log);
    return mkdtemp(join(log, 'bench-'));
  });
  try {
    return await use(planOf(options, directory));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function planOf({ group, faults, seed, broadcast, protocolOptions }: SubjectOptions, log: string): RunPlan {
  return {
    protocol: 'vote',
    broadcast,
    options: { ...protocolOptions, rounds: endless, log },
    group,
    unsafe: false,
    seed,
    faults,
    work: { kind: 'random', count: 1, payload: seedBytes },
    senders: Array.from({ length: group.n }, (_, node) => node),
    timeout: mostPatience,
  };
}

/** Starts the rounds, and ends the threads when it has seen enough. */
async function measured(
  plan: RunPlan,
  seconds: number,
  open: Open,
  signal: AbortSignal,
): Promise<Omit<SubjectFigures, 'baseline'>> {
  const progress = progressBuffer(plan.group.n);
  const group = await open({ kind: 'run', plan, progress });
  try {
    return await new VoteBench(plan, group, progress, signal).run(seconds);
  } finally {
    await group.close();
  }
}

class VoteBench {
  readonly #plan: RunPlan;
  readonly #group: ThreadGroup<NodeReport<VoteRecord>>;
  readonly #signal: AbortSignal;
  readonly #rows: readonly ProgressRow[];
  readonly #failed: Promise<never>;

  constructor(
    plan: RunPlan,
    group: ThreadGroup<NodeReport<VoteRecord>>,
    progress: SharedArrayBuffer,
    signal: AbortSignal,
  ) {
    const correct = correctNodes(plan);
    this.#plan = plan;
    this.#group = group;
    this.#signal = signal;
    this.#rows = correct.map((node) => new ProgressRow(progress, node));
    this.#failed = firstFailure(group.threads.filter(({ node }) => correct.includes(node)));
  }

  async run(seconds: number): Promise<Omit<SubjectFigures, 'baseline'>> {
    const { threads } = this.#group;
    await this.#unlessFailed(Promise.all(threads.map((thread) => thread.ready())));
    await this.#unlessFailed(Promise.all(threads.map((thread) => thread.order('start'))));
    await this.#until(Math.min(longestWarmUp, 2000 * seconds), () => this.#rounds() >= warmRounds);
    await this.#unlessFailed(Promise.all(threads.map((thread) => thread.order('measure'))));
    const before = this.#rounds();
    const cpu = process.cpuUsage();
    const begun = performance.now();
    await this.#until(seconds * 1000, () => this.#rounds() === endless);
    await this.#until(mostPatience, () => this.#rounds() > before);
    const elapsed = (performance.now() - begun) / 1000;
    const done = this.#rounds() - before;
    const { user, system } = process.cpuUsage(cpu);
    if (done === 0) {
      const hint = 'try fewer --nodes, no silent ones, or a calmer machine';
      throw new QuorateError('Q9016', `nothing was decided within ${Math.round(elapsed)} s`, hint);
    }
    const rssBytesPerNode = Math.round(process.memoryUsage.rss() / this.#plan.group.n);
    const told = await this.#unlessFailed(Promise.all(threads.map((thread) => thread.report())));
    return {
      opsPerSecond: done / elapsed,
      seconds: elapsed,
      deliveries: done * this.#rows.length,
      cpuCores: (user + system) / 1e6 / elapsed,
      rssBytesPerNode,
      ...this.#figuresOf(told.filter((report) => report !== undefined)),
    };
  }

  #figuresOf(reports: readonly NodeReport<VoteRecord>[]): Partial<SubjectFigures> {
    const correct = correctNodes(this.#plan);
    const own = reports.filter(({ node }) => correct.includes(node));
    const rounds = Math.max(1, ...own.map(({ log }) => log.count));
    const latency = latencyOf(own);
    return {
      messagesPerOp: reports.reduce((sum, { messages }) => sum + messages, 0) / rounds,
      wireBytesPerOp: reports.reduce((sum, { bytes }) => sum + bytes, 0) / rounds,
      ...(latency !== undefined && { latencyMs: { p50: latency(50), p99: latency(99) } }),
      consistent: isOnePrefix(own),
      properties: ['agreement'],
    };
  }

  /** Rounds that every correct node has decided. */
  #rounds(): number {
    return Math.min(...this.#rows.map(({ delivered }) => delivered));
  }

  async #until(milliseconds: number, done: () => boolean): Promise<void> {
    const end = performance.now() + milliseconds;
    while (performance.now() < end && !done()) {
      this.#signal.throwIfAborted();
      await this.#unlessFailed(wait(lookEvery));
    }
  }

  #unlessFailed<T>(work: Promise<T>): Promise<T> {
    return Promise.race([this.#failed, work]);
  }
}

/** Whether nobody has decided otherwise than the one that has decided most: they are asked while they go on. */
function isOnePrefix(reports: readonly NodeReport<VoteRecord>[]): boolean {
  const decided = reports.map(({ log }) => [...decisionsIn(log.decisions)].map(({ value }) => value.join()));
  const longest = decided.reduce((most, own) => (own.length > most.length ? own : most), []);
  return decided.every((own) => own.every((value, at) => value === longest[at]));
}
