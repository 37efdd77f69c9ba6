import { nodeIds, type NodeId } from '@quorate/transport';
import { drawPlan, runPlan, type CampaignSpace } from '@quorate/simulation';
import type { BroadcastName } from '../catalogue/broadcasts.js';
import { subjectOf, type BroadcastSimulation } from './subjects.js';

/** What every thread of a campaign is given. */
export interface CampaignWork {
  readonly broadcast: BroadcastName;
  readonly payload: number | undefined;
  readonly space: CampaignSpace;
}

/** Seeds to run: from … to − 1. */
export interface CampaignOrder {
  readonly from: number;
  readonly to: number;
}

/** What came of an order. */
export interface CampaignReport {
  readonly schedules: number;
  readonly deliveries: number;
  /** The first seed that violates; the seeds behind it were not run. */
  readonly failing: number | undefined;
  readonly exercised: ReadonlyMap<string, number>;
}

/** Runs an order. */
export function carryOut(work: CampaignWork, { from, to }: CampaignOrder): CampaignReport {
  const subject = subjectOf(work.broadcast, work.payload);
  const exercised = new Map<string, number>();
  const note = (name: string): void => void exercised.set(name, (exercised.get(name) ?? 0) + 1);
  let deliveries = 0;
  for (let seed = from; seed < to; seed++) {
    const plan = drawPlan(work.space, seed);
    const { violations, simulation } = runPlan(subject, plan);
    deliveries += simulation.deliveries;
    for (const { node, behaviour } of plan.faults) {
      note(`behaviour ${behaviour}`);
      for (const kind of accusationsOf(simulation, node)) note(`fault ${kind}`);
    }
    for (const name of ['loss', 'duplication', 'partitions', 'cuts', 'slow', 'ordered'] as const) {
      if (plan.network[name] !== undefined) note(`network ${name}`);
    }
    if (violations.length > 0) return { schedules: seed - from + 1, deliveries, failing: seed, exercised };
  }
  return { schedules: to - from, deliveries, failing: undefined, exercised };
}

/** Of what a node was accused in a run, each kind once. */
function accusationsOf(simulation: BroadcastSimulation, liar: NodeId): ReadonlySet<string> {
  const reports = nodeIds(simulation.group).flatMap((node) => simulation.faults(node));
  return new Set(reports.filter(({ peer }) => peer === liar).map(({ fault }) => fault.kind));
}
