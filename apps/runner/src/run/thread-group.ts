import { MessageChannel } from 'node:worker_threads';
import { QuorateError } from '@quorate/serialization';
import type { Group } from '@quorate/transport';
import { startGroup, type GroupEvent, type WorkerGroup } from '@quorate/transport/worker-threads';
import { spawnWorker } from '../spawn.js';
import type { ThreadData } from '../thread-data.js';
import { logFailure } from './log-failure.js';
import { NodeThread } from './thread-handle.js';

/** Threads at work for one command. */
export interface ThreadGroup<Report> {
  readonly threads: readonly NodeThread<Report>[];
  /** Whether nothing moves; see `WorkerGroup`. */
  readonly quiet: () => boolean;
  /** Counts up whenever something moves. */
  readonly activity: () => number;
  close(): Promise<void>;
}

/**
 * Starts a thread for each node, linked by shared-memory rings. `log` is told what happens to them. A thread of one of the `revived`
 * nodes that ends is started anew, once.
 */
export async function openThreads<Report>(
  group: Group,
  data: ThreadData,
  log: (text: string) => void = () => undefined,
  revived: ReadonlySet<number> = new Set(),
): Promise<ThreadGroup<Report>> {
  /** The present life of each node, and every life that there was. */
  const threads = new Map<number, NodeThread<Report>>();
  const all: NodeThread<Report>[] = [];
  const workers: WorkerGroup = await startGroup({
    group,
    data,
    spawn: (options, node) => {
      const { port1, port2 } = new MessageChannel();
      const thread = new NodeThread<Report>(node, port1);
      all.push(thread);
      threads.set(node, thread);
      return spawnWorker(options, port2);
    },
    onEvent: (event) => {
      log(`node ${event.node} ${event.kind}`);
      if (event.kind !== 'failed') return;
      threads.get(event.node)?.end(failureOf(event));
      if (event.incarnation > 0 || !revived.has(event.node)) return;
      workers
        .restart(event.node)
        .catch((error: unknown) => log(`node ${event.node} did not start anew: ${String(error)}`));
    },
  });
  return {
    threads: [...threads.values()],
    quiet: () => workers.quiet(),
    activity: () => workers.activity(),
    async close() {
      await workers.close();
      for (const thread of all) thread.close();
    },
  };
}

/** Rejects with Q9015 as soon as one of the threads is gone; with Q9042 when its log could not be used. */
export async function firstFailure<Report>(threads: readonly NodeThread<Report>[]): Promise<never> {
  const [node, cause] = await Promise.race(
    threads.map(async (thread): Promise<[number, Error]> => [thread.node, await thread.gone]),
  );
  const ofLog = logFailure(node, cause);
  if (ofLog !== undefined) throw ofLog;
  const hint = 'run again with --log-level debug to see where';
  throw new QuorateError('Q9015', `the thread of node ${node} failed: ${cause.message}`, hint, { cause });
}

function failureOf({ reason, error }: Extract<GroupEvent, { readonly kind: 'failed' }>): Error {
  return new Error(reason, { cause: error });
}
