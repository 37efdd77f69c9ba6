/**
 * What the transport carries: a mesh of worker threads in which everybody broadcasts, through the public API, beside the same
 * mesh over plain `postMessage`, a message for each frame, in the same run.
 */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { MessageChannel, Worker, type MessagePort, type TransferListItem } from 'node:worker_threads';
import { createGroup } from '@quorate/transport';
import { startGroup } from '@quorate/transport/worker-threads';
import { unlessAborted } from '../interruption.js';

/** What a worker of the bench is asked to be. */
export interface BenchTask {
  readonly self: number;
  /** Bytes in a frame. */
  readonly payload: number;
  /** To every other worker, when it shall use plain ports rather than join a group. The first leads to node 0, or from it to node 1. */
  readonly ports?: readonly MessagePort[];
}

/** What it is told … */
export type BenchCommand =
  | { readonly kind: 'flood' | 'count' | 'stop' }
  | { readonly kind: 'pingPong'; readonly rounds: number };

/** … and what it answers. `at` in milliseconds, by the worker's own clock. */
export type BenchReply =
  | { readonly kind: 'ready' | 'stopped' }
  | { readonly kind: 'count'; readonly frames: number; readonly at: number }
  | { readonly kind: 'roundTrips'; readonly micros: readonly number[] };

/** Sizes in bytes, times in seconds. `runs` of each kind, one after the other in turn. */
export interface TransportBenchOptions {
  readonly nodes: number;
  readonly payload: number;
  readonly seconds: number;
  readonly runs: number;
  readonly signal: AbortSignal;
}

/** Medians of the runs: frames delivered to another node, per second, in all. */
export interface TransportBenchResult {
  readonly ours: number;
  readonly baseline: { readonly name: string; readonly opsPerSecond: number };
  /** Slowest and fastest run of each kind, round trips between two nodes in microseconds, processors. */
  readonly details: Readonly<Record<string, number>>;
}

/** A mesh whose workers are ready. */
interface Mesh {
  readonly workers: readonly Worker[];
  close(): Promise<void>;
}

/**
 * Each thread has its code compiled when it has had so much processor time, however busy the machine is; and we wait no longer
 * than `longestWarmUp`. In milliseconds.
 */
const warmUp = 250;
const longestWarmUp = 10_000;
const rounds = 5000;

/** Runs the bench: a mesh of `nodes` workers, everybody broadcasts frames of `payload` bytes. */
export async function benchTransport(options: TransportBenchOptions): Promise<TransportBenchResult> {
  const ours: Throughput[] = [];
  const plain: Throughput[] = [];
  const ourTrips: number[] = [];
  const plainTrips: number[] = [];
  for (let run = 0; run < options.runs; run++) {
    ours.push(await withMesh(openRings, options, (mesh) => throughput(mesh, options.seconds)));
    plain.push(await withMesh(openPorts, options, (mesh) => throughput(mesh, options.seconds)));
    ourTrips.push(await withMesh(openRings, options, roundTrip));
    plainTrips.push(await withMesh(openPorts, options, roundTrip));
  }
  const rates = ours.map(({ rate }) => rate);
  const plainRates = plain.map(({ rate }) => rate);
  return {
    ours: median(rates),
    baseline: { name: 'postMessage, a message for each frame', opsPerSecond: median(plainRates) },
    details: {
      slowest: Math.min(...rates),
      fastest: Math.max(...rates),
      cpuCores: median(ours.map(({ cores }) => cores)),
      baselineSlowest: Math.min(...plainRates),
      baselineFastest: Math.max(...plainRates),
      baselineCpuCores: median(plain.map(({ cores }) => cores)),
      pingPongP50Micros: median(ourTrips),
      baselinePingPongP50Micros: median(plainTrips),
      processors: availableParallelism(),
    },
  };
}

type Open = (options: TransportBenchOptions) => Promise<Mesh>;

async function withMesh<Result>(
  open: Open,
  options: TransportBenchOptions,
  measure: (mesh: Mesh) => Promise<Result>,
): Promise<Result> {
  const mesh = await open(options);
  try {
    return await unlessAborted(options.signal, measure(mesh));
  } finally {
    await mesh.close();
  }
}

/** Deliveries per second while everybody sends, and processors that were busy with it. */
interface Throughput {
  readonly rate: number;
  readonly cores: number;
}

async function throughput({ workers }: Mesh, seconds: number): Promise<Throughput> {
  tell(workers, { kind: 'flood' });
  await warm(workers.length);
  const before = await ask(workers, { kind: 'count' }, 'count');
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  await elapse(seconds * 1000);
  const after = await ask(workers, { kind: 'count' }, 'count');
  const cpu = process.cpuUsage(cpuBefore);
  const cores = (cpu.user + cpu.system) / 1000 / (performance.now() - start);
  await ask(workers, { kind: 'stop' }, 'stopped');
  // Each worker's own rate, by its own clock: they are not asked at the same moment.
  const rate = after.reduce((sum, { frames, at }, index) => {
    const first = before[index];
    return first === undefined ? sum : sum + (frames - first.frames) / ((at - first.at) / 1000);
  }, 0);
  return { rate, cores };
}

async function warm(threads: number): Promise<void> {
  const start = performance.now();
  const cpu = process.cpuUsage();
  for (;;) {
    const { user, system } = process.cpuUsage(cpu);
    if ((user + system) / 1000 >= threads * warmUp || performance.now() - start >= longestWarmUp) return;
    await elapse(50);
  }
}

/** The median round trip between nodes 0 and 1 while nobody else sends, in microseconds. */
async function roundTrip({ workers }: Mesh): Promise<number> {
  const [first, second] = workers;
  if (first === undefined || second === undefined) return Number.NaN;
  tell([second], { kind: 'pingPong', rounds });
  // The worker answers in order: from then on it sends back what comes.
  await ask([second], { kind: 'count' }, 'count');
  const [trips] = await ask([first], { kind: 'pingPong', rounds }, 'roundTrips');
  return median(trips?.micros ?? []);
}

async function openRings({ nodes, payload }: TransportBenchOptions): Promise<Mesh> {
  const ready: Promise<unknown>[] = [];
  const workers: Worker[] = [];
  const group = await startGroup({
    // Nobody fails here, and nobody may be left behind: then everything that is sent is delivered.
    group: createGroup({ nodes, faulty: 0 }),
    spawn: (options, self) => {
      const bench: BenchTask = { self, payload };
      const worker = new Worker(workerFile(), { ...options, workerData: { ...options.workerData, bench } });
      workers.push(worker);
      ready.push(once(worker, 'message'));
      return worker;
    },
  });
  await Promise.all(ready);
  return { workers, close: () => group.close() };
}

async function openPorts({ nodes, payload }: TransportBenchOptions): Promise<Mesh> {
  const ports = plainMesh(nodes);
  const workers = ports.map((own, self) => {
    const bench: BenchTask = { self, payload, ports: own };
    const transferList: TransferListItem[] = [...own];
    return new Worker(workerFile(), { workerData: { bench }, transferList });
  });
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  return {
    workers,
    close: async () => void (await Promise.all(workers.map((worker) => worker.terminate()))),
  };
}

/** A channel between each two nodes; each node's ends in the order of the others. */
function plainMesh(nodes: number): MessagePort[][] {
  const ports: MessagePort[][] = Array.from({ length: nodes }, () => []);
  for (let first = 0; first < nodes; first++) {
    for (let second = first + 1; second < nodes; second++) {
      const { port1, port2 } = new MessageChannel();
      ports[first]?.push(port1);
      ports[second]?.push(port2);
    }
  }
  return ports;
}

/** Beside this file in the sources; in the build, where this file is part of another, in a folder of its own. */
const workerFile = (): URL =>
  new URL(import.meta.url.endsWith('.ts') ? './transport-worker.ts' : './bench/transport-worker.js', import.meta.url);

function tell(workers: readonly Worker[], command: BenchCommand): void {
  for (const worker of workers) worker.postMessage(command);
}

type ReplyOf<Kind> = Extract<BenchReply, { readonly kind: Kind }>;

/** Tells all, and waits until each has answered with this kind of reply. A worker that fails meanwhile fails the bench. */
function ask<Kind extends BenchReply['kind']>(
  workers: readonly Worker[],
  command: BenchCommand,
  kind: Kind,
): Promise<ReplyOf<Kind>[]> {
  const replies = workers.map(async (worker) => {
    const [reply] = (await once(worker, 'message')) as [BenchReply];
    if (!isOf(reply, kind)) throw new Error(`unreachable: the worker answered ${reply.kind} to ${command.kind}`);
    return reply;
  });
  tell(workers, command);
  return Promise.all(replies);
}

const isOf = <Kind extends BenchReply['kind']>(reply: BenchReply, kind: Kind): reply is ReplyOf<Kind> =>
  reply.kind === kind;

const elapse = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

function median(values: readonly number[]): number {
  const sorted = [...values].toSorted((a, b) => a - b);
  const middle = sorted.length >>> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
