import { QuorateError } from '@quorate/serialization';
import type { Group } from '../group.js';
import { defaultMaxFrameBytes, defaultOutboxBytes } from '../limits.js';
import { greatestFrameBytes } from './layout.js';
import { Supervisor, type CheckedOptions } from './supervisor.js';
import type { GroupOptions, WorkerGroup } from './worker-group.js';

const leastRingBytes = 1024;
const greatestRingBytes = 2 ** 28;
/** What the rings of a group take together when nothing is said, in bytes. */
const allRingsBytes = 64 * 1024 * 1024;

/**
 * Starts a group: one worker thread for each node, linked by rings in shared memory. Resolves when every worker has called
 * `joinGroup`.
 *
 * Rejects with Q3004 (limits that do not fit together), Q3031 (data that cannot be passed), Q3032 (a node crashed before
 * all had joined), Q3033 (one did not join in time), Q3034 (aborted), Q3035 (`spawn` started no worker), Q3038 (a ring of an
 * impossible size); all workers are stopped then.
 */
export async function startGroup(options: GroupOptions): Promise<WorkerGroup> {
  const supervisor = new Supervisor(checkOptions(options));
  try {
    await supervisor.start();
  } catch (error) {
    await supervisor.close();
    throw error;
  }
  return supervisor;
}

function checkOptions(options: GroupOptions): CheckedOptions {
  const {
    group,
    ringBytes = defaultRingBytes(group),
    outboxBytes = defaultOutboxBytes,
    maxFrameBytes = defaultMaxFrameBytes,
    joinTimeout = 30_000,
  } = options;
  if (!Number.isInteger(Math.log2(ringBytes)) || ringBytes < leastRingBytes || ringBytes > greatestRingBytes) {
    throw new QuorateError(
      'Q3038',
      `a ring of ${ringBytes} bytes`,
      `use a power of two, ${leastRingBytes} … ${greatestRingBytes}`,
    );
  }
  checkLimit('maxFrameBytes', maxFrameBytes, greatestFrameBytes);
  checkLimit('outboxBytes', outboxBytes, Number.MAX_SAFE_INTEGER);
  checkLimit('joinTimeout', joinTimeout, 2 ** 31 - 1);
  const restarts = options.supervision?.restarts ?? 0;
  if (restarts !== 0) checkLimit('restarts', restarts, 2 ** 30);
  if (outboxBytes < maxFrameBytes) {
    throw new QuorateError(
      'Q3004',
      `an outbox of ${outboxBytes} bytes cannot hold a frame of ${maxFrameBytes}`,
      'raise outboxBytes or lower maxFrameBytes',
    );
  }
  // Soon after a ring is full: whoever goes on then copies everything twice, and the reader gets no sooner a processor.
  const highWater = Math.min(outboxBytes / 2, ringBytes / 8);
  const limits = { outboxBytes, highWater, lowWater: highWater / 2 };
  return { ...options, ringBytes, maxFrameBytes, joinTimeout, limits, restarts };
}

function checkLimit(name: string, value: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return;
  throw new QuorateError('Q3004', `${name} is ${value}`, `use a whole number, 1 … ${most}`);
}

/** 1 MiB for up to eight nodes: a thread that waits for a processor is not in the way of the others for some milliseconds. */
function defaultRingBytes({ n }: Group): number {
  const share = allRingsBytes / Math.max(1, n * (n - 1));
  return 2 ** Math.min(20, Math.max(16, Math.floor(Math.log2(share))));
}
