import type { Fault } from './fault.js';
import type { NodeId } from './node-id.js';

/** What an outside observer says when a promise was broken. */
export interface Violation {
  /** The property, as its protocol's documentation names it: `RBC4 agreement`. */
  readonly property: string;
  /** Safety: something bad happened. Liveness: the run ended, and something that had to happen did not. */
  readonly kind: 'safety' | 'liveness';
  /** What happened, with nodes and instances. */
  readonly detail: string;
}

/**
 * Watches one run from outside, and is told every event at a correct node. Each method answers the violation that the event
 * shows, if it does. What faulty nodes do concerns nobody.
 */
export interface Checker<Input, Message, Output> {
  input?(node: NodeId, value: Input): Violation | undefined;
  sent?(node: NodeId, to: NodeId | 'all', message: Message): Violation | undefined;
  received?(node: NodeId, from: NodeId, message: Message): Violation | undefined;
  output?(node: NodeId, value: Output): Violation | undefined;
  fault?(node: NodeId, peer: NodeId, fault: Fault): Violation | undefined;
  /** From now on the node counts among the faulty ones: it lost what it had made durable, or is left behind. */
  faulty?(node: NodeId): void;
  /** The run is over, and nothing is in flight between correct nodes: what had to happen has happened, or never will. */
  end?(): Iterable<Violation>;
  /** The rules of the protocol that this run came near, of those that the factory names: `vote by amplification`. */
  exercised?(): Iterable<string>;
}

/** Makes the checkers of one run; `correct` are the nodes that keep to the protocol. */
export interface CheckerFactory<Input, Message, Output> {
  (run: {
    readonly group: { readonly n: number; readonly f: number };
    readonly correct: readonly NodeId[];
  }): Checker<Input, Message, Output>;
  /** Every rule that {@link Checker.exercised} can name, so that one that no run came near is seen. */
  readonly rules?: readonly string[];
  /** Every kind of fault that a correct node can report, for the same reason. */
  readonly faults?: readonly string[];
}
