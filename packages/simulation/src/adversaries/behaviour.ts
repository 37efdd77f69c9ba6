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
   * The same protocol, lying. Towards its own node the honest one inside stays as it is: what it sends to itself arrives
   * unedited. Throws Q5001 when the behaviour does not apply, or Q5002 on a `when` that is none.
   */
  wrap<I, M, O, T = never, R = never>(
    honest: AnyProtocol<I, M, O, T, R>,
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
  /** The node is honest until then. Without it: from the start, and for `crash` after a few events. */
  readonly when?: When;
  /** Junk messages that a flooding node sends to each in its life. Default 20,000. */
  readonly junk?: number;
}

/** A protocol with the timers of its adversary beside its own, and the records of the honest one inside. */
export type LyingProtocol<I, M, O, T = never, R = never> = AnyProtocol<I, M, O, T | AdversaryTimer, R> &
  Pick<TimedProtocol<I, M, O, T | AdversaryTimer, R>, 'expire'>;

/** Timers of the adversary itself; those of the honest protocol inside have other names. */
export type AdversaryTimer = 'adversary:begin' | 'adversary:release';

/** Whether the timer is one of the adversary, and not of the honest protocol inside. */
export const isOwnTimer = (timer: unknown): timer is AdversaryTimer => ownTimers.has(timer);

const ownTimers: ReadonlySet<unknown> = new Set<AdversaryTimer>(['adversary:begin', 'adversary:release']);

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
  /** What leaves besides, after each event. */
  beside?(): readonly AdversaryEffect<M>[];
  /** The timer `adversary:release` ran out. */
  release?(): readonly AdversaryEffect<M>[];
  /** Nothing it says gets out, so own inputs are swallowed instead of waiting for a window that never moves. */
  readonly mute?: boolean;
}

/** One message to each of the nodes, in order. */
export const sendEach = <M>(to: readonly NodeId[], message: M): readonly AdversaryEffect<M>[] =>
  to.map((node) => ({ kind: 'send', to: node, message }));
