/** One node under load: it puts values in as fast as its host accepts, and counts what comes out. */
import { createHistogram, performance, type RecordableHistogram } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { Transport } from '@quorate/transport';
import type { Composition, Loaded, OutputSummary } from '../protocols/protocol.js';
import type { Order } from '../run/control.js';
import type { Host } from '../run/host.js';
import type { ThreadWork } from '../run/node-thread.js';
import { openerFor, type Opener } from '../run/open-host.js';
import { correctNodes } from '../run/plan.js';
import type { LoadPlan, LoadReport } from './load-plan.js';

/** Submit times that are remembered; more own values than that are never in flight. A power of two. */
const timesKept = 65_536;
/** Of so many own values one is timed. A power of two. */
const timedEvery = 8;
/** Values put in at a time; a host without a window accepts for ever. */
const perTurn = 512;
/** Outputs push the load on; this clock does where there are none, in milliseconds. */
const pushEvery = 5;
/** Whoever waits for the slowest node looks at it so often, in milliseconds. */
const lookEvery = 1;
/** Time between two looks at the heap, in milliseconds. */
const heapEvery = 100;

export class LoadGenerator<I, M, O, T, S extends OutputSummary> implements ThreadWork<LoadReport> {
  readonly #composition: Composition<I, M, O, T, S>;
  readonly #load: Loaded<O>;
  readonly #transport: Transport;
  readonly #opener: Opener<I, O>;
  readonly #value: Buffer;
  readonly #counts: Float64Array;
  readonly #sums: Int32Array;
  /** The counts of all nodes. */
  readonly #all: Float64Array;
  readonly #correct: readonly number[];
  readonly #submittedAt = new Float64Array(timesKept / timedEvery);
  readonly #heap: number[] = [];
  #latency: RecordableHistogram = createHistogram();
  #host: Host<I> | undefined;
  #next = 0;
  /** No more values than that are put in. */
  #last = Number.POSITIVE_INFINITY;
  #pushing: NodeJS.Timeout | undefined;
  #sampling: NodeJS.Timeout | undefined;

  constructor(
    composition: Composition<I, M, O, T, S>,
    plan: LoadPlan,
    transport: Transport,
    counts: SharedArrayBuffer,
  ) {
    const lanes = composition.load.lanes(plan.group.n);
    this.#composition = composition;
    this.#load = composition.load;
    this.#transport = transport;
    this.#opener = openerFor(composition, plan, transport);
    this.#value = Buffer.alloc(plan.payload);
    this.#counts = new Float64Array(counts, transport.self * lanes * 8, lanes);
    this.#all = new Float64Array(counts);
    this.#correct = correctNodes(plan);
    this.#sums = new Int32Array(lanes);
  }

  async open(): Promise<void> {
    this.#host = await this.#opener.open((outputs) => this.#take(outputs));
    // Nobody gives orders to the second life of a node.
    if (this.#transport.incarnation > 0) this.#start();
  }

  carryOut(order: Exclude<Order, 'report'>): void {
    if (order === 'start') this.#start();
    else if (order === 'measure') this.#measure();
    else if (order === 'level') this.#level();
    else this.#stop();
  }

  report(): LoadReport {
    const { messagesOut, messagesToSelf, bytesOut, faults } = this.#opened().counters;
    return {
      node: this.#transport.self,
      submitted: this.#next,
      sums: this.#sums,
      faults,
      messages: messagesOut + messagesToSelf,
      bytes: bytesOut,
      latency: this.#latency,
      heap: Float64Array.from(this.#heap),
    };
  }

  failure(): Promise<Error | undefined> {
    return this.#opened().failure;
  }

  #start(): void {
    const { ahead } = this.#composition;
    this.#pushing = setInterval(() => this.#push(), ahead === undefined ? pushEvery : lookEvery);
    this.#opener.started();
    this.#push();
  }

  #measure(): void {
    this.#latency = createHistogram();
    this.#sampling = setInterval(() => void this.#heap.push(heapInUse()), heapEvery);
  }

  #stop(): void {
    clearInterval(this.#pushing);
    clearInterval(this.#sampling);
    this.#pushing = undefined;
  }

  /** Puts in as many values as the node that put in most. */
  #level(): void {
    this.#last = this.#all.at(-1) ?? 0;
    this.#pushing = setInterval(() => this.#push(), lookEvery);
    this.#push();
  }

  #push(): void {
    if (this.#pushing === undefined) return;
    if (this.#next >= this.#last) return this.#stop();
    const host = this.#opened();
    const limit = Math.min(this.#last, this.#limit());
    for (let burst = 0; burst < perTurn && this.#next < limit; burst++) {
      if (this.#value.length >= 4) this.#value.writeUInt32LE(this.#next % 2 ** 32);
      const timed = this.#next % timedEvery === 0;
      if (timed) this.#submittedAt[(this.#next % timesKept) / timedEvery] = performance.now();
      if (!host.trySubmit(this.#composition.inputOf(this.#value, this.#next, this.#transport.self))) return;
      this.#next++;
    }
  }

  /** How many values may be put in by now. */
  #limit(): number {
    const { ahead } = this.#composition;
    if (ahead === undefined) return Number.POSITIVE_INFINITY;
    const lanes = this.#counts.length;
    let slowest = Number.POSITIVE_INFINITY;
    for (const node of this.#correct) {
      let done = 0;
      for (let lane = 0; lane < lanes; lane++) done += this.#all[node * lanes + lane] ?? 0;
      slowest = Math.min(slowest, done);
    }
    return Math.floor(slowest / (this.#load.perInput ?? 1)) + ahead;
  }

  #take(outputs: readonly O[]): void {
    const { self } = this.#transport;
    for (const output of outputs) {
      const lane = this.#load.lane(output);
      if (lane >= 0) {
        this.#counts[lane] = (this.#counts[lane] ?? 0) + 1;
        this.#sums[lane] = (this.#sums[lane] ?? 0) + this.#load.word(output);
      }
      const own = this.#composition.answers(output, self);
      if (own !== undefined && own % timedEvery === 0) this.#time(own);
    }
    this.#push();
  }

  #time(sequence: number): void {
    const submitted = this.#submittedAt[(sequence % timesKept) / timedEvery] ?? 0;
    this.#latency.record(Math.max(1, Math.round((performance.now() - submitted) * 1e6)));
  }

  #opened(): Host<I> {
    if (this.#host === undefined) throw new Error('the host has not been opened');
    return this.#host;
  }
}

/** What this thread holds: objects, and the buffers that they own outside the heap. */
function heapInUse(): number {
  const { used_heap_size: objects, external_memory: buffers } = getHeapStatistics();
  return objects + buffers;
}
