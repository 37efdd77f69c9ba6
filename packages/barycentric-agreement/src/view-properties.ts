/**
 * What the stable vector promises, as an observer outside checks it.
 *
 * BA1 views of correct nodes are ordered by inclusion · BA2 a view has at least n − f values · BA3 no two views hold different
 * values for one node, and what they hold of a correct node is what it put in (WIT3, WIT4) · BA4 every correct node gets a
 * view of every round into which all correct nodes put a value · BA5 one view for each round.
 */
import {
  allCorrect,
  equalBytes,
  type Checker,
  type CheckerFactory,
  type Group,
  type NodeId,
  type Violation,
} from '@quorate/reliable-broadcast/contract';
import type { Collected, RoundValue } from '@quorate/reliable-broadcast';
import { viewFaults } from './faults.js';

/** The names of the properties, in the order in which tables show them. */
export const viewProperties: Readonly<
  Record<'inclusion' | 'size' | 'consistency' | 'integrity' | 'termination' | 'once', string>
> = {
  inclusion: 'BA1 inclusion',
  size: 'BA2 n − f values',
  consistency: 'BA3 consistency',
  integrity: 'BA3 integrity',
  termination: 'BA4 termination',
  once: 'BA5 one view',
};

/** What a run can come near. */
const rules = {
  exactly: 'view of exactly n − f values',
  some: 'view of more than n − f values, but not of all',
  all: 'view of all values',
  differ: 'views of two nodes that differ',
} as const;

interface RoundSeen {
  readonly inputs: Map<NodeId, Uint8Array>;
  readonly views: Map<NodeId, ReadonlyMap<NodeId, Uint8Array>>;
}

/** Watches one run; memory grows with the number of rounds of the run. */
export class ViewObserver implements Checker<RoundValue, unknown, Collected> {
  readonly #group: Group;
  readonly #correct: Set<NodeId>;
  readonly #rounds = new Map<number, RoundSeen>();
  readonly #exercised = new Set<string>();

  constructor({ group, correct }: { readonly group: Group; readonly correct: readonly NodeId[] }) {
    this.#group = group;
    this.#correct = new Set(correct);
  }

  input(node: NodeId, { round, value }: RoundValue): Violation | undefined {
    if (this.#correct.has(node)) this.#of(round).inputs.set(node, value);
    return undefined;
  }

  output(node: NodeId, { round, values }: Collected): Violation | undefined {
    if (!this.#correct.has(node)) return undefined;
    const seen = this.#of(round);
    const what = `node ${node} in round ${round}`;
    if (seen.views.has(node)) return safety('once', `${what}: a second view`);
    if (values.size < allCorrect(this.#group)) return safety('size', `${what}: ${values.size} values`);
    for (const [sender, value] of values) {
      const input = seen.inputs.get(sender);
      if (this.#correct.has(sender) && !(input !== undefined && equalBytes(input, value)))
        return safety('integrity', `${what}: node ${sender} never put that in`);
    }
    for (const [other, view] of seen.views) {
      const problem = problemOf(values, view);
      if (problem !== undefined) return safety(problem, `${what}, beside the view of node ${other}`);
    }
    this.#note(values.size, seen);
    seen.views.set(node, values);
    return undefined;
  }

  /** What outputs of the run showed. */
  exercised(): Iterable<string> {
    return this.#exercised;
  }

  /** From now on the node counts among the faulty ones. */
  faulty(node: NodeId): void {
    this.#correct.delete(node);
    for (const { inputs, views } of this.#rounds.values()) {
      inputs.delete(node);
      views.delete(node);
    }
  }

  /** The run is over: nothing is in flight between correct nodes. */
  *end(): Generator<Violation> {
    for (const [round, { inputs, views }] of this.#rounds) {
      if (inputs.size < this.#correct.size) continue;
      for (const node of this.#correct) {
        if (!views.has(node)) yield violation('liveness', 'termination', `node ${node} has no view of round ${round}`);
      }
    }
  }

  #note(size: number, { views }: RoundSeen): void {
    if (size === allCorrect(this.#group)) this.#exercised.add(rules.exactly);
    else this.#exercised.add(size < this.#group.n ? rules.some : rules.all);
    if ([...views.values()].some((view) => view.size !== size)) this.#exercised.add(rules.differ);
  }

  #of(round: number): RoundSeen {
    let seen = this.#rounds.get(round);
    if (seen === undefined) {
      seen = { inputs: new Map(), views: new Map() };
      this.#rounds.set(round, seen);
    }
    return seen;
  }
}

type Values = ReadonlyMap<NodeId, Uint8Array>;
type Name = keyof typeof viewProperties;

function problemOf(one: Values, other: Values): Name | undefined {
  const [small, large] = one.size <= other.size ? [one, other] : [other, one];
  for (const [sender, value] of small) {
    const same = large.get(sender);
    if (same !== undefined && !equalBytes(same, value)) return 'consistency';
  }
  return [...small.keys()].every((sender) => large.has(sender)) ? undefined : 'inclusion';
}

/** The checker for simulations. */
export const stableVectorProperties: CheckerFactory<RoundValue, unknown, Collected> = Object.assign(
  (run: ConstructorParameters<typeof ViewObserver>[0]) => new ViewObserver(run),
  { rules: Object.values(rules), faults: viewFaults },
);

const violation = (kind: Violation['kind'], name: Name, detail: string): Violation => ({
  property: viewProperties[name],
  kind,
  detail,
});
const safety = (name: Name, detail: string): Violation => violation('safety', name, detail);
