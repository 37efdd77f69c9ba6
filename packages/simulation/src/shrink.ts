import { maxFaulty, type NodeId, type Violation } from '@quorate/transport';
import type { RunPlan } from './plan.js';
import { runPlan } from './run-plan.js';
import type { ScheduledEvent } from './schedule.js';
import type { Subject } from './subject.js';

/** A failure made small. */
export interface Shrunk {
  readonly plan: RunPlan;
  readonly violation: Violation;
  /** Runs that it took. */
  readonly runs: number;
}

/** A failure is tried to be made smaller this many times at most, … */
const mostRuns = 5_000;
/** … and until this many messages were handed over: large groups take long. */
const mostDeliveries = 20_000_000;

/**
 * Makes a failing plan small: first what was drawn (faults, values, network, the size of the group together with f), then,
 * for a safety violation, the events themselves, until none can be left out. What counts as the same failure is the same property.
 */
export function shrink<I, M, O, T = never, R = never>(
  subject: Subject<I, M, O, T, R>,
  plan: RunPlan,
  violation: Violation,
): Shrunk {
  const search = new Search(subject, plan, violation);
  search.simplify();
  if (violation.kind === 'safety') search.dropEvents();
  return { plan: search.plan, violation: search.violation, runs: search.runs };
}

class Search<I, M, O, T, R> {
  readonly #subject: Subject<I, M, O, T, R>;
  plan: RunPlan;
  violation: Violation;
  runs = 0;
  #deliveries = 0;

  constructor(subject: Subject<I, M, O, T, R>, plan: RunPlan, violation: Violation) {
    this.#subject = subject;
    this.plan = plan;
    this.violation = violation;
  }

  /** Takes the first simpler plan that still fails, until none does. */
  simplify(): void {
    for (let found = true; found;) {
      found = false;
      for (const simpler of simplerPlans(this.plan, this.#subject.mostFaulty)) {
        if (this.#tired) return;
        found = this.#try(simpler);
        if (found) break;
      }
    }
  }

  /** Delta debugging over the events of the failing run: halves, quarters, … single ones are left out. */
  dropEvents(): void {
    let events: readonly ScheduledEvent[] = this.#recorded();
    if (!this.#try({ ...this.plan, schedule: events })) return;
    for (let size = Math.ceil(events.length / 2); size >= 1 && !this.#tired;) {
      const before = events.length;
      for (let at = events.length - size; at > -size && !this.#tired; at -= size) {
        const from = Math.max(0, at);
        const fewer = [...events.slice(0, from), ...events.slice(at + size)];
        if (this.#try({ ...this.plan, schedule: fewer })) events = fewer;
      }
      if (size > 1) size = Math.ceil(size / 2);
      else if (events.length === before) break;
    }
  }

  get #tired(): boolean {
    return this.runs >= mostRuns || this.#deliveries >= mostDeliveries;
  }

  #recorded(): readonly ScheduledEvent[] {
    const events: ScheduledEvent[] = [];
    runPlan(this.#subject, this.plan, { record: (event) => events.push(event) });
    return events;
  }

  #try(plan: RunPlan): boolean {
    this.runs++;
    const { violations, simulation } = runPlan(this.#subject, plan);
    this.#deliveries += simulation.deliveries;
    const same = violations.find(({ property }) => property === this.violation.property);
    if (same === undefined) return false;
    this.plan = plan;
    this.violation = same;
    return true;
  }
}

/** The most faults that a group of so many nodes tolerates. */
type MostFaulty = (nodes: number) => number;

/** Plans that are simpler by one thing each, the greatest simplification first. */
function* simplerPlans(plan: RunPlan, mostFaulty: MostFaulty = maxFaulty): Generator<RunPlan> {
  yield* smallerGroups(plan, mostFaulty);
  for (const fault of plan.faults) yield { ...plan, faults: plan.faults.filter((other) => other !== fault) };
  if (plan.senders.length > 1) {
    for (const sender of plan.senders) yield { ...plan, senders: [sender] };
    for (const sender of plan.senders) yield { ...plan, senders: plan.senders.filter((other) => other !== sender) };
  }
  if (plan.count > 1) yield { ...plan, count: 1 };
  for (const fault of plan.faults) {
    if (fault.when === undefined) continue;
    const { when: _, ...always } = fault;
    yield { ...plan, faults: plan.faults.map((other) => (other === fault ? always : other)) };
  }
  yield* fewerRestarts(plan);
  yield* simplerNetworks(plan);
}

function* fewerRestarts(plan: RunPlan): Generator<RunPlan> {
  const { restarts = [] } = plan;
  for (const restart of restarts) yield { ...plan, restarts: restarts.filter((other) => other !== restart) };
  for (const key of ['clocks', 'disk', 'heal'] as const) {
    if (plan[key] === undefined) continue;
    const { [key]: _, ...rest } = plan;
    yield rest;
  }
}

function* smallerGroups(plan: RunPlan, mostFaulty: MostFaulty): Generator<RunPlan> {
  for (let nodes = 1; nodes < plan.nodes; nodes++) {
    const faulty = plan.unsafe ? Math.min(plan.faulty, nodes - 1) : Math.min(plan.faulty, mostFaulty(nodes));
    if (faulty === 0 && plan.faulty > 0) continue;
    const within = (node: NodeId): boolean => node < nodes;
    const faults = plan.faults.filter(({ node }) => within(node));
    if (!plan.unsafe && faults.length > faulty) continue;
    const { partitions: _, cuts: __, slow: ___, starve: ____, ...network } = plan.network;
    const restarts = plan.restarts?.filter(({ node }) => within(node));
    const clocks = plan.clocks?.filter(([node]) => within(node));
    const fewer = { ...(restarts && { restarts }), ...(clocks && { clocks }) };
    yield { ...plan, nodes, faulty, faults, network, ...fewer, senders: plan.senders.filter(within) };
  }
}

function* simplerNetworks(plan: RunPlan): Generator<RunPlan> {
  for (const key of [
    'loss',
    'duplication',
    'partitions',
    'cuts',
    'slow',
    'starve',
    'heldBack',
    'ordered',
    'lossy',
  ] as const) {
    if (plan.network[key] === undefined) continue;
    const { [key]: _, ...network } = plan.network;
    yield { ...plan, network };
  }
  const { min, max } = plan.network.latency ?? { min: 1, max: 10 };
  if (min !== 1 || max !== 1) yield { ...plan, network: { ...plan.network, latency: { min: 1, max: 1 } } };
}
