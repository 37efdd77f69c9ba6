import type { CheckerFactory, Group, NodeId } from '@quorate/transport';
import type { Behaviour } from './adversaries/index.js';
import type { AnyProtocol } from './node-slot.js';
import type { NetworkPlan } from './plan.js';
import type { Random } from './random.js';

/** A protocol under test, as campaigns see it; `T` are its timers and `R` its records, if it has any. */
export interface Subject<I, M, O, T = never, R = never> {
  /** As `quorate sim` names it. */
  readonly name: string;
  /** An honest node. */
  readonly honest: (node: {
    readonly group: Group;
    readonly self: NodeId;
    readonly incarnation: number;
  }) => AnyProtocol<I, M, O, T, R>;
  /** A node's `index`-th input; `random` belongs to the run, and `payload` is the length that the plan says, if it does. */
  readonly input: (node: NodeId, index: number, random: Random, payload?: number) => I;
  /** Whether `input` heeds `payload`: then failures are shrunk in it too. Default false. */
  readonly sized?: boolean;
  /** The most faults that a group of so many nodes tolerates; without it, f < n / 3. */
  readonly mostFaulty?: (nodes: number) => number;
  /** The network that it is made for: what every run's network is turned into. Without it, any. */
  readonly network?: (network: NetworkPlan) => NetworkPlan;
  /**
   * It is synchronous: it promises something only where messages take at most so many ticks, and links keep their order. Campaigns draw such networks, no
   * losses, and now and then a failure of the whole group's power. Without it, any network is drawn.
   */
  readonly within?: number;
  /** Ways to misbehave that it alone knows, beside those for every protocol. */
  readonly behaviours?: readonly Behaviour[];
  /** What is promised. */
  readonly checkers: readonly CheckerFactory<I, M, O>[];
}
