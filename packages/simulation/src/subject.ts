import type { CheckerFactory, Group, NodeId, Protocol } from '@quorate/transport';
import type { Random } from './random.js';

/** A protocol under test, as campaigns see it. */
export interface Subject<I, M, O> {
  /** As `quorate sim` names it. */
  readonly name: string;
  /** An honest node. */
  readonly honest: (node: {
    readonly group: Group;
    readonly self: NodeId;
    readonly incarnation: number;
  }) => Protocol<I, M, O>;
  /** A node's `index`-th input; `random` belongs to the run. */
  readonly input: (node: NodeId, index: number, random: Random) => I;
  /** What is promised. */
  readonly checkers: readonly CheckerFactory<I, M, O>[];
}
