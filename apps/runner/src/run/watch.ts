import { setTimeout as wait } from 'node:timers/promises';
import type { WorkerGroup } from '@quorate/transport/worker-threads';
import type { Ending } from '../judgement.js';
import type { ProgressRow } from './progress.js';

/** What is looked at. */
export interface Watched {
  readonly group: Pick<WorkerGroup, 'quiet' | 'activity'>;
  /** The rows of the correct nodes. */
  readonly rows: readonly ProgressRow[];
  /** Milliseconds in which nothing moves at all, and something still holds, after which the run is given up. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Told how many payloads were delivered, and by each of the correct nodes. */
  readonly watch: (delivered: number, each: readonly number[]) => void;
}

/** Time between two looks, in milliseconds: short at first, so that a short run is a short command. */
const firstLook = 1;
const longestLook = 25;

/**
 * A run in which frames move is not given up: who lies may be far behind, a long queue of stale messages before it, when everybody
 * else has finished. Only when for so many timeouts nothing comes of all that motion, something goes round in circles.
 */
const vainTimeouts = 60;

/**
 * Looks on until the run is over: everything sleeps and every link is drained, seen twice with nothing in between; or nothing
 * moved for too long; or somebody interrupts.
 */
export async function untilOver({ group, rows, timeout, signal, watch }: Watched): Promise<Ending> {
  let quietSince = Number.NaN;
  let progressBefore = -1;
  let activityBefore = -1;
  let progressAt = performance.now();
  let motionAt = progressAt;
  for (let pause = firstLook; !signal.aborted; pause = Math.min(longestLook, pause * 1.5)) {
    const activity = group.activity();
    if (!group.quiet()) quietSince = Number.NaN;
    else if (quietSince === activity) return 'quiet';
    else quietSince = activity;
    const each = rows.map((row) => row.delivered);
    const delivered = each.reduce((sum, one) => sum + one, 0);
    const progress = rows.reduce((sum, row) => sum + row.submitted, delivered);
    watch(delivered, each);
    const now = performance.now();
    if (progress !== progressBefore) progressAt = motionAt = now;
    else if (activity !== activityBefore) motionAt = now;
    const inVain = now - motionAt >= timeout || now - progressAt >= vainTimeouts * timeout;
    if (inVain && Number.isNaN(quietSince)) return 'timeout';
    progressBefore = progress;
    activityBefore = activity;
    await wait(pause, undefined, { signal }).catch(() => undefined);
  }
  return 'interrupted';
}
