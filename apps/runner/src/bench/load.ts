/** Loads a group of threads for some seconds and measures what comes out. */
import { createHistogram } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { QuorateError } from '@quorate/serialization';
import { correctNodes } from '../run/plan.js';
import { firstFailure, type ThreadGroup } from '../run/thread-group.js';
import { trend } from './memory-trend.js';
import { countsBuffer, type LoadPlan, type LoadReport } from './load-plan.js';
import type { MemoryTrend } from './subject.js';

/** What one load showed. */
export interface LoadFigures {
  readonly opsPerSecond: number;
  /** Length of the measurement, and what the correct nodes delivered in it. */
  readonly seconds: number;
  readonly deliveries: number;
  readonly messagesPerOp: number;
  readonly wireBytesPerOp: number;
  readonly cpuCores: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  readonly rssBytesPerNode: number;
  readonly memory: MemoryTrend;
  /** Whether every correct node delivered the same of every correct sender; nobody knows when the load did not drain. */
  readonly consistent: boolean | 'undecided';
}

/** How the threads are started. */
export type OpenGroup = (plan: LoadPlan, counts: SharedArrayBuffer) => Promise<ThreadGroup<LoadReport>>;

/** Compilers have done their work after so many deliveries, or so many milliseconds. */
const warmDeliveries = 300_000;
const longestWarmUp = 5000;
/** A measurement of less than that is a test of the bench itself, in seconds: it warms up no longer than it measures. */
const shortest = 1;
/** A rate of nothing says nothing: a machine that is this busy gets so much longer, in milliseconds. */
const mostPatience = 20_000;
/** Time between two looks, in milliseconds. */
const lookEvery = 50;
/** A load that was stopped may take so long to drain, in milliseconds. */
const drainTimeout = 30_000;

/** Runs a load. Throws Q9015 when the thread of a correct node fails. */
export async function measureLoad(
  plan: LoadPlan,
  seconds: number,
  openGroup: OpenGroup,
  signal: AbortSignal,
): Promise<LoadFigures> {
  const counts = countsBuffer(plan.group.n);
  const group = await openGroup(plan, counts);
  try {
    return await new Load(plan, group, new Float64Array(counts), signal).run(seconds);
  } finally {
    await group.close();
  }
}

class Load {
  readonly #plan: LoadPlan;
  readonly #group: ThreadGroup<LoadReport>;
  readonly #counts: Float64Array;
  readonly #signal: AbortSignal;
  readonly #correct: readonly number[];
  readonly #failed: Promise<never>;
  readonly #rss: number[] = [];

  constructor(plan: LoadPlan, group: ThreadGroup<LoadReport>, counts: Float64Array, signal: AbortSignal) {
    this.#plan = plan;
    this.#group = group;
    this.#counts = counts;
    this.#signal = signal;
    this.#correct = correctNodes(plan);
    this.#failed = firstFailure(group.threads.filter(({ node }) => this.#correct.includes(node)));
  }

  async run(seconds: number): Promise<LoadFigures> {
    await this.#all((thread) => thread.ready());
    await this.#all((thread) => thread.order('start'));
    await this.#warmUp(seconds);
    await this.#all((thread) => thread.order('measure'));
    const operations = this.#operations();
    const before = this.#deliveries();
    const cpu = process.cpuUsage();
    const begun = performance.now();
    await this.#look(seconds * 1000, this.#rss);
    for (let patience = mostPatience; patience > 0 && this.#operations() === operations; patience -= lookEvery) {
      await this.#look(lookEvery);
    }
    const elapsed = (performance.now() - begun) / 1000;
    const done = this.#operations() - operations;
    if (done === 0) {
      throw new QuorateError(
        'Q9016',
        `nothing was delivered within ${Math.round(elapsed)} s`,
        'try fewer --nodes, or a calmer machine',
      );
    }
    const deliveries = this.#deliveries() - before;
    const { user, system } = process.cpuUsage(cpu);
    const rss = process.memoryUsage.rss();
    await this.#all((thread) => thread.order('stop'));
    const drained = await this.#drained();
    const reports = (await this.#all((thread) => thread.report())).filter((report) => report !== undefined);
    return {
      opsPerSecond: done / elapsed,
      seconds: elapsed,
      deliveries,
      cpuCores: (user + system) / 1e6 / elapsed,
      rssBytesPerNode: Math.round(rss / this.#plan.group.n),
      memory: trend(
        this.#rss,
        reports.map(({ heap }) => heap),
      ),
      consistent: drained ? sameSums(reports, this.#correct) : 'undecided',
      ...this.#costs(reports),
    };
  }

  async #warmUp(seconds: number): Promise<void> {
    const end = performance.now() + (seconds < shortest ? seconds * 1000 : longestWarmUp);
    do await this.#look(lookEvery);
    while (performance.now() < end && this.#deliveries() < warmDeliveries);
  }

  /** Broadcasts that every correct node has delivered. */
  #operations(): number {
    const { n } = this.#plan.group;
    let sum = 0;
    for (let sender = 0; sender < n; sender++) {
      sum += Math.min(...this.#correct.map((node) => this.#counts[node * n + sender] ?? 0));
    }
    return sum;
  }

  /** Payloads that correct nodes have delivered. */
  #deliveries(): number {
    const { n } = this.#plan.group;
    let sum = 0;
    for (const node of this.#correct) {
      for (let sender = 0; sender < n; sender++) sum += this.#counts[node * n + sender] ?? 0;
    }
    return sum;
  }

  #costs(reports: readonly LoadReport[]): Pick<LoadFigures, 'messagesPerOp' | 'wireBytesPerOp' | 'latencyMs'> {
    const operations = this.#operations();
    const latency = createHistogram();
    for (const report of reports) {
      if (this.#correct.includes(report.node) && report.latency.count > 0) latency.add(report.latency);
    }
    return {
      messagesPerOp: reports.reduce((sum, { messages }) => sum + messages, 0) / operations,
      wireBytesPerOp: reports.reduce((sum, { bytes }) => sum + bytes, 0) / operations,
      latencyMs: { p50: latency.percentile(50) / 1e6, p99: latency.percentile(99) / 1e6 },
    };
  }

  /** Whether all correct nodes came to the same counts. */
  async #drained(): Promise<boolean> {
    const { n } = this.#plan.group;
    const first = this.#correct[0] ?? 0;
    const level = (): boolean =>
      this.#correct.every((sender) =>
        this.#correct.every((node) => this.#counts[node * n + sender] === this.#counts[first * n + sender]),
      );
    let before = -1;
    for (const end = performance.now() + drainTimeout; performance.now() < end;) {
      const operations = this.#operations();
      if (operations === before && level()) return true;
      before = operations;
      await this.#look(lookEvery * 2);
    }
    return level();
  }

  async #look(milliseconds: number, rss: number[] = []): Promise<void> {
    const end = performance.now() + milliseconds;
    for (let left = milliseconds; left > 0; left = end - performance.now()) {
      this.#signal.throwIfAborted();
      rss.push(process.memoryUsage.rss());
      await Promise.race([this.#failed, wait(Math.min(lookEvery, left))]);
    }
  }

  #all<T>(ask: (thread: ThreadGroup<LoadReport>['threads'][number]) => Promise<T>): Promise<T[]> {
    return Promise.race([this.#failed, Promise.all(this.#group.threads.map(ask))]);
  }
}

/** Whether the correct nodes delivered the same first bytes of each correct sender. */
function sameSums(reports: readonly LoadReport[], correct: readonly number[]): boolean {
  const sums = reports.filter(({ node }) => correct.includes(node)).map((report) => report.sums);
  return correct.every((sender) => sums.every((own) => own[sender] === sums[0]?.[sender]));
}
