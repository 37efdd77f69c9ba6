/**
 * What witnesses promise, as an observer outside checks it. It sees what correct nodes put in, broadcast and put out; what a
 * faulty node does concerns nobody. Works over every broadcast whose originating message is `{ kind: 'input', payload }`.
 *
 * WIT1 termination · WIT2 overlap · WIT3 consistency · WIT4 integrity · WIT5 coverage · WIT6 distinct witnesses.
 */
import type { RoundValue } from '@quorate/reliable-broadcast';
import {
  allCorrect,
  codec,
  equalBytes,
  NodeSet,
  Refusal,
  type Checker,
  type CheckerFactory,
  type Codec,
  type Group,
  type NodeId,
  type Violation,
} from '@quorate/reliable-broadcast/contract';
import { faultKinds } from './faults.js';
import { messageSchema, type Message } from './message.js';
import type { Witnessed } from './witness-layer.js';

/** The names of the properties, in the order in which tables show them. */
export const properties: Readonly<Record<string, string>> = {
  termination: 'WIT1 termination',
  overlap: 'WIT2 overlap',
  consistency: 'WIT3 consistency',
  integrity: 'WIT4 integrity',
  coverage: 'WIT5 coverage',
  distinctWitnesses: 'WIT6 distinct witnesses',
};

const exercisedRules = {
  exactly: 'output with exactly n − f values',
  more: 'output with more than n − f values',
  valuesGrew: 'output again upon a late value',
  witnessesGrew: 'output again upon a late witness',
  differ: 'first outputs of two nodes that differ',
} as const;

/** Every rule that the checker tells a run from another by. */
export const rules: readonly string[] = Object.values(exercisedRules);

export interface WitnessObserverOptions {
  readonly group: Group;
  /** The nodes that keep to the protocol. */
  readonly correct: readonly NodeId[];
}

/** What was seen of one round. */
interface Seen {
  /** What correct nodes put in. */
  readonly inputs: Map<NodeId, Uint8Array>;
  /** What correct nodes reported. */
  readonly reports: Map<NodeId, NodeSet>;
  /** What correct nodes put out first, and last. */
  readonly first: Map<NodeId, Witnessed>;
  readonly last: Map<NodeId, Witnessed>;
  /** The value of each node as it first came out anywhere. */
  readonly values: Map<NodeId, Uint8Array>;
}

/** No value of the runs that are observed is longer, and no payload of a layer above. */
const longest = 2 ** 27;

/** Watches one run. Each method answers the violation that the event shows, if it does. Memory grows with the rounds of the run. */
export class WitnessObserver implements Checker<RoundValue, unknown, Witnessed> {
  readonly #group: Group;
  readonly #correct: Set<NodeId>;
  readonly #messages: Codec<Message>;
  readonly #rounds = new Map<number, Seen>();
  readonly #exercised = new Set<string>();

  constructor({ group, correct }: WitnessObserverOptions) {
    this.#group = group;
    this.#correct = new Set(correct);
    this.#messages = codec(messageSchema(group, longest, longest));
  }

  /** A node put this in. */
  input(node: NodeId, { round, value }: RoundValue): undefined {
    if (this.#correct.has(node)) this.#of(round).inputs.set(node, new Uint8Array(value));
  }

  /** A node sent this. Its report is all that is looked at. */
  sent(node: NodeId, to: NodeId | 'all', message: unknown): undefined {
    if (to !== 'all' || !this.#correct.has(node) || !originates(message)) return;
    const read = this.#messages.decode(message.payload);
    if (read instanceof Refusal || read.kind !== 'report') return;
    const report = NodeSet.fromBytes(read.senders, this.#group.n);
    if (report !== undefined) this.#of(read.round).reports.set(node, report);
  }

  /** A node put this out. */
  output(node: NodeId, output: Witnessed): Violation | undefined {
    if (!this.#correct.has(node)) return undefined;
    const seen = this.#of(output.round);
    const violation =
      this.#values(node, output, seen) ?? this.#coverage(node, output, seen) ?? this.#growth(node, output, seen);
    this.#note(output, seen.last.get(node), seen);
    seen.last.set(node, output);
    if (seen.first.has(node)) return violation;
    seen.first.set(node, output);
    return violation ?? this.#overlap(node, output, seen) ?? this.#distinct(node, output);
  }

  /** What outputs of the run showed. */
  exercised(): Iterable<string> {
    return this.#exercised;
  }

  /** From now on the node counts among the faulty ones. */
  faulty(node: NodeId): void {
    this.#correct.delete(node);
    for (const { inputs, reports, first, last } of this.#rounds.values()) {
      for (const seen of [inputs, reports, first, last]) seen.delete(node);
    }
  }

  /** The run is over: nothing is in flight between correct nodes. A round counts when every correct node put a value in. */
  *end(): Generator<Violation> {
    for (const [round, { inputs, first }] of this.#rounds) {
      if (inputs.size < this.#correct.size) continue;
      const missing = [...this.#correct].filter((node) => !first.has(node));
      if (missing.length === 0) continue;
      const detail = `nothing came out of round ${round} at node ${missing.join(', ')}`;
      yield { property: properties['termination'] ?? '', kind: 'liveness', detail };
    }
  }

  #values(node: NodeId, { round, values }: Witnessed, seen: Seen): Violation | undefined {
    for (const [sender, value] of values) {
      const what = `round ${round} at node ${node}: the value of node ${sender}`;
      if (this.#correct.has(sender)) {
        const input = seen.inputs.get(sender);
        if (input === undefined || !equalBytes(input, value))
          return safety('integrity', `${what} is none that it put in`);
      }
      const known = seen.values.get(sender);
      if (known === undefined) seen.values.set(sender, value);
      else if (!equalBytes(known, value)) return safety('consistency', `${what} is another one than elsewhere`);
    }
    return undefined;
  }

  #coverage(node: NodeId, { round, values, witnesses }: Witnessed, seen: Seen): Violation | undefined {
    for (const witness of witnesses) {
      for (const sender of seen.reports.get(witness) ?? []) {
        if (values.has(sender)) continue;
        const detail = `round ${round} at node ${node}: no value of node ${sender}, which witness ${witness} reported`;
        return safety('coverage', detail);
      }
    }
    return undefined;
  }

  /** Whoever counted two reports of one node has fewer witnesses than it counted. */
  #distinct(node: NodeId, { round, witnesses }: Witnessed): Violation | undefined {
    const least = allCorrect(this.#group);
    if (witnesses.size >= least) return undefined;
    const detail = `round ${round} at node ${node}: ${witnesses.size} different witnesses, not ${least}`;
    return safety('distinctWitnesses', detail);
  }

  #growth(node: NodeId, { round, values, witnesses }: Witnessed, seen: Seen): Violation | undefined {
    const before = seen.last.get(node);
    if (before === undefined) return undefined;
    const lost = [...before.values.keys()].find((sender) => !values.has(sender));
    if (lost !== undefined)
      return safety('coverage', `round ${round} at node ${node}: the value of node ${lost} was lost`);
    const left = [...before.witnesses].find((witness) => !witnesses.has(witness));
    return left === undefined
      ? undefined
      : safety('coverage', `round ${round} at node ${node}: witness ${left} was lost`);
  }

  #note({ values, witnesses }: Witnessed, before: Witnessed | undefined, { first }: Seen): void {
    const note = this.#exercised;
    if (before !== undefined) {
      if (values.size > before.values.size) note.add(exercisedRules.valuesGrew);
      if (witnesses.size > before.witnesses.size) note.add(exercisedRules.witnessesGrew);
      return;
    }
    note.add(values.size > allCorrect(this.#group) ? exercisedRules.more : exercisedRules.exactly);
    for (const other of first.values()) {
      if ([...values.keys()].some((sender) => !other.values.has(sender))) note.add(exercisedRules.differ);
    }
  }

  #overlap(node: NodeId, { round, values }: Witnessed, seen: Seen): Violation | undefined {
    for (const [other, output] of seen.first) {
      const shared = [...values].filter(([sender, value]) => holds(output, sender, value)).length;
      if (shared >= allCorrect(this.#group)) continue;
      return safety('overlap', `round ${round}: nodes ${other} and ${node} share ${shared} values`);
    }
    return undefined;
  }

  #of(round: number): Seen {
    let seen = this.#rounds.get(round);
    if (seen === undefined) {
      seen = { inputs: new Map(), reports: new Map(), first: new Map(), last: new Map(), values: new Map() };
      this.#rounds.set(round, seen);
    }
    return seen;
  }
}

/** The checker for simulations. */
export const witnessProperties: CheckerFactory<RoundValue, unknown, Witnessed> = Object.assign(
  (run: WitnessObserverOptions) => new WitnessObserver(run),
  { rules, faults: faultKinds },
);

/** Whether a message puts a payload of its sender under way, as far as one can tell from outside. */
const originates = (message: unknown): message is { readonly payload: Uint8Array } =>
  typeof message === 'object' &&
  message !== null &&
  'kind' in message &&
  message.kind === 'input' &&
  'payload' in message &&
  message.payload instanceof Uint8Array;

function holds({ values }: Witnessed, sender: NodeId, value: Uint8Array): boolean {
  const known = values.get(sender);
  return known !== undefined && equalBytes(known, value);
}

const safety = (name: string, detail: string): Violation => ({
  property: properties[name] ?? name,
  kind: 'safety',
  detail,
});
