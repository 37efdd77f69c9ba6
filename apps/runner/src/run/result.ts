/** What came of a run. */
import { createHistogram } from 'node:perf_hooks';
import type { Ending, Judgement } from '../judgement.js';
import type { NodeReport } from './node-report.js';
import type { RunPlan } from './plan.js';

/** Everything that is known when the threads have gone. */
export interface RunResult {
  readonly plan: RunPlan;
  readonly ending: Ending;
  readonly judgement: Judgement;
  /** The reports of the correct nodes, in order. */
  readonly reports: readonly NodeReport[];
  /** Messages and bytes that all nodes sent, the faulty ones included as far as they could still tell. */
  readonly messages: number;
  readonly bytes: number;
  /** From the start of the broadcasts to the last delivery of a correct node. */
  readonly seconds: number;
  /** Resident memory of the process at its end, divided by the nodes. */
  readonly rssBytesPerNode: number;
}

/** A fault that nodes reported against a peer. */
export interface Accusation {
  readonly peer: number;
  readonly kind: string;
  readonly certainty: 'proof' | 'suspicion';
  readonly detail: string;
  /** The correct nodes that saw it. */
  readonly by: readonly number[];
  /** How often, all of them together. */
  readonly count: number;
}

/** What the correct nodes said against their peers, by peer and kind. */
export function accusations(reports: readonly NodeReport[]): readonly Accusation[] {
  const all = new Map<string, Accusation>();
  for (const { node, faults } of reports) {
    for (const { peer, kind, certainty, detail, count } of faults) {
      const before = all.get(`${peer} ${kind}`);
      all.set(`${peer} ${kind}`, {
        peer,
        kind,
        certainty: before?.certainty === 'proof' ? 'proof' : certainty,
        detail: before?.detail ?? detail,
        by: [...(before?.by ?? []), node],
        count: (before?.count ?? 0) + count,
      });
    }
  }
  return [...all.values()].toSorted((a, b) => a.peer - b.peer || (a.kind < b.kind ? -1 : 1));
}

/** A fault as `--fault` takes it. */
export const faultText = ({ node, behaviour, at }: RunPlan['faults'][number]): string =>
  `${node}:${behaviour}${at === undefined ? '' : `@${at}ms`}`;

/** The latencies of all reports together: milliseconds at a percentile, or `undefined` where nothing was measured. */
export function latencyOf(reports: readonly NodeReport[]): ((percentile: number) => number) | undefined {
  const all = createHistogram();
  for (const { latency } of reports) {
    if (latency.count > 0) all.add(latency);
  }
  return all.count === 0 ? undefined : (percentile) => all.percentile(percentile) / 1e6;
}
