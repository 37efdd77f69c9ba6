import type { Violation } from '@quorate/transport';
import type { RunPlan } from './plan.js';
import { runPlan } from './run-plan.js';
import type { ScheduledEvent } from './schedule.js';
import { simplerPlans } from './simpler-plans.js';
import type { Subject } from './subject.js';

/** A failure made small. */
export interface Shrunk {
  readonly plan: RunPlan;
  readonly violation: Violation;
  /** Runs that it took. */
  readonly runs: number;
}

export interface ShrinkOptions {
  /** Asked before each run: whether to go on. What was reached by then is the answer. */
  readonly more?: () => boolean;
}

/** A failure is tried to be made smaller this many times at most, … */
const mostRuns = 5_000;
/** … and until this many messages were handed over: large groups take long. */
const mostDeliveries = 20_000_000;

/**
 * Makes a failing plan small: first what was drawn (nodes together with f, faults, values, what else happens, network), then,
 * for a safety violation, the events themselves, until none can be left out. What counts as the same failure is the same property.
 */
export function shrink<I, M, O, T = never, R = never>(
  subject: Subject<I, M, O, T, R>,
  plan: RunPlan,
  violation: Violation,
  { more = () => true }: ShrinkOptions = {},
): Shrunk {
  let best: Shrunk = { plan, violation, runs: 0 };
  for (const step of shrinkSteps(subject, plan, violation)) {
    best = step;
    if (!more()) break;
  }
  return best;
}

/**
 * The same, step by step, for whoever must look up between two runs (to let a signal come through): after each run the smallest failure so far. Whoever
 * stops listening has it.
 */
export function* shrinkSteps<I, M, O, T = never, R = never>(
  subject: Subject<I, M, O, T, R>,
  plan: RunPlan,
  violation: Violation,
): Generator<Shrunk, void> {
  const search = new Search(subject, plan, violation);
  yield search.best;
  yield* search.simplify();
  if (violation.kind !== 'safety') return;
  yield* search.dropEvents();
  yield* search.tidy();
}

class Search<I, M, O, T, R> {
  readonly #subject: Subject<I, M, O, T, R>;
  #plan: RunPlan;
  #violation: Violation;
  #runs = 0;
  #deliveries = 0;

  constructor(subject: Subject<I, M, O, T, R>, plan: RunPlan, violation: Violation) {
    this.#subject = subject;
    this.#plan = plan;
    this.#violation = violation;
  }

  get best(): Shrunk {
    return { plan: this.#plan, violation: this.#violation, runs: this.#runs };
  }

  /** Takes the first simpler plan that still fails, until none does. */
  *simplify(): Generator<Shrunk> {
    const { mostFaulty, sized } = this.#subject;
    for (let found = true; found;) {
      found = false;
      for (const simpler of simplerPlans(this.#plan, mostFaulty, sized)) {
        if (this.#tired) return;
        found = this.#try(simpler);
        yield this.best;
        if (found) break;
      }
    }
  }

  /** Delta debugging over the events of the failing run: halves, quarters, … single ones are left out. */
  *dropEvents(): Generator<Shrunk> {
    let events: readonly ScheduledEvent[] = this.#recorded();
    if (!this.#try({ ...this.#plan, schedule: events })) return;
    for (let size = Math.ceil(events.length / 2); size >= 1 && !this.#tired;) {
      const before = events.length;
      for (let at = events.length - size; at > -size && !this.#tired; at -= size) {
        const from = Math.max(0, at);
        const fewer = [...events.slice(0, from), ...events.slice(at + size)];
        if (this.#try({ ...this.#plan, schedule: fewer })) events = fewer;
        yield this.best;
      }
      if (size > 1) size = Math.ceil(size / 2);
      else if (events.length === before) break;
    }
  }

  /** With the events given, what the network would have done decides nothing any more. */
  *tidy(): Generator<Shrunk> {
    if (this.#plan.schedule === undefined) return;
    const { heal: _, clocks: __, disk: ___, ...plain } = this.#plan;
    for (const simpler of [
      { ...this.#plan, network: {} },
      { ...plain, network: {} },
    ]) {
      if (this.#tired) return;
      this.#try(simpler);
      yield this.best;
    }
  }

  get #tired(): boolean {
    return this.#runs >= mostRuns || this.#deliveries >= mostDeliveries;
  }

  #recorded(): readonly ScheduledEvent[] {
    const events: ScheduledEvent[] = [];
    runPlan(this.#subject, this.#plan, { record: (event) => events.push(event) });
    return events;
  }

  #try(plan: RunPlan): boolean {
    this.#runs++;
    const same = this.#violationOf(plan);
    if (same === undefined) return false;
    this.#plan = plan;
    this.#violation = same;
    return true;
  }

  /**
   * The violation that is looked for. A simpler plan may be none (a node that lost its disk is one too many in a smaller group), or may make the
   * protocol fail in another way: what was found is worth more.
   */
  #violationOf(plan: RunPlan): Violation | undefined {
    try {
      const { violations, simulation } = runPlan(this.#subject, plan);
      this.#deliveries += simulation.deliveries;
      return violations.find(({ property }) => property === this.#violation.property);
    } catch {
      return undefined;
    }
  }
}
