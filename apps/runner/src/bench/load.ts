/** Loads a group of threads for some seconds and measures what comes out. */
import { createHistogram } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { QuorateError } from '@quorate/serialization';
import type { Loaded } from '../protocols/protocol.js';
import { correctNodes } from '../run/plan.js';
import { firstFailure, type ThreadGroup } from '../run/thread-group.js';
import { trend } from './memory-trend.js';
import { countsBuffer, type LoadPlan, type LoadReport } from './load-plan.js';
import type { MemoryTrend } from './subject.js';

/** What one load showed. */
export interface LoadFigures {
  readonly opsPerSecond: number;
  /** Length of the measurement, and what the correct nodes put out in it. */
  readonly seconds: number;
  readonly deliveries: number;
  readonly messagesPerOp: number;
  readonly wireBytesPerOp: number;
  readonly cpuCores: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  readonly rssBytesPerNode: number;
  readonly memory: MemoryTrend;
  /** Whether every correct node put out the same; nobody knows when the load did not drain. */
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
  { lanes, lanesAreSenders }: Pick<Loaded<unknown>, 'lanes' | 'lanesAreSenders'>,
  plan: LoadPlan,
  seconds: number,
  openGroup: OpenGroup,
  signal: AbortSignal,
): Promise<LoadFigures> {
  const width = lanes(plan.group.n);
  const counts = countsBuffer(plan.group.n, width);
  const group = await openGroup(plan, counts);
  try {
    return await new Load({ plan, width, lanesAreSenders }, group, new Float64Array(counts), signal).run(seconds);
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
  /** How many lanes there are, and those of which something is promised. */
  readonly #width: number;
  readonly #promised: readonly number[];
  readonly #lanesAreSenders: boolean;
  readonly #failed: Promise<never>;
  readonly #rss: number[] = [];

  constructor(
    { plan, width, lanesAreSenders }: { plan: LoadPlan; width: number; lanesAreSenders: boolean },
    group: ThreadGroup<LoadReport>,
    counts: Float64Array,
    signal: AbortSignal,
  ) {
    this.#plan = plan;
    this.#group = group;
    this.#counts = counts;
    this.#signal = signal;
    this.#correct = correctNodes(plan);
    this.#width = width;
    this.#lanesAreSenders = lanesAreSenders;
    this.#promised = lanesAreSenders ? this.#correct : Array.from({ length: width }, (_, lane) => lane);
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
    if (!this.#lanesAreSenders) await this.#level();
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
      consistent: drained ? sameSums(reports, this.#correct, this.#promised) : 'undecided',
      ...this.#costs(reports),
    };
  }

  async #warmUp(seconds: number): Promise<void> {
    const end = performance.now() + (seconds < shortest ? seconds * 1000 : longestWarmUp);
    do await this.#look(lookEvery);
    while (performance.now() < end && this.#deliveries() < warmDeliveries);
  }

  /** Operations that every correct node has counted. */
  #operations(): number {
    let sum = 0;
    for (let lane = 0; lane < this.#width; lane++) {
      sum += Math.min(...this.#correct.map((node) => this.#counted(node, lane)));
    }
    return sum;
  }

  /** What correct nodes have counted, all together. */
  #deliveries(): number {
    let sum = 0;
    for (const node of this.#correct) {
      for (let lane = 0; lane < this.#width; lane++) sum += this.#counted(node, lane);
    }
    return sum;
  }

  #counted(node: number, lane: number): number {
    return this.#counts[node * this.#width + lane] ?? 0;
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

  /** A round ends when all have put something in: whoever was stopped before the others makes up for it. */
  async #level(): Promise<void> {
    const reports = await this.#all((thread) => thread.report());
    const correct = reports.filter((report) => report !== undefined && this.#correct.includes(report.node));
    this.#counts[this.#counts.length - 1] = Math.max(0, ...correct.map((report) => report?.submitted ?? 0));
    await this.#all((thread) => thread.order('level'));
  }

  /** Whether all correct nodes came to the same counts. */
  async #drained(): Promise<boolean> {
    const first = this.#correct[0] ?? 0;
    const level = (): boolean =>
      this.#promised.every((lane) =>
        this.#correct.every((node) => this.#counted(node, lane) === this.#counted(first, lane)),
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

/** Whether the operations of each lane came to the same words at all correct nodes. */
function sameSums(reports: readonly LoadReport[], correct: readonly number[], lanes: readonly number[]): boolean {
  const sums = reports.filter(({ node }) => correct.includes(node)).map((report) => report.sums);
  return lanes.every((lane) => sums.every((own) => own[lane] === sums[0]?.[lane]));
}
