/** One node's part of a run: it broadcasts its values, as many in flight as its host accepts, and records what it delivers. */
import { createHistogram, performance, type RecordableHistogram } from 'node:perf_hooks';
import type { Delivery } from '@quorate/reliable-broadcast';
import type { Transport } from '@quorate/transport';
import type { Order } from './control.js';
import { DeliveryLog } from './delivery-log.js';
import type { NodeReport } from './node-report.js';
import type { Host } from './host.js';
import type { ThreadWork } from './node-thread.js';
import { openerFor, type Opener } from './open-host.js';
import { correctNodes, type RunPlan } from './plan.js';
import type { ProgressRow } from './progress.js';
import { Values } from './values.js';

/** Submit times that are remembered; more own values than that are never in flight. A power of two. */
const timesKept = 65_536;
/** Values put in before the others get a turn. */
const perTurn = 256;

/** A node that takes part in a run. */
export class Participant implements ThreadWork<NodeReport> {
  readonly #transport: Transport;
  readonly #row: ProgressRow;
  readonly #values: Values;
  readonly #log: DeliveryLog;
  readonly #correct: boolean;
  readonly #last: number;
  readonly #opener: Opener;
  readonly #submittedAt = new Float64Array(timesKept);
  readonly #latency: RecordableHistogram = createHistogram();
  #host: Host | undefined;
  #next = 0;
  #waiting = false;

  constructor(plan: RunPlan, transport: Transport, row: ProgressRow) {
    this.#transport = transport;
    this.#row = row;
    this.#values = new Values(plan.work, plan.seed);
    this.#log = new DeliveryLog(plan.group.n, this.#values);
    this.#opener = openerFor(plan, transport);
    this.#correct = correctNodes(plan).includes(transport.self);
    this.#last = plan.senders.includes(transport.self) ? this.#values.count : 0;
  }

  async open(): Promise<void> {
    this.#host = await this.#opener.open((deliveries) => this.#take(deliveries));
  }

  /** Nothing is broadcast before `start`. */
  carryOut(order: Order): void {
    if (order !== 'start') return;
    this.#pump();
    this.#opener.started();
  }

  report(): NodeReport {
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
      const value = this.#values.at(this.#transport.self, this.#next);
      this.#submittedAt[this.#next & (timesKept - 1)] = performance.now();
      if (!host.trySubmit(value)) return void this.#wait(host, Uint8Array.from(value));
      this.#row.submitted = ++this.#next;
    }
  }

  /** The host will take the value when it can. */
  async #wait(host: Host, value: Uint8Array): Promise<void> {
    this.#waiting = true;
    try {
      await host.submit(value);
    } catch {
      // The node is closed or has failed; whoever opened it learns that from `failure`.
      return;
    }
    this.#waiting = false;
    this.#row.submitted = ++this.#next;
    this.#pump();
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

  #take(deliveries: readonly Delivery[]): void {
    const { self } = this.#transport;
    const now = performance.now();
    for (const { sender, sequence, payload } of deliveries) {
      // What a liar delivers is its own affair.
      if (this.#correct) this.#log.record(sender, sequence, payload);
      if (sender !== self) continue;
      const nanoseconds = Math.round((now - (this.#submittedAt[sequence & (timesKept - 1)] ?? now)) * 1e6);
      this.#latency.record(Math.max(1, nanoseconds));
    }
    this.#row.delivered = this.#log.count;
    this.#row.lastDelivery = performance.timeOrigin + now;
    this.#row.faults = this.#opened().counters.faults;
  }

  #opened(): Host {
    if (this.#host === undefined) throw new Error('the participant has not been opened');
    return this.#host;
  }
}
