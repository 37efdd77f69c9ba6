/**
 * What voting promises in synchronous runs, as an observer outside checks it. The observer sees what correct nodes send and
 * output; what a faulty node does concerns nobody.
 *
 * VOTE1 agreement · VOTE2 validity · VOTE3 irrevocability · VOTE4 termination · VOTE5 one decision per round · VOTE6 no false proof.
 */
import type { Checker, CheckerFactory, Fault, NodeId, Violation } from '@quorate/transport/contract';
import type { Message } from './message.js';
import type { Output } from './output.js';
import { belowThousand, keyOf, same, type Batch, type Opinion, type Rule } from './value.js';

/** The names of the properties, in the order in which tables show them. */
export const properties: Readonly<Record<string, string>> = {
  agreement: 'VOTE1 agreement',
  validity: 'VOTE2 validity',
  irrevocability: 'VOTE3 irrevocability',
  termination: 'VOTE4 termination',
  onePerRound: 'VOTE5 one decision per round',
  noFalseProof: 'VOTE6 no false proof',
};

export interface VotingObserverOptions {
  /** The nodes that keep to the protocol from the first to the last moment. */
  readonly correct: readonly NodeId[];
  readonly rounds: number;
  readonly rule?: Rule;
}

type Decision = Output & { readonly kind: 'decision' };

/** Watches one run. Each method answers the violation that the event shows, if it does. */
export class VotingObserver implements Checker<number, Message, Output> {
  readonly #correct: Set<NodeId>;
  readonly #rounds: number;
  readonly #rule: Rule;
  /** What correct leaders proposed, by round and attempt. */
  readonly #proposed = new Map<string, { readonly leader: NodeId; readonly value: Opinion }>();
  /** How often each node has started: who did so twice was faulty for a while, and its proposals promise nothing. */
  readonly #lives = new Map<NodeId, number>();
  /** The decision of each round, by whom it was first seen. */
  readonly #decided = new Map<number, { readonly node: NodeId; readonly value: Batch }>();
  /** Decisions of each node. */
  readonly #of = new Map<NodeId, Map<number, Batch>>();

  constructor({ correct, rounds, rule = belowThousand }: VotingObserverOptions) {
    this.#correct = new Set(correct);
    this.#rounds = rounds;
    this.#rule = rule;
    for (const node of correct) this.#of.set(node, new Map());
  }

  /** A correct node sent this. */
  sent(node: NodeId, to: NodeId | 'all', message: Message): undefined {
    if (message.kind === 'proposal') this.#proposed.set(placeOf(message), { leader: node, value: message.value });
    if (message.kind === 'hello' && to === 'all') this.#lives.set(node, (this.#lives.get(node) ?? 0) + 1);
  }

  /** A correct node told its user this. */
  output(node: NodeId, output: Output): Violation | undefined {
    if (output.kind !== 'decision') return undefined;
    return this.#again(node, output) ?? this.#disagrees(node, output) ?? this.#invalid(node, output);
  }

  /** A correct node says this against another one. Correct nodes come under suspicion, when they crash: nobody ever proves anything of them. */
  fault(node: NodeId, peer: NodeId, { kind, certainty, detail }: Fault): Violation | undefined {
    if (certainty !== 'proof' || !this.#correct.has(peer)) return undefined;
    return violation(
      'noFalseProof',
      `node ${node} says to have proof of "${kind}" against node ${peer}, which is correct: ${detail}`,
    );
  }

  /** A node has lost what it had persisted: nothing is asked of it any more. */
  faulty(node: NodeId): void {
    this.#correct.delete(node);
    this.#lives.set(node, Infinity);
  }

  /** The run is over. */
  *end(): Generator<Violation> {
    for (const node of this.#correct) {
      const decided = this.#of.get(node)?.size ?? 0;
      if (decided >= this.#rounds) continue;
      yield violation('termination', `node ${node} decided ${decided} of ${this.#rounds} rounds`, 'liveness');
    }
    for (const [round, { node, value }] of this.#decided) {
      const first = this.#proposed.get(placeOf({ round, attempt: 1 }));
      if (first === undefined || !this.#commits(first) || same(first.value, value)) continue;
      const what = `node ${node} decided ${show(value)} in round ${round}`;
      yield violation('validity', `${what}, and the first leader, which is correct, proposed ${show(first.value)}`);
    }
  }

  /** A leader that is correct all the time has its acceptable value committed at once. */
  #commits({ leader, value }: { readonly leader: NodeId; readonly value: Opinion }): boolean {
    if (this.#lives.get(leader) !== 1 || value === undefined || value.length === 0) return false;
    return value.every((one) => this.#rule(one));
  }

  #again(node: NodeId, { round, value, by }: Decision): Violation | undefined {
    const own = this.#of.get(node) ?? new Map<number, Batch>();
    this.#of.set(node, own);
    const before = own.get(round);
    const skipped = by !== 'log' && round > 1 && before === undefined && !own.has(round - 1);
    own.set(round, value);
    if (before !== undefined && !same(before, value)) {
      return violation(
        'irrevocability',
        `node ${node} decided ${show(value)} in round ${round}, and before ${show(before)}`,
      );
    }
    if (before !== undefined && by === 'log') return undefined;
    if (before !== undefined) return violation('onePerRound', `node ${node} decided round ${round} twice`);
    return skipped
      ? violation('onePerRound', `node ${node} decided round ${round} before the one below it`)
      : undefined;
  }

  #disagrees(node: NodeId, { round, value }: Decision): Violation | undefined {
    const first = this.#decided.get(round);
    if (first === undefined) {
      this.#decided.set(round, { node, value });
      return undefined;
    }
    if (same(first.value, value)) return undefined;
    const other = `node ${first.node} ${show(first.value)}`;
    return violation('agreement', `in round ${round} node ${node} decided ${show(value)} and ${other}`);
  }

  #invalid(node: NodeId, { round, attempt, value, by }: Decision): Violation | undefined {
    const what = `node ${node} decided ${show(value)} in round ${round}`;
    const refused = value.find((one) => !this.#rule(one));
    if (refused !== undefined) return violation('validity', `${what}, and the rule refuses ${refused}`);
    if (by !== 'agreement' || value.length === 0) return undefined;
    const proposed = this.#proposed.get(placeOf({ round, attempt }));
    if (proposed === undefined || same(proposed.value, value)) return undefined;
    return violation('validity', `${what}, and its leader, which is correct, proposed ${show(proposed.value)}`);
  }
}

/** The checker for simulations of so many rounds. */
export const votingProperties =
  (options: Omit<VotingObserverOptions, 'correct'>): CheckerFactory<number, Message, Output> =>
  ({ correct }) =>
    new VotingObserver({ ...options, correct });

const placeOf = ({ round, attempt }: { readonly round: number; readonly attempt: number }): string =>
  `${round}.${attempt}`;

const show = (opinion: Opinion): string => (opinion?.length === 0 ? 'nothing' : keyOf(opinion));

const violation = (name: string, detail: string, kind: Violation['kind'] = 'safety'): Violation => ({
  property: properties[name] ?? name,
  kind,
  detail,
});
