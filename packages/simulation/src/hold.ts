import type { NodeId } from '@quorate/transport';

/** A frame on its way. */
export interface InFlight<M> {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: M;
  /** Which send of the run it comes from, from 0; one to all is one. */
  readonly sent: number;
}

/** Messages that were held back. */
export interface Hold<M> {
  /** What is held at this moment. */
  readonly messages: readonly InFlight<M>[];
  /** Lets everything go, now, and holds nothing more. */
  release(): void;
  /** Throws away what is held, and holds nothing more. */
  drop(): void;
}
