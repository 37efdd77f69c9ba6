import { Worker } from 'node:worker_threads';
import type { GroupEvent, SpawnOptions } from '../../src/worker-threads/index.js';
import { withoutHooks } from './bundles.js';
import type { Plan, Report } from './planned-worker.js';

/** What a worker said, and in which life. */
export interface Heard {
  readonly node: number;
  readonly incarnation: number;
  readonly report: Report;
}

/** Starts workers that do what a plan says, and notes what they say and what becomes of them. */
export class Planned {
  readonly workers: Worker[] = [];
  readonly heard: Heard[] = [];
  readonly events: GroupEvent[] = [];
  /** Called within the event. */
  onFailure: () => void = () => undefined;
  readonly #planOf: (node: number) => Plan;
  #waiting: { readonly holds: () => boolean; readonly resolve: () => void }[] = [];

  readonly #bundle: URL | undefined;

  /** Workers run the source file unless a bundle is given. */
  constructor(plan: Plan | ((node: number) => Plan) = {}, bundle?: URL) {
    this.#bundle = bundle;
    this.#planOf = typeof plan === 'function' ? plan : () => plan;
  }

  readonly spawn = (options: SpawnOptions, node: number, incarnation: number): Worker => {
    const worker = new Worker(this.#bundle ?? new URL('./planned-worker.ts', import.meta.url), {
      ...options,
      ...(this.#bundle === undefined ? {} : withoutHooks),
      workerData: { ...options.workerData, plan: this.#planOf(node) },
    });
    worker.on('message', (report: Report) => {
      this.heard.push({ node, incarnation, report });
      this.#check();
    });
    this.workers.push(worker);
    return worker;
  };

  readonly onEvent = (event: GroupEvent): void => {
    this.events.push(event);
    if (event.kind === 'failed') this.onFailure();
    this.#check();
  };

  /** Resolves when it holds; what was heard and what happened can make it so. */
  until(holds: () => boolean): Promise<void> {
    return holds() ? Promise.resolve() : new Promise((resolve) => this.#waiting.push({ holds, resolve }));
  }

  /** Resolves when a node, in a life, was told of so many link events of a kind. */
  untilLinked(node: number, kind: string, count: number, incarnation = 0): Promise<void> {
    return this.until(() => this.linkEvents(node, incarnation).filter((text) => text.endsWith(kind)).length >= count);
  }

  /** What a node, in a life, was told of its links. */
  linkEvents(node: number, incarnation = 0): string[] {
    const own = this.heard.filter((heard) => heard.node === node && heard.incarnation === incarnation);
    return own.flatMap(({ report }) => (report.kind === 'link' ? [`${report.peer} ${report.event.kind}`] : []));
  }

  #check(): void {
    const due = this.#waiting.filter(({ holds }) => holds());
    this.#waiting = this.#waiting.filter((waiting) => !due.includes(waiting));
    for (const { resolve } of due) resolve();
  }
}
