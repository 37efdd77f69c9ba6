/** What one node tells about its part of a run when it is over. Plain data: it crosses threads as it is. */
import type { RecordableHistogram } from 'node:perf_hooks';
import type { OutputSummary } from '../protocols/protocol.js';

/** What a node said against a peer. */
export interface ReportedFault {
  readonly peer: number;
  readonly kind: string;
  readonly certainty: 'proof' | 'suspicion';
  readonly detail: string;
  readonly count: number;
}

/** A node's own account. */
export interface NodeReport<S extends OutputSummary = OutputSummary> {
  readonly node: number;
  /** Values that its host accepted. */
  readonly submitted: number;
  readonly log: S;
  readonly faults: readonly ReportedFault[];
  /** Messages sent, the node's own share of each broadcast included. */
  readonly messages: number;
  /** Bytes sent to others. */
  readonly bytes: number;
  /** Nanoseconds from submitting a value to the output that answers it on the same node; of what follows one another, from one to the next. */
  readonly latency: RecordableHistogram;
}
