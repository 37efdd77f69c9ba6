import type { Gate, GateMetrics } from '../gate.js';
import { measuredBy, passes } from '../gate.js';
import { median, spread } from './statistics.js';
import { stackWords } from '../protocols/command-words.js';
import type { MemoryTrend, Subject, SubjectFigures, SubjectOptions } from './subject.js';

/** What `quorate bench --json` prints. Figures are medians of the runs; a field may be added within a schema version. */
export interface BenchDocument {
  readonly schema: 'quorate.bench/1';
  readonly protocol: string;
  readonly n: number;
  readonly f: number;
  readonly payload: number;
  readonly seconds: number;
  readonly runs: number;
  readonly seed: number;
  readonly faults: readonly string[];
  /** What one operation is. */
  readonly operation: string;
  readonly verdict: 'valid' | 'violated' | 'undecided';
  /** What was delivered by correct nodes of correct nodes, compared once the load had drained; empty where nothing is. */
  readonly properties: Readonly<Record<string, boolean | null>>;
  readonly metrics: {
    /** Length of one measurement. */
    readonly seconds?: number;
    readonly messages?: number;
    readonly bytes?: number;
    readonly deliveries?: number;
    readonly deliveriesPerSecond?: number;
    readonly opsPerSecond: number;
    /** (greatest − least) / median over the runs. */
    readonly spread: number;
    readonly opsPerSecondByRun: readonly number[];
    readonly baseline: { readonly name: string; readonly opsPerSecond: number; readonly ratio: number };
    readonly messagesPerOp?: number;
    readonly messagesPerOpExpected?: number;
    /** That formula, in words. */
    readonly messagesFormula?: string;
    readonly wireBytesPerOp?: number;
    readonly cpuCores?: number;
    readonly latencyMs?: { readonly p50: number; readonly p99: number };
    readonly rssBytesPerNode?: number;
    readonly memory?: MemoryTrend;
    readonly details?: Readonly<Record<string, number | string>>;
  };
  /** `measured` is null where the bench does not measure it: then the gate is missed. */
  readonly gates: readonly { readonly gate: string; readonly passed: boolean; readonly measured: number | null }[];
  readonly machine: { readonly node: string; readonly cores: number };
  readonly replay: string;
}

/** The medians of several runs. */
export function metricsOf(runs: readonly SubjectFigures[]): BenchDocument['metrics'] {
  const ops = runs.map(({ opsPerSecond }) => opsPerSecond);
  const name = runs[0]?.baseline.name ?? '';
  const { details, messagesFormula } = runs.at(-1) ?? {};
  const latencyMs = latencyOf(runs);
  const memory = memoryOf(runs);
  return {
    opsPerSecond: median(ops),
    spread: spread(ops),
    opsPerSecondByRun: ops,
    baseline: {
      name,
      opsPerSecond: median(runs.map(({ baseline }) => baseline.opsPerSecond)),
      ratio: median(runs.map(({ opsPerSecond, baseline }) => opsPerSecond / baseline.opsPerSecond)),
    },
    ...totalsOf(runs),
    ...medianOf(runs, 'messagesPerOp'),
    ...medianOf(runs, 'messagesPerOpExpected'),
    ...(messagesFormula === undefined ? {} : { messagesFormula }),
    ...medianOf(runs, 'wireBytesPerOp'),
    ...medianOf(runs, 'cpuCores'),
    ...(latencyMs === undefined ? {} : { latencyMs }),
    ...medianOf(runs, 'rssBytesPerNode'),
    ...(memory === undefined ? {} : { memory }),
    ...(details === undefined ? {} : { details }),
  };
}

/** What one measurement came to, by the medians of the runs. */
function totalsOf(runs: readonly SubjectFigures[]): Partial<BenchDocument['metrics']> {
  const seconds = medianOf(runs, 'seconds').seconds;
  const deliveries = medianOf(runs, 'deliveries').deliveries;
  if (seconds === undefined || deliveries === undefined) return {};
  const operations = median(runs.map((run) => run.opsPerSecond)) * seconds;
  const messages = Math.round(operations * median(runs.map((run) => run.messagesPerOp ?? 0)));
  const bytes = Math.round(operations * median(runs.map((run) => run.wireBytesPerOp ?? 0)));
  return { seconds, messages, bytes, deliveries, deliveriesPerSecond: deliveries / seconds };
}

/** What gates are held against. */
function gateMetricsOf(metrics: BenchDocument['metrics']): GateMetrics {
  return {
    ops: metrics.opsPerSecond,
    ratio: metrics.baseline.ratio,
    p50: metrics.latencyMs?.p50,
    p99: metrics.latencyMs?.p99,
    cpu: metrics.cpuCores,
    rss: metrics.rssBytesPerNode,
    messages: metrics.messagesPerOp,
    bytes: metrics.wireBytesPerOp,
    growth: metrics.memory === undefined ? undefined : metrics.memory.rssLast / metrics.memory.rssFirst,
  };
}

/** Each gate with whether it was kept. */
export const judged = (gates: readonly Gate[], metrics: BenchDocument['metrics']): BenchDocument['gates'] =>
  gates.map((gate) => {
    const measured = measuredBy(gate, gateMetricsOf(metrics));
    return { gate: gate.text, passed: passes(gate, measured), measured: measured ?? null };
  });

/** The verdict of what was delivered meanwhile. */
export function verdictOf(runs: readonly SubjectFigures[]): BenchDocument['verdict'] {
  if (runs.some(({ consistent }) => consistent === false)) return 'violated';
  return runs.some(({ consistent }) => consistent === 'undecided') ? 'undecided' : 'valid';
}

/** The same as properties, where the subject delivers anything. */
export function propertiesOf(runs: readonly SubjectFigures[]): BenchDocument['properties'] {
  if (runs.every(({ consistent }) => consistent === undefined)) return {};
  const verdict = verdictOf(runs);
  const held = verdict === 'undecided' ? null : verdict === 'valid';
  return Object.fromEntries((runs[0]?.properties ?? []).map((key) => [key, held]));
}

type Figure =
  | 'seconds'
  | 'deliveries'
  | 'messagesPerOp'
  | 'messagesPerOpExpected'
  | 'wireBytesPerOp'
  | 'cpuCores'
  | 'rssBytesPerNode';

function medianOf(runs: readonly SubjectFigures[], name: Figure): Partial<Record<Figure, number>> {
  const values = runs.map((run) => run[name]).filter((value) => value !== undefined);
  return values.length === 0 ? {} : { [name]: median(values) };
}

function latencyOf(runs: readonly SubjectFigures[]): { p50: number; p99: number } | undefined {
  const all = runs.map(({ latencyMs }) => latencyMs).filter((latency) => latency !== undefined);
  if (all.length === 0) return undefined;
  return { p50: median(all.map(({ p50 }) => p50)), p99: median(all.map(({ p99 }) => p99)) };
}

function memoryOf(runs: readonly SubjectFigures[]): MemoryTrend | undefined {
  const all = runs.map(({ memory }) => memory).filter((memory) => memory !== undefined);
  if (all.length === 0) return undefined;
  const of = (name: keyof MemoryTrend): number => median(all.map((memory) => memory[name]));
  return { rssFirst: of('rssFirst'), rssLast: of('rssLast'), heapFirst: of('heapFirst'), heapLast: of('heapLast') };
}

/** The command that measures the same again. */
export function benchLine(subject: Subject, options: SubjectOptions, runs: number, faults: readonly string[]): string {
  const { group, payload, seconds, seed, broadcast, protocolOptions } = options;
  const words = [`npx quorate bench ${subject.name}`];
  if (subject.grouped) words.push(`--nodes ${group.n} --faulty ${group.f}`);
  if (subject.grouped && subject.protocol?.settings.includes('payload') !== false) words.push(`--payload ${payload}`);
  for (const fault of faults) words.push(`--fault ${fault}`);
  if (subject.protocol !== undefined)
    words.push(...stackWords(subject.protocol, { protocol: subject.name, broadcast, options: protocolOptions }));
  words.push(`--seconds ${seconds} --runs ${runs} --seed ${seed}`);
  return words.join(' ');
}
