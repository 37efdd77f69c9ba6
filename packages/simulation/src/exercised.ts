import { createGroup, nodeIds, type Checker, type CheckerFactory, type NodeId } from '@quorate/transport';
import { MessageKinds } from './message-kinds.js';
import type { RunPlan } from './plan.js';
import type { Subject } from './subject.js';
import { specimenOf, traitsOf } from './traits.js';

/** What a campaign came near. Each is a count of runs by name, but `messages`: those count messages. */
export interface ExercisedJson {
  /** Messages that correct nodes sent, by their kinds; one to all counts once. */
  readonly messages: Counts;
  /** Rules of the protocol, as its checkers name them. */
  readonly rules: Counts;
  /** Behaviours of faulty nodes. */
  readonly behaviours: Counts;
  /** What the network, the disks and the clocks did: `loss`, `partitions`, `restarts`, … */
  readonly conditions: Counts;
  /** Faults that correct nodes reported. */
  readonly faults: Counts;
}

export type Counts = Readonly<Record<string, number>>;

/** The parts, in the order in which people read them. */
const parts = ['messages', 'rules', 'behaviours', 'conditions', 'faults'] as const;
type Part = (typeof parts)[number];

/** Fields of a plan's network that are conditions, and not merely numbers. */
const networkConditions = [
  'loss',
  'duplication',
  'partitions',
  'cuts',
  'slow',
  'starve',
  'heldBack',
  'lossy',
  'ordered',
];
/** Fields of a plan that are conditions. */
const planConditions = ['restarts', 'clocks', 'heal', 'fuzz', 'twins'];

/** What the simulation of a run tells. */
export interface RanSimulation {
  faults(node: NodeId): readonly { readonly fault: { readonly kind: string } }[];
}

/**
 * Counts what the runs of a campaign exercised, so that a campaign that never came near a rule is seen.
 *
 * ```ts
 * const exercised = new Exercised();
 * const watched = exercised.watch(subject);
 * for (…) exercised.ran(plan, runPlan(watched, plan).simulation);
 * exercised.toJSON();
 * exercised.missing(); // what never happened
 * ```
 */
export class Exercised {
  readonly #counts: Readonly<Record<Part, Map<string, number>>>;
  readonly #known: Readonly<Record<Part, Set<string>>>;
  /** Checkers of the run that is going on. */
  #checkers: { readonly exercised?: () => Iterable<string> }[] = [];

  constructor() {
    this.#counts = {
      messages: new Map(),
      rules: new Map(),
      behaviours: new Map(),
      conditions: new Map(),
      faults: new Map(),
    };
    this.#known = {
      messages: new Set(),
      rules: new Set(),
      behaviours: new Set(),
      conditions: new Set(),
      faults: new Set(),
    };
  }

  /** The same subject, watched. From here on what can happen to it is known: its messages, rules, faults, and the behaviours that apply. */
  watch<I, M, O, T, R>(subject: Subject<I, M, O, T, R>): Subject<I, M, O, T, R> {
    const traits = traitsOf(subject);
    const kinds = new MessageKinds(specimenOf(subject).schema.shape);
    for (const kind of traits.kinds) this.#known.messages.add(kind);
    for (const name of traits.behaviours) this.#known.behaviours.add(name);
    for (const { rules = [], faults = [] } of subject.checkers) {
      for (const rule of rules) this.#known.rules.add(rule);
      for (const kind of faults) this.#known.faults.add(kind);
    }
    const counting = { sent: (_: unknown, __: unknown, message: M) => this.#note('messages', kinds.nameOf(message)) };
    return { ...subject, checkers: [...subject.checkers.map((make) => this.#kept(make)), () => counting] };
  }

  /** A run of a watched subject is over. */
  ran(plan: RunPlan, simulation: RanSimulation): void {
    for (const rule of new Set(this.#checkers.flatMap((checker) => [...(checker.exercised?.() ?? [])])))
      this.#note('rules', rule);
    this.#checkers = [];
    for (const name of new Set(plan.faults.map(({ behaviour }) => behaviour))) this.#note('behaviours', name);
    for (const name of conditionsOf(plan)) this.#note('conditions', name);
    const faulty = new Set(plan.faults.map(({ node }) => node));
    const group = createGroup({ nodes: plan.nodes, faulty: plan.faulty, unsafe: true });
    const correct = nodeIds(group).filter((node) => !faulty.has(node));
    const kinds = correct.flatMap((node) => simulation.faults(node).map(({ fault }) => fault.kind));
    for (const kind of new Set(kinds)) this.#note('faults', kind);
  }

  /** Adds what was counted elsewhere, on another thread. */
  add(other: ExercisedJson): void {
    for (const part of parts) {
      for (const [name, count] of Object.entries(other[part])) this.#note(part, name, count);
    }
  }

  /** What can happen to the watched subject, and never did. */
  missing(): readonly { readonly part: Part; readonly name: string }[] {
    return parts.flatMap((part) =>
      [...this.#known[part]].filter((name) => !this.#counts[part].has(name)).map((name) => ({ part, name })),
    );
  }

  toJSON(): ExercisedJson {
    const of = (part: Part): Counts =>
      Object.fromEntries([...this.#counts[part]].toSorted(([a], [b]) => (a < b ? -1 : 1)));
    return {
      messages: of('messages'),
      rules: of('rules'),
      behaviours: of('behaviours'),
      conditions: of('conditions'),
      faults: of('faults'),
    };
  }

  #kept<I, M, O>(make: CheckerFactory<I, M, O>): CheckerFactory<I, M, O> {
    return (run): Checker<I, M, O> => {
      const checker = make(run);
      if (checker.exercised !== undefined) this.#checkers.push(checker);
      return checker;
    };
  }

  #note(part: Part, name: string, count = 1): undefined {
    this.#counts[part].set(name, (this.#counts[part].get(name) ?? 0) + count);
  }
}

const isThere = ([, value]: readonly [string, unknown]): boolean =>
  value !== undefined && value !== false && value !== 0 && !(Array.isArray(value) && value.length === 0);

const named = (fields: object, names: readonly string[]): readonly string[] =>
  Object.entries(fields)
    .filter((entry) => names.includes(entry[0]) && isThere(entry))
    .map(([name]) => name);

function conditionsOf(plan: RunPlan): readonly string[] {
  const { shape } = { shape: undefined, ...plan.network.latency };
  const delays = shape === undefined || shape === 'uniform' ? [] : [`${shape} delays`];
  return [...named(plan.network, networkConditions), ...named(plan, planConditions), ...delays];
}
