import type { Checker, CheckerFactory, Fault, Group, NodeId, Violation } from '@quorate/transport';
import type { Said } from './node-slot.js';
import type { SimulationEvent } from './simulation-event.js';

/** What the watch needs to know of a node. */
interface Watched<M, O> {
  readonly id: NodeId;
  readonly correct: boolean;
  readonly said: Said<M, O>[];
}

export interface WatchOptions<I, M, O> {
  readonly group: Group;
  readonly correct: readonly NodeId[];
  readonly checkers: readonly CheckerFactory<I, M, O>[];
  readonly observer: ((event: SimulationEvent<I, M, O>) => void) | undefined;
  /** What left each node is kept. */
  readonly keepSaid: boolean;
}

/** Everybody who looks on: checkers see what happens at correct nodes, an observer sees everything. */
export class Watch<I, M, O> {
  /** In the order in which they were seen. */
  readonly violations: Violation[] = [];
  readonly #observer: ((event: SimulationEvent<I, M, O>) => void) | undefined;
  readonly #keepSaid: boolean;
  readonly #all: readonly Checker<I, M, O>[];
  // Who does not listen to a kind of event costs nothing.
  readonly #ofInputs: readonly Checker<I, M, O>[];
  readonly #ofSends: readonly Checker<I, M, O>[];
  readonly #ofReceipts: readonly Checker<I, M, O>[];
  readonly #ofOutputs: readonly Checker<I, M, O>[];
  readonly #ofFaults: readonly Checker<I, M, O>[];

  constructor({ group, correct, checkers, observer, keepSaid }: WatchOptions<I, M, O>) {
    this.#observer = observer;
    this.#keepSaid = keepSaid;
    this.#all = checkers.map((make) => make({ group, correct }));
    this.#ofInputs = this.#all.filter((checker) => checker.input !== undefined);
    this.#ofSends = this.#all.filter((checker) => checker.sent !== undefined);
    this.#ofReceipts = this.#all.filter((checker) => checker.received !== undefined);
    this.#ofOutputs = this.#all.filter((checker) => checker.output !== undefined);
    this.#ofFaults = this.#all.filter((checker) => checker.fault !== undefined);
  }

  input({ id, correct }: Watched<M, O>, tick: number, value: I): void {
    if (correct) for (const checker of this.#ofInputs) this.#note(checker.input?.(id, value));
    this.#observer?.({ kind: 'input', tick, node: id, value });
  }

  received({ id, correct }: Watched<M, O>, tick: number, from: NodeId, message: M, sent?: number): void {
    if (correct) for (const checker of this.#ofReceipts) this.#note(checker.received?.(id, from, message));
    this.#observer?.({ kind: 'receive', tick, node: id, from, ...(sent !== undefined && { sent }), message });
  }

  sent(slot: Watched<M, O>, tick: number, to: NodeId | 'all', message: M): void {
    const { id, correct } = slot;
    if (correct) for (const checker of this.#ofSends) this.#note(checker.sent?.(id, to, message));
    if (this.#keepSaid) slot.said.push({ kind: 'send', to, message });
    this.#observer?.({ kind: 'send', tick, node: id, to, message });
  }

  output(slot: Watched<M, O>, tick: number, value: O): void {
    const { id, correct } = slot;
    if (correct) for (const checker of this.#ofOutputs) this.#note(checker.output?.(id, value));
    if (this.#keepSaid) slot.said.push({ kind: 'output', value });
    this.#observer?.({ kind: 'output', tick, node: id, value });
  }

  fault({ id, correct }: Watched<M, O>, tick: number, peer: NodeId, fault: Fault): void {
    if (correct) for (const checker of this.#ofFaults) this.#note(checker.fault?.(id, peer, fault));
    this.#observer?.({ kind: 'fault', tick, node: id, report: { peer, fault } });
  }

  /** From now on nobody holds the node to the promises. */
  demoted(id: NodeId): void {
    for (const checker of this.#all) checker.faulty?.(id);
  }

  /** What no checker asks about. */
  tell(event: SimulationEvent<I, M, O>): void {
    this.#observer?.(event);
  }

  /** What should have happened and did not. */
  end(): readonly Violation[] {
    return [...this.violations, ...this.#all.flatMap((checker) => [...(checker.end?.() ?? [])])];
  }

  #note(violation: Violation | undefined): void {
    if (violation !== undefined) this.violations.push(violation);
  }
}
