/** What one node tells about its part of a run when it is over. Plain data: it crosses threads as it is. */
import type { RecordableHistogram } from 'node:perf_hooks';
import type { LogRecord } from './delivery-log.js';

/** What a node said against a peer. */
export interface ReportedFault {
  readonly peer: number;
  readonly kind: string;
  readonly certainty: 'proof' | 'suspicion';
  readonly detail: string;
  readonly count: number;
}

/** A node's own account. */
export interface NodeReport {
  readonly node: number;
  /** Values that its host accepted for broadcast. */
  readonly submitted: number;
  readonly log: LogRecord;
  readonly faults: readonly ReportedFault[];
  /** Messages sent, the node's own share of each broadcast included. */
  readonly messages: number;
  /** Bytes sent to others. */
  readonly bytes: number;
  /** Nanoseconds from submitting a value to delivering it on the same node. */
  readonly latency: RecordableHistogram;
}
