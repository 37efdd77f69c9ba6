/**
 * What aggregated witnesses promise, as an observer outside checks it: everything that witnesses do (WIT1 … WIT6), and
 *
 * AGG1 common core · AGG2 witness overlap.
 */
import {
  allCorrect,
  equalBytes,
  type Checker,
  type CheckerFactory,
  type Group,
  type NodeId,
  type RoundValue,
  type Violation,
} from '@quorate/witness/contract';
import {
  properties as witnessProperties,
  rules as witnessRules,
  witnessProperties as witnessChecker,
  WitnessObserver,
  type WitnessObserverOptions,
} from '@quorate/witness';
import { faultKinds } from './faults.js';
import type { AggregatedWitnessed } from './aggregated-witness.js';

/** The names of the properties, in the order in which tables show them. */
export const properties: Readonly<Record<string, string>> = {
  ...witnessProperties,
  commonCore: 'AGG1 common core',
  witnessOverlap: 'AGG2 witness overlap',
};

const exercisedRules = {
  aggregatedGrew: 'output again upon a late aggregated report',
  witnessesDiffer: 'first outputs of two nodes with different witnesses',
} as const;

/** Every rule that the checker tells a run from another by. */
export const rules: readonly string[] = [...witnessRules, ...Object.values(exercisedRules)];

/** Watches one run. Each method answers the violation that the event shows, if it does. Memory grows with the rounds of the run. */
export class AggregatedWitnessObserver implements Checker<RoundValue, unknown, AggregatedWitnessed> {
  readonly #group: Group;
  readonly #correct: Set<NodeId>;
  readonly #witnesses: WitnessObserver;
  readonly #exercised = new Set<string>();
  /** What each correct node put out first, by round. */
  readonly #first = new Map<number, Map<NodeId, AggregatedWitnessed>>();

  constructor(options: WitnessObserverOptions) {
    this.#group = options.group;
    this.#correct = new Set(options.correct);
    this.#witnesses = new WitnessObserver(options);
  }

  /** A node put this in. */
  input(node: NodeId, value: RoundValue): undefined {
    this.#witnesses.input(node, value);
  }

  /** A node sent this. */
  sent(node: NodeId, to: NodeId | 'all', message: unknown): undefined {
    this.#witnesses.sent(node, to, message);
  }

  /** A node put this out. */
  output(node: NodeId, output: AggregatedWitnessed): Violation | undefined {
    if (!this.#correct.has(node)) return undefined;
    const violation = this.#witnesses.output(node, output);
    const first = this.#of(output.round);
    this.#note(output, first, first.get(node));
    if (first.has(node)) return violation;
    first.set(node, output);
    return violation ?? this.#commonCore(output.round, first) ?? this.#witnessOverlap(node, output, first);
  }

  /** What outputs of the run showed. */
  exercised(): Iterable<string> {
    return [...this.#witnesses.exercised(), ...this.#exercised];
  }

  /** From now on the node counts among the faulty ones. */
  faulty(node: NodeId): void {
    this.#correct.delete(node);
    this.#witnesses.faulty(node);
    for (const first of this.#first.values()) first.delete(node);
  }

  /** The run is over: nothing is in flight between correct nodes. */
  end(): Iterable<Violation> {
    return this.#witnesses.end();
  }

  #note(
    { witnesses, aggregatedWitnesses }: AggregatedWitnessed,
    first: ReadonlyMap<NodeId, AggregatedWitnessed>,
    before: AggregatedWitnessed | undefined,
  ): void {
    if (before !== undefined) {
      const grew = aggregatedWitnesses.size > before.aggregatedWitnesses.size;
      if (grew) this.#exercised.add(exercisedRules.aggregatedGrew);
      return;
    }
    for (const other of first.values()) {
      const differ = [...witnesses].some((witness) => !other.witnesses.has(witness));
      if (differ) this.#exercised.add(exercisedRules.witnessesDiffer);
    }
  }

  #commonCore(round: number, first: ReadonlyMap<NodeId, AggregatedWitnessed>): Violation | undefined {
    const size = commonCore([...first.values()]);
    if (size >= allCorrect(this.#group)) return undefined;
    return safety('commonCore', `round ${round}: nodes ${[...first.keys()].join(', ')} have ${size} values in common`);
  }

  #witnessOverlap(
    node: NodeId,
    { round, witnesses }: AggregatedWitnessed,
    first: ReadonlyMap<NodeId, AggregatedWitnessed>,
  ): Violation | undefined {
    for (const [other, output] of first) {
      const shared = [...witnesses].filter((witness) => output.witnesses.has(witness)).length;
      if (shared >= allCorrect(this.#group)) continue;
      return safety('witnessOverlap', `round ${round}: nodes ${other} and ${node} share ${shared} witnesses`);
    }
    return undefined;
  }

  #of(round: number): Map<NodeId, AggregatedWitnessed> {
    const known = this.#first.get(round);
    if (known !== undefined) return known;
    const first = new Map<NodeId, AggregatedWitnessed>();
    this.#first.set(round, first);
    return first;
  }
}

/** Nobody is told of a layer above the witness layer, because this one stands there: `nobody-above` is this layer's then. */
const faults: readonly string[] = [...new Set([...(witnessChecker.faults ?? []), ...faultKinds])];

/** The checker for simulations. */
export const aggregatedWitnessProperties: CheckerFactory<RoundValue, unknown, AggregatedWitnessed> = Object.assign(
  (run: WitnessObserverOptions) => new AggregatedWitnessObserver(run),
  { rules, faults },
);

/** How many values, each with its sender, all of these outputs hold. */
export function commonCore(outputs: readonly { readonly values: ReadonlyMap<NodeId, Uint8Array> }[]): number {
  const [first, ...others] = outputs;
  if (first === undefined) return 0;
  const isShared = ([sender, value]: readonly [NodeId, Uint8Array]): boolean =>
    others.every(({ values }) => {
      const known = values.get(sender);
      return known !== undefined && equalBytes(known, value);
    });
  return [...first.values].filter(isShared).length;
}

const safety = (name: string, detail: string): Violation => ({
  property: properties[name] ?? name,
  kind: 'safety',
  detail,
});
