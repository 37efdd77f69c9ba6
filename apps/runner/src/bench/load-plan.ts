import type { RecordableHistogram } from 'node:perf_hooks';
import type { NodePlan } from '../run/open-host.js';

/** A load: every node broadcasts as fast as its host accepts, until it is told to stop. */
export interface LoadPlan extends NodePlan {
  /** Length of a value, in bytes. */
  readonly payload: number;
}

/** Memory that all threads see: operations by node, then by lane; and at the end how many values each puts in after the load, see `level`. */
export const countsBuffer = (nodes: number, lanes: number): SharedArrayBuffer =>
  new SharedArrayBuffer((nodes * lanes + 1) * 8);

/** What one node tells of a load. */
export interface LoadReport {
  readonly node: number;
  /** Values that its host accepted. */
  readonly submitted: number;
  /** By lane: sum of the operations' words, modulo 2^32. The order does not matter. */
  readonly sums: Int32Array;
  readonly faults: number;
  readonly messages: number;
  readonly bytes: number;
  /** Some of the latencies, in nanoseconds. */
  readonly latency: RecordableHistogram;
  /** What this thread held on its heap and in buffers, in bytes, at regular times while it was measured. */
  readonly heap: Float64Array;
}
