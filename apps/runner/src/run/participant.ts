/** One node's part of a run: it broadcasts its values, as many in flight as its host accepts, and records what it delivers. */
import { createHistogram, performance, type RecordableHistogram } from 'node:perf_hooks';
import type { Delivery } from '@quorate/reliable-broadcast';
import type { Node, Transport } from '@quorate/transport';
import { DeliveryLog } from './delivery-log.js';
import type { NodeReport } from './node-report.js';
import { correctNodes, type RunPlan } from './plan.js';
import type { ProgressRow } from './progress.js';
import { Values } from './values.js';

/** How a participant gets its node: the protocol is none of its business. */
export type OpenNode = (onOutputs: (deliveries: readonly Delivery[]) => void) => Promise<Node<Uint8Array, Delivery>>;

/** Submit times that are remembered; more own values than that are never in flight. A power of two. */
const timesKept = 65_536;
/** Values put in before the others get a turn. */
const perTurn = 256;

/** A node at work. */
export class Participant {
  readonly #transport: Transport;
  readonly #row: ProgressRow;
  readonly #values: Values;
  readonly #log: DeliveryLog;
  readonly #correct: boolean;
  readonly #last: number;
  readonly #submittedAt = new Float64Array(timesKept);
  readonly #latency: RecordableHistogram = createHistogram();
  #node: Node<Uint8Array, Delivery> | undefined;
  #next = 0;
  #waiting = false;

  constructor(plan: RunPlan, transport: Transport, row: ProgressRow) {
    this.#transport = transport;
    this.#row = row;
    this.#values = new Values(plan.work, plan.seed);
    this.#log = new DeliveryLog(plan.group.n, this.#values);
    this.#correct = correctNodes(plan).includes(transport.self);
    this.#last = plan.senders.includes(transport.self) ? this.#values.count : 0;
  }

  /** Opens the node; nothing is broadcast before `start`. */
  async open(open: OpenNode): Promise<void> {
    this.#node = await open((deliveries) => this.#take(deliveries));
  }

  /** Begins to broadcast. */
  start(): void {
    this.#pump();
  }

  /** Everything until now. */
  report(): NodeReport {
    const node = this.#opened();
    const { messagesOut, messagesToSelf, bytesOut } = node.counters;
    return {
      node: this.#transport.self,
      submitted: this.#next,
      log: this.#log.summary(),
      faults: node.faults.map(({ peer, kind, certainty, detail, count }) => ({ peer, kind, certainty, detail, count })),
      messages: messagesOut + messagesToSelf,
      bytes: bytesOut,
      latency: this.#latency,
    };
  }

  /** Resolves when the node has stopped: with an error if it stopped itself, because an invariant is broken. */
  failure(): Promise<Error | undefined> {
    return this.#opened().failure;
  }

  async close(): Promise<void> {
    await this.#node?.close();
  }

  #pump(): void {
    if (this.#waiting) return;
    const node = this.#opened();
    for (let burst = 0; this.#next < this.#last; burst++) {
      if (burst === perTurn) return this.#pumpLater();
      const value = this.#values.at(this.#transport.self, this.#next);
      this.#submittedAt[this.#next & (timesKept - 1)] = performance.now();
      if (!node.trySubmit(value)) return void this.#wait(node, Uint8Array.from(value));
      this.#row.submitted = ++this.#next;
    }
  }

  /** The host will take the value when it can. */
  async #wait(node: Node<Uint8Array, Delivery>, value: Uint8Array): Promise<void> {
    this.#waiting = true;
    try {
      await node.submit(value);
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

  #opened(): Node<Uint8Array, Delivery> {
    if (this.#node === undefined) throw new Error('the participant has not been opened');
    return this.#node;
  }
}
