import type { Schema } from '@quorate/serialization';
import type { NodeId } from './node-id.js';
import type { Step } from './step.js';

/**
 * A protocol: a pure state machine that is told what happened and answers with a {@link Step}. It never awaits, reads no
 * clock, touches no socket. A peer can never make it throw; our own caller can (a typed error with a code).
 *
 * Its type states its timing model: with `Timer = never` it is asynchronous and cannot arm a timer, with
 * `Record = never` it cannot persist.
 */
export interface Protocol<Input, Message, Output, Timer = never, Record = never> {
  /** What may travel: the host's codec, and whoever forges messages under test, are derived from it. */
  readonly schema: Schema<Message>;
  /** Whether `input` may be called now. While it is false the host keeps `submit` waiting: back-pressure acts there alone. */
  readonly ready: boolean;
  /** Our own caller puts a value in. Throws when not `ready`, or when the value is not acceptable. */
  input(value: Input): Step<Message, Output, Timer, Record>;
  /** A message came in on the link from `from`. Byte strings in it are views that die when the call returns: copy what is kept. */
  receive(from: NodeId, message: Message): Step<Message, Output, Timer, Record>;
  /**
   * The link from `peer` lost frames (it was cut after an overrun, or one of the two was started anew) and is open again: ask the
   * peer for what was missed. `incarnation` counts the peer's lives from 0, on the word of the transport, not of the peer. A protocol without this method lives with the loss.
   */
  reopened?(peer: NodeId, incarnation: number): Step<Message, Output, Timer, Record>;
}

/** A protocol with a clock. */
export interface TimedProtocol<Input, Message, Output, Timer, Record = never> extends Protocol<
  Input,
  Message,
  Output,
  Timer,
  Record
> {
  /**
   * The timer ran out: about `ticks` after it was armed by this node's clock, which may be fast or slow, and later when the node was busy. Each arming
   * is told at most once, none after it was cancelled or armed anew. Under simulation it may be all the same, to show that no harm comes of
   * it: let the name say what the timer is for (a view, a round), and check that it is still due.
   */
  expire(timer: Timer): Step<Message, Output, Timer, Record>;
}

/**
 * A protocol with a disk. What it persists is all that the node's next life knows: `restore` must bring it to a state in which it contradicts
 * nothing that this life has said or put out. It may have said less than the records show (what follows from the last ones may not have left), and
 * what it was told since the last record is forgotten.
 */
export interface DurableProtocol<Input, Message, Output, Record, Timer = never> extends Protocol<
  Input,
  Message,
  Output,
  Timer,
  Record
> {
  /** What is persisted: the storage's codec is derived from it. */
  readonly recordSchema: Schema<Record>;
  /**
   * Once, before anything else: what earlier lives of the node persisted and did not compact away, in that order; nothing on a first start. Byte
   * strings in the records stay valid, and keep the whole log in memory: copy what is kept for long. Throws when the records contradict each other: the
   * node does not start then.
   */
  restore(records: readonly Record[]): Step<Message, Output, Timer, Record>;
}
