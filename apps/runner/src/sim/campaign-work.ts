import { drawPlan, Exercised, runPlan, type CampaignSpace, type ExercisedJson } from '@quorate/simulation';
import { ofSeed } from './seed-of-error.js';
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
  readonly exercised: ExercisedJson;
}

/** Why an order could not be carried out: an error that can leave a thread. */
export interface CampaignFailure {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** Runs an order. Throws what a seed threw, with that seed. */
export const carryOut = (
  one: Pick<Simulatable, 'with'>,
  space: CampaignSpace,
  { from, to }: CampaignOrder,
): CampaignReport =>
  one.with(({ subject }): CampaignReport => {
    const exercised = new Exercised();
    const watched = exercised.watch(subject);
    let messages = 0;
    let deliveries = 0;
    for (let seed = from; seed < to; seed++) {
      const plan = drawPlan(space, seed, subject.mostFaulty);
      const { violations, simulation } = ofSeed(seed, () => runPlan(watched, plan));
      exercised.ran(plan, simulation);
      messages += simulation.deliveries;
      for (const node of simulation.correct) deliveries += simulation.outputs(node).length;
      if (violations.length === 0) continue;
      const schedules = seed - from + 1;
      return { schedules, messages, deliveries, failing: seed, exercised: exercised.toJSON() };
    }
    return { schedules: to - from, messages, deliveries, failing: undefined, exercised: exercised.toJSON() };
  });
