import { QuorateError } from '@quorate/serialization';
import { shown, suggestion } from './suggest.js';

/** A bound on one metric of a bench. */
export interface Gate {
  /** As it was written. */
  readonly text: string;
  readonly metric: string;
  readonly comparison: '>=' | '<=' | '>' | '<';
  readonly bound: number;
}

/** What gates compare, by the names that they use. A metric that a bench does not have is missed. */
export type GateMetrics = Readonly<Record<GateMetric, number | undefined>>;

/** The metrics that a gate may name. */
export const gateMetrics = ['ops', 'ratio', 'p50', 'p99', 'cpu', 'rss', 'messages', 'bytes', 'growth'] as const;
export type GateMetric = (typeof gateMetrics)[number];

const units: Readonly<Record<string, number>> = {
  '': 1,
  ms: 1,
  x: 1,
  k: 1000,
  M: 1_000_000,
  KiB: 1024,
  MiB: 1_048_576,
};

/** Reads a gate such as `ops>=200000`. Throws Q9013. */
export function parseGate(text: string): Gate {
  const match = /^\s*([a-z0-9]+)\s*(>=|<=|>|<)\s*(\d+(?:\.\d+)?)\s*(ms|x|k|M|KiB|MiB|)\s*$/.exec(text);
  const [, metric = '', comparison = '', amount = '', unit = ''] = match ?? [];
  if (match === null || !isComparison(comparison)) {
    throw new QuorateError(
      'Q9013',
      `${shown(text)} is not a gate`,
      'write METRIC>=BOUND or METRIC<=BOUND, such as ops>=200000',
    );
  }
  if (!gateMetrics.some((known) => known === metric)) {
    const hint = suggestion(metric, gateMetrics, `metrics are ${gateMetrics.join(', ')}`);
    throw new QuorateError('Q9013', `a bench has no metric ${shown(metric)}`, hint);
  }
  return { text, metric, comparison, bound: Number(amount) * (units[unit] ?? 1) };
}

/** What the bench measured of what the gate is about, if it did. */
export function measuredBy(gate: Gate, metrics: GateMetrics): number | undefined {
  const metric = gateMetrics.find((known) => known === gate.metric);
  const value = metric === undefined ? undefined : metrics[metric];
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

/** Whether the bench stayed within the bound. */
export function passes(gate: Gate, value: number | undefined): boolean {
  if (value === undefined) return false;
  switch (gate.comparison) {
    case '>=':
      return value >= gate.bound;
    case '<=':
      return value <= gate.bound;
    case '>':
      return value > gate.bound;
    case '<':
      return value < gate.bound;
  }
}

const isComparison = (text: string): text is Gate['comparison'] => ['>=', '<=', '>', '<'].includes(text);
