import type { DurableProtocol, Fault, NodeId, Protocol, TimedProtocol } from '@quorate/transport';
import type { Disk } from './disk.js';

/** Any protocol that a simulation can run: asynchronous, or with timers, or with records, or with both. */
export type AnyProtocol<I, M, O, T = never, R = never> = Protocol<I, M, O, T, R> &
  Partial<Pick<TimedProtocol<I, M, O, T, R>, 'expire'>> &
  Partial<Pick<DurableProtocol<I, M, O, R, T>, 'recordSchema' | 'restore'>> & {
    /** What it retains now, if it says so: counters beside their bounds. */
    usage?(): object;
  };

/** A fault that a node reported. */
export interface ReportedFault {
  readonly peer: NodeId;
  readonly fault: Fault;
}

/** What left a node: a message, or a result. */
export type Said<M, O> =
  | { readonly kind: 'send'; readonly to: NodeId | 'all'; readonly message: M }
  | { readonly kind: 'output'; readonly value: O };

/** What may leave once so many changes are on the disk. */
export interface Gated<M, O> {
  readonly after: number;
  readonly said: Said<M, O>;
}

/** One node of a simulation: its protocol while it lives, and what came out of it. */
export class NodeSlot<I, M, O, T, R> {
  readonly id: NodeId;
  /** Undefined while the node is down, and for puppets. */
  protocol: AnyProtocol<I, M, O, T, R> | undefined = undefined;
  incarnation = 0;
  /** Crashed, and not restarted. */
  down = false;
  /** Keeps to the protocol, and to what it made durable: checkers look at it. */
  correct: boolean;
  /** Values that wait until the protocol is ready for them. */
  readonly waiting: I[] = [];
  /** What it said to itself and has not heard yet. */
  readonly local: M[] = [];
  /** Armed timers by name; each with the number that tells its last arming from earlier ones. */
  readonly timers: Map<string, number> = new Map();
  /** With a protocol that has records. It outlives crashes. */
  disk: Disk<R> | undefined = undefined;
  /** What waits for the disk before it leaves. */
  readonly gated: Gated<M, O>[] = [];
  readonly outputs: O[] = [];
  readonly faults: ReportedFault[] = [];
  /** Everything that left it, in order, when the run keeps it. */
  readonly said: Said<M, O>[] = [];

  constructor(id: NodeId, correct: boolean) {
    this.id = id;
    this.correct = correct;
  }

  /** The node stops: its memory is gone, and what has not left it. */
  stop(): void {
    this.protocol = undefined;
    this.down = true;
    this.timers.clear();
    this.waiting.length = 0;
    this.local.length = 0;
    this.gated.length = 0;
  }
}
