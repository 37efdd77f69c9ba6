import type { DurableProtocol, Fault, NodeId, Protocol, TimedProtocol } from '@quorate/transport';

/** Any protocol that a simulation can run: asynchronous, or with timers, or with records, or with both. */
export type AnyProtocol<I, M, O, T = never, R = never> = Protocol<I, M, O, T, R> &
  Partial<Pick<TimedProtocol<I, M, O, T, R>, 'expire'>> &
  Partial<Pick<DurableProtocol<I, M, O, R, T>, 'recordSchema' | 'restore'>>;

/** A fault that a node reported. */
export interface ReportedFault {
  readonly peer: NodeId;
  readonly fault: Fault;
}

/** One node of a simulation: its protocol while it lives, and what came out of it. */
export class NodeSlot<I, M, O, T, R> {
  readonly id: NodeId;
  /** Undefined while the node is down, and for puppets. */
  protocol: AnyProtocol<I, M, O, T, R> | undefined;
  incarnation = 0;
  /** Crashed, and not restarted. */
  down = false;
  /** Keeps to the protocol: checkers look at it. */
  readonly correct: boolean;
  /** Values that wait until the protocol is ready for them. */
  readonly waiting: I[] = [];
  /** What it said to itself and has not heard yet. */
  readonly local: M[] = [];
  /** Armed timers by name; each with the number that tells its last arming from earlier ones. */
  readonly timers: Map<string, number> = new Map();
  readonly outputs: O[] = [];
  readonly faults: ReportedFault[] = [];

  constructor(id: NodeId, correct: boolean) {
    this.id = id;
    this.correct = correct;
  }
}
