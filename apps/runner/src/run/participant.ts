/** One node's part of a run: it puts its values in, as many in flight as its host accepts, and records what comes out. */
import { createHistogram, performance, type RecordableHistogram } from 'node:perf_hooks';
import type { Transport } from '@quorate/transport';
import type { Composition, OutputLog, OutputSummary } from '../protocols/protocol.js';
import type { Order } from './control.js';
import type { NodeReport } from './node-report.js';
import type { Host } from './host.js';
import type { ThreadWork } from './node-thread.js';
import { openerFor, type Opener } from './open-host.js';
import { correctNodes, type RunPlan } from './plan.js';
import { ProgressRow } from './progress.js';
import { Values } from './values.js';

/** Submit times that are remembered; more own values than that are never in flight. A power of two. */
const timesKept = 65_536;
/** Values put in before the others get a turn. */
const perTurn = 256;

/** Whoever waits for the slowest node looks at it so often, in milliseconds … */
const lookEvery = 1;
/** … and waits while it does nothing for such a share of the time after which the run would be given up, … */
const patienceShare = 0.5;
/** … but not less than this, in milliseconds: a machine with more to do than to run this lets a thread wait, too. */
const leastPatience = 1000;

/** A node that takes part in a run. */
export class Participant<I, M, O, T, S extends OutputSummary> implements ThreadWork<NodeReport<S>> {
  readonly #composition: Composition<I, M, O, T, S>;
  readonly #transport: Transport;
  readonly #row: ProgressRow;
  /** Of the correct nodes. */
  readonly #rows: readonly ProgressRow[];
  readonly #values: Values;
  readonly #log: OutputLog<O, S>;
  readonly #correct: boolean;
  readonly #last: number;
  readonly #opener: Opener<I, O>;
  readonly #submittedAt = new Float64Array(timesKept);
  readonly #latency: RecordableHistogram = createHistogram();
  #host: Host<I> | undefined;
  #next = 0;
  #waiting = false;
  /** Milliseconds for which the slowest node may do nothing before nobody waits for it. */
  readonly #patience: number;
  /** What the slowest node has put out, and since when that has not changed. */
  #slowest = 0;
  #slowestSince = 0;
  /** When the last output came that others follow; 0 before anything was begun. */
  #lastEnd = 0;

  /** `progress` holds the rows of all nodes. */
  constructor(
    composition: Composition<I, M, O, T, S>,
    plan: RunPlan,
    transport: Transport,
    progress: SharedArrayBuffer,
  ) {
    this.#composition = composition;
    this.#transport = transport;
    this.#row = new ProgressRow(progress, transport.self);
    this.#rows = correctNodes(plan).map((node) => new ProgressRow(progress, node));
    this.#values = new Values(plan.work, plan.seed);
    this.#log = composition.log(plan.group, this.#values);
    this.#opener = openerFor(composition, plan, transport);
    this.#correct = correctNodes(plan).includes(transport.self);
    this.#patience = Math.max(leastPatience, plan.timeout * patienceShare);
    this.#last = plan.senders.includes(transport.self) ? this.#values.count : 0;
  }

  async open(): Promise<void> {
    this.#host = await this.#opener.open((outputs) => this.#take(outputs));
    // Nobody gives orders to the second life of a node.
    if (this.#transport.incarnation > 0) this.#pump();
  }

  /** Nothing is put in before `start`. */
  carryOut(order: Order): void {
    if (order === 'measure') this.#latency.reset();
    if (order !== 'start') return;
    this.#slowestSince = this.#lastEnd = performance.now();
    this.#pump();
    this.#opener.started();
  }

  report(): NodeReport<S> {
    const host = this.#opened();
    const { messagesOut, messagesToSelf, bytesOut } = host.counters;
    return {
      node: this.#transport.self,
      submitted: this.#next,
      log: this.#log.summary(),
      faults: host.faults.map(({ peer, kind, certainty, detail, count }) => ({ peer, kind, certainty, detail, count })),
      messages: messagesOut + messagesToSelf,
      bytes: bytesOut,
      latency: this.#latency,
    };
  }

  failure(): Promise<Error | undefined> {
    return this.#opened().failure;
  }

  #pump(): void {
    if (this.#waiting) return;
    const host = this.#opened();
    for (let burst = 0; this.#next < this.#last; burst++) {
      if (burst === perTurn) return this.#pumpLater();
      if (this.#isAhead()) return this.#pumpSoon();
      this.#submittedAt[this.#next & (timesKept - 1)] = performance.now();
      if (!host.trySubmit(this.#input())) return void this.#wait(host);
      this.#row.submitted = ++this.#next;
    }
  }

  /** The host will take the value when it can. */
  async #wait(host: Host<I>): Promise<void> {
    this.#waiting = true;
    try {
      await host.submit(this.#input(true));
    } catch {
      // The node is closed or has failed; whoever opened it learns that from `failure`.
      return;
    }
    this.#waiting = false;
    this.#row.submitted = ++this.#next;
    this.#pump();
  }

  /** The next value; one that is kept for later must not change when other values are made. */
  #input(kept = false): I {
    const { self } = this.#transport;
    const value = this.#values.at(self, this.#next);
    return this.#composition.inputOf(kept ? Uint8Array.from(value) : value, this.#next, self);
  }

  #pumpLater(): void {
    this.#waiting = true;
    const release = this.#transport.hold();
    this.#transport.schedule(() => {
      release();
      this.#waiting = false;
      this.#pump();
    });
  }

  /** Whether the slowest correct node is too far behind: one that the others leave behind would give rounds up. */
  #isAhead(): boolean {
    const { ahead } = this.#composition;
    if (ahead === undefined) return false;
    const slowest = Math.min(...this.#rows.map(({ delivered }) => delivered));
    if (slowest !== this.#slowest) this.#slowestSince = performance.now();
    this.#slowest = slowest;
    if (this.#next < slowest + ahead) return false;
    // A node that makes no progress at all may never do so again: what that means is for the judge to say. One that does is waited for again.
    return performance.now() - this.#slowestSince <= this.#patience;
  }

  #pumpSoon(): void {
    this.#waiting = true;
    const release = this.#transport.hold();
    setTimeout(() => {
      release();
      this.#waiting = false;
      this.#pump();
    }, lookEvery);
  }

  #take(outputs: readonly O[]): void {
    const { self } = this.#transport;
    const now = performance.now();
    for (const output of outputs) {
      // What a liar puts out is its own affair.
      if (this.#correct) this.#log.record(output);
      if (this.#composition.follows?.(output) === true) {
        if (this.#lastEnd > 0) this.#took(now - this.#lastEnd);
        this.#lastEnd = now;
      }
      const own = this.#composition.answers(output, self);
      if (own !== undefined) this.#took(now - (this.#submittedAt[own & (timesKept - 1)] ?? now));
    }
    this.#row.delivered = this.#log.count;
    this.#row.lastDelivery = performance.timeOrigin + now;
    this.#row.faults = this.#opened().counters.faults;
  }

  #took(milliseconds: number): void {
    this.#latency.record(Math.max(1, Math.round(milliseconds * 1e6)));
  }

  #opened(): Host<I> {
    if (this.#host === undefined) throw new Error('the participant has not been opened');
    return this.#host;
  }
}
