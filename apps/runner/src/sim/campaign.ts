/** A campaign: many seeds over all cores, until the first one that violates a promise. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { QuorateError } from '@quorate/serialization';
import { spawnCampaignWorker } from '../spawn.js';
import type { CampaignOrder, CampaignReport, CampaignWork } from './campaign-work.js';

export interface CampaignOptions {
  readonly work: CampaignWork;
  /** Seeds from … to − 1. */
  readonly from: number;
  readonly to: number;
  readonly signal: AbortSignal;
  readonly watch: (schedules: number) => void;
}

export interface CampaignResult {
  /** Seeds that were run. */
  readonly schedules: number;
  readonly deliveries: number;
  readonly seconds: number;
  /** The first seed that violates, if one does. */
  readonly failing: number | undefined;
  readonly interrupted: boolean;
  /** How often each behaviour was drawn, and each fault was reported: what the campaign exercised. */
  readonly exercised: ReadonlyMap<string, number>;
}

/** Seeds that a thread runs before it asks for more. */
const seedsPerOrder = 32;

/** Runs the seeds in order, a few at a time per thread. After a failure only what is under way below it is finished. */
export async function campaign(options: CampaignOptions): Promise<CampaignResult> {
  const course = new Course(options);
  const threads = Math.min(availableParallelism(), Math.ceil((options.to - options.from) / seedsPerOrder));
  const begun = performance.now();
  await Promise.all(Array.from({ length: threads }, () => follow(course, options.work)));
  return { ...course.result(), seconds: (performance.now() - begun) / 1000, interrupted: options.signal.aborted };
}

/** Which seeds are next, and what came of those before. */
class Course {
  readonly #options: CampaignOptions;
  readonly #exercised = new Map<string, number>();
  #next: number;
  #schedules = 0;
  #deliveries = 0;
  #failing: number | undefined;

  constructor(options: CampaignOptions) {
    this.#options = options;
    this.#next = options.from;
  }

  order(): CampaignOrder | undefined {
    const { to, signal } = this.#options;
    if (signal.aborted || this.#failing !== undefined || this.#next >= to) return undefined;
    const from = this.#next;
    this.#next = Math.min(to, from + seedsPerOrder);
    return { from, to: this.#next };
  }

  add({ schedules, deliveries, failing, exercised }: CampaignReport): void {
    this.#schedules += schedules;
    this.#deliveries += deliveries;
    if (failing !== undefined && failing < (this.#failing ?? Infinity)) this.#failing = failing;
    for (const [name, count] of exercised) this.#exercised.set(name, (this.#exercised.get(name) ?? 0) + count);
    this.#options.watch(this.#schedules);
  }

  result(): Pick<CampaignResult, 'schedules' | 'deliveries' | 'failing' | 'exercised'> {
    return {
      schedules: this.#schedules,
      deliveries: this.#deliveries,
      failing: this.#failing,
      exercised: this.#exercised,
    };
  }
}

async function follow(course: Course, work: CampaignWork): Promise<void> {
  const worker = spawnCampaignWorker(work);
  try {
    for (let order = course.order(); order !== undefined; order = course.order()) {
      worker.postMessage(order);
      course.add(await reportOf(worker));
    }
  } finally {
    await worker.terminate();
  }
}

async function reportOf(worker: Worker): Promise<CampaignReport> {
  const done = new AbortController();
  const { signal } = done;
  try {
    return await Promise.race([
      once(worker, 'message', { signal }).then(([report]: CampaignReport[]) => report as CampaignReport),
      once(worker, 'exit', { signal }).then(() => {
        throw new QuorateError('Q9015', 'a thread of the campaign ended', 'see --log-level debug');
      }),
    ]);
  } finally {
    done.abort();
  }
}
