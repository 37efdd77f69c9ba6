import type { NodeId } from '@quorate/transport';
import { drawPlan, runPlan, type CampaignSpace, type Simulation } from '@quorate/simulation';
import { correctNodes } from './simulate.js';
import type { Simulatable } from './subjects.js';

/** Seeds to run: from … to − 1. */
export interface CampaignOrder {
  readonly from: number;
  readonly to: number;
}

/** What came of an order. */
export interface CampaignReport {
  readonly schedules: number;
  /** Messages handed over, and values that correct nodes put out. */
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
export const carryOut = (one: Simulatable, space: CampaignSpace, { from, to }: CampaignOrder): CampaignReport =>
  one.with(({ subject }): CampaignReport => {
    const exercised = new Map<string, number>();
    const note = (name: string): void => void exercised.set(name, (exercised.get(name) ?? 0) + 1);
    let messages = 0;
    let deliveries = 0;
    for (let seed = from; seed < to; seed++) {
      const plan = drawPlan(space, seed, subject.mostFaulty);
      const { violations, simulation } = runPlan(subject, plan);
      messages += simulation.deliveries;
      for (const node of correctNodes(plan)) deliveries += simulation.outputs(node).length;
      for (const { node, behaviour } of plan.faults) {
        note(`behaviour ${behaviour}`);
        for (const kind of accusationsOf(simulation, correctNodes(plan), node)) note(`fault ${kind}`);
      }
      for (const name of ['loss', 'duplication', 'partitions', 'cuts', 'slow', 'ordered'] as const) {
        if (plan.network[name] !== undefined) note(`network ${name}`);
      }
      if (violations.length > 0) return { schedules: seed - from + 1, messages, deliveries, failing: seed, exercised };
    }
    return { schedules: to - from, messages, deliveries, failing: undefined, exercised };
  });

/** Of what a node was accused by correct ones in a run, each kind once. */
function accusationsOf<I, M, O, T, R>(
  simulation: Simulation<I, M, O, T, R>,
  correct: readonly NodeId[],
  liar: NodeId,
): ReadonlySet<string> {
  const reports = correct.flatMap((node) => simulation.faults(node));
  return new Set(reports.filter(({ peer }) => peer === liar).map(({ fault }) => fault.kind));
}
