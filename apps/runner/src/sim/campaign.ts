/** A campaign: many seeds over all cores, until the first one that violates a promise. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { QuorateError } from '@quorate/serialization';
import { spawnCampaignWorker } from '../spawn.js';
import { Exercised, type CampaignSpace } from '@quorate/simulation';
import type { CampaignFailure, CampaignOrder, CampaignReport } from './campaign-work.js';
import type { Simulatable } from './subjects.js';

export interface CampaignOptions {
  readonly subject: Simulatable;
  readonly space: CampaignSpace;
  /** Seeds from … to − 1. */
  readonly from: number;
  readonly to: number;
  readonly signal: AbortSignal;
  readonly watch: (schedules: number) => void;
}

export interface CampaignResult {
  /** Seeds that were run. */
  readonly schedules: number;
  /** Messages handed over, and values that correct nodes delivered. */
  readonly messages: number;
  readonly deliveries: number;
  readonly seconds: number;
  /** The last seed that was run, if any was. */
  readonly last: number | undefined;
  /** The first seed that violates, if one does. */
  readonly failing: number | undefined;
  readonly interrupted: boolean;
  /** What the campaign came near, and what it never did. */
  readonly exercised: Exercised;
}

/** An order shall take a thread about so long, in milliseconds: long enough to cost nothing, and short enough to be interrupted. */
const orderTime = 100;
/** Seeds of the longest order. */
const longestOrder = 1024;
/** A thread costs more than so many seeds. */
const seedsPerThread = 32;

/** Runs the seeds in order, a few at a time per thread. After a failure only what is under way below it is finished. */
export async function campaign(options: CampaignOptions): Promise<CampaignResult> {
  const course = new Course(options);
  const threads = Math.min(availableParallelism(), Math.ceil((options.to - options.from) / seedsPerThread));
  const begun = performance.now();
  await Promise.all(Array.from({ length: threads }, () => follow(course, options.space)));
  return { ...course.result(), seconds: (performance.now() - begun) / 1000, interrupted: options.signal.aborted };
}

/** Which seeds are next, and what came of those before. */
class Course {
  readonly #options: CampaignOptions;
  readonly #exercised = new Exercised();
  #next: number;
  #schedules = 0;
  #messages = 0;
  #deliveries = 0;
  #last: number | undefined;
  #failing: number | undefined;
  #stopped = false;

  constructor(options: CampaignOptions) {
    this.#options = options;
    this.#next = options.from;
    // What is watched is what could happen: here nothing runs.
    options.subject.with(({ subject }) => void this.#exercised.watch(subject));
  }

  /** The next seeds, so many at most; none when it is over. */
  order(seeds: number): CampaignOrder | undefined {
    const { to, signal } = this.#options;
    if (this.#stopped || signal.aborted || this.#failing !== undefined || this.#next >= to) return undefined;
    const from = this.#next;
    this.#next = Math.min(to, from + seeds);
    return { from, to: this.#next };
  }

  /** No thread gets more to do. */
  stop(): void {
    this.#stopped = true;
  }

  add({ from }: CampaignOrder, { schedules, messages, deliveries, failing, exercised }: CampaignReport): void {
    this.#schedules += schedules;
    this.#messages += messages;
    this.#last = Math.max(this.#last ?? from, from + schedules - 1);
    this.#deliveries += deliveries;
    if (failing !== undefined && failing < (this.#failing ?? Infinity)) this.#failing = failing;
    this.#exercised.add(exercised);
    this.#options.watch(this.#schedules);
  }

  result(): Omit<CampaignResult, 'seconds' | 'interrupted'> {
    return {
      schedules: this.#schedules,
      messages: this.#messages,
      last: this.#last,
      deliveries: this.#deliveries,
      failing: this.#failing,
      exercised: this.#exercised,
    };
  }
}

async function follow(course: Course, space: CampaignSpace): Promise<void> {
  const worker = spawnCampaignWorker(space);
  let seeds = 1;
  try {
    for (let order = course.order(seeds); order !== undefined; order = course.order(seeds)) {
      const begun = performance.now();
      worker.postMessage(order);
      course.add(order, await reportOf(worker));
      const taken = performance.now() - begun;
      if (taken < orderTime / 2) seeds = Math.min(longestOrder, seeds * 2);
      else if (taken > orderTime * 2) seeds = Math.max(1, Math.floor(seeds / 2));
    }
  } catch (error) {
    course.stop();
    throw error;
  } finally {
    await worker.terminate();
  }
}

async function reportOf(worker: Worker): Promise<CampaignReport> {
  const done = new AbortController();
  const { signal } = done;
  try {
    return await Promise.race([
      once(worker, 'message', { signal }).then(([answer]: (CampaignReport | CampaignFailure)[]) => reportIn(answer)),
      once(worker, 'exit', { signal }).then(() => {
        throw new QuorateError('Q9015', 'a thread of the campaign ended', 'see --log-level debug');
      }),
    ]);
  } finally {
    done.abort();
  }
}

function reportIn(answer: CampaignReport | CampaignFailure | undefined): CampaignReport {
  if (answer !== undefined && !('code' in answer)) return answer;
  const { code = 'Q9015', message = 'a thread of the campaign said nothing', hint } = answer ?? {};
  throw new QuorateError(code, message, hint);
}
