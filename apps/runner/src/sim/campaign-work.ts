import { nodeIds, type NodeId } from '@quorate/transport';
import { drawPlan, runPlan, type CampaignSpace, type RunPlan } from '@quorate/simulation';
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
  /** Messages handed over, and values that correct nodes delivered. */
  readonly messages: number;
  readonly deliveries: number;
  /** The first seed that violates; the seeds behind it were not run. */
  readonly failing: number | undefined;
  readonly exercised: ReadonlyMap<string, number>;
}

/** Why an order could not be carried out: an error that can leave a thread. */
export interface CampaignFailure {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** Runs an order. */
export function carryOut(work: CampaignWork, { from, to }: CampaignOrder): CampaignReport {
  const subject = subjectOf(work.broadcast, work.payload);
  const exercised = new Map<string, number>();
  const note = (name: string): void => void exercised.set(name, (exercised.get(name) ?? 0) + 1);
  let messages = 0;
  let deliveries = 0;
  for (let seed = from; seed < to; seed++) {
    const plan = drawPlan(work.space, seed);
    const { violations, simulation } = runPlan(subject, plan);
    messages += simulation.deliveries;
    deliveries += deliveredIn(simulation, plan);
    for (const { node, behaviour } of plan.faults) {
      note(`behaviour ${behaviour}`);
      for (const kind of accusationsOf(simulation, node)) note(`fault ${kind}`);
    }
    for (const name of ['loss', 'duplication', 'partitions', 'cuts', 'slow', 'ordered'] as const) {
      if (plan.network[name] !== undefined) note(`network ${name}`);
    }
    if (violations.length > 0) return { schedules: seed - from + 1, messages, deliveries, failing: seed, exercised };
  }
  return { schedules: to - from, messages, deliveries, failing: undefined, exercised };
}

/** Values that the correct nodes of a run delivered. */
function deliveredIn(simulation: BroadcastSimulation, { faults }: RunPlan): number {
  const faulty = new Set(faults.map(({ node }) => node));
  const correct = nodeIds(simulation.group).filter((node) => !faulty.has(node));
  return correct.reduce((sum, node) => sum + simulation.outputs(node).length, 0);
}

/** Of what a node was accused in a run, each kind once. */
function accusationsOf(simulation: BroadcastSimulation, liar: NodeId): ReadonlySet<string> {
  const reports = nodeIds(simulation.group).flatMap((node) => simulation.faults(node));
  return new Set(reports.filter(({ peer }) => peer === liar).map(({ fault }) => fault.kind));
}
