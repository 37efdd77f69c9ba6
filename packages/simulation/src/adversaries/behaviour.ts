import type { Effect, Group, NodeId, Shape, TimedProtocol } from '@quorate/transport';
import type { AnyProtocol } from '../node-slot.js';
import type { Random } from '../random.js';
import type { When } from './trigger.js';

/** A way to lie, written once and usable around every protocol: a protocol that runs an honest one and edits what it says. */
export interface Behaviour {
  /** What stands behind the colon of `--fault 3:equivocate`. */
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  /** Whether it can do anything to a protocol with such messages; without it, it applies to all. */
  readonly appliesTo?: (schema: Shape) => boolean;
  /**
   * The same protocol, lying. `make` makes an honest node: once, or again for a node that starts anew and for one that leads two
   * lives. Towards its own node an honest one inside stays as it is: what it sends to itself arrives unedited.
   * Throws Q5001 when the behaviour does not apply, or Q5002 on a `when` that is none.
   */
  wrap<I, M, O, T = never, R = never>(
    make: () => AnyProtocol<I, M, O, T, R>,
    context: AdversaryContext,
  ): LyingProtocol<I, M, O, T, R>;
}

/** What an adversary knows beside the messages. */
export interface AdversaryContext {
  readonly group: Group;
  /** The node that lies. */
  readonly self: NodeId;
  /** Seeded by the caller: the same seed, the same lies. */
  readonly random: Random;
  /**
   * The brain of those who conspire: each is given a generator of its own that was seeded alike, and so draws the same halves and the
   * same faces, on other threads too. Without it, a conspirator is alone.
   */
  readonly shared?: Random;
  /** The node is honest until then. Without it: from the start, and for `crash` and `restart` after a few events. */
  readonly when?: When;
  /** Messages that a node sends in its life which no honest one would: junk, repetitions. Default 20,000, each to as many as the behaviour says. */
  readonly junk?: number;
  /** For `twins` in an enumerated scenario: which copy speaks to a peer, and hears it, about such a message, and whether their inputs differ. */
  readonly twin?: {
    readonly differ: boolean;
    readonly reaches: (message: unknown, peer: NodeId, copy: 0 | 1) => boolean;
  };
}

/** {@link AdversaryContext.junk} unless the caller says otherwise: a run must end, also where the others answer junk and each answer is an event. */
export const defaultJunk = 20_000;

/** A protocol with the timers of its adversary beside its own, and the records of the honest one inside. */
export type LyingProtocol<I, M, O, T = never, R = never> = AnyProtocol<I, M, O, T | AdversaryTimer, R> &
  Pick<TimedProtocol<I, M, O, T | AdversaryTimer, R>, 'expire'>;

/** Timers of the adversary itself. A timer of the honest protocol that has such a name is given another one, see `InnerTimers`. */
export type AdversaryTimer = `adversary:${string}`;

/** What a lying node may do: whatever its honest protocol may, and arm the adversary's timers. */
export type AdversaryEffect<M, O = never, T = never, R = never> = Effect<M, O, T | AdversaryTimer, R>;

/**
 * How one behaviour edits what is said. Messages to oneself never come here.
 *
 * Whatever it keeps is bounded, and so is what it answers to one event: a liar may not exhaust the machine it runs on.
 */
export interface Conduct<M> {
  /** What leaves in place of an honest message to these other nodes. */
  speak(message: M, to: readonly NodeId[]): readonly AdversaryEffect<M>[];
  /** Once, with the event at which the behaviour begins. */
  begin?(): readonly AdversaryEffect<M>[];
  /** A message of another node, from the first one on. Its byte strings are views: see `kept`. */
  hear?(message: M, from: NodeId): void;
  /** What leaves besides, after each event. */
  beside?(): readonly AdversaryEffect<M>[];
  /** A timer ran out that is neither `adversary:begin` nor the honest protocol's. */
  release?(): readonly AdversaryEffect<M>[];
  /** Nothing it says gets out, so own inputs are swallowed instead of waiting for a window that never moves. */
  readonly mute?: boolean;
}

/** One message to each of the nodes, in order. */
export const sendEach = <M>(to: readonly NodeId[], message: M): readonly AdversaryEffect<M>[] =>
  to.map((node) => ({ kind: 'send', to: node, message }));
