import { Worker, type MessagePort } from 'node:worker_threads';
import type { SpawnOptions } from '@quorate/transport/worker-threads';
import { controlKey } from './run/control.js';
import type { CampaignSpace } from '@quorate/simulation';

/**
 * Starts the worker file, which stands beside this one, in the sources as in the build. `port` leads to the node's
 * {@link controlKey | control}.
 */
export function spawnWorker(options: SpawnOptions, port: MessagePort): Worker {
  return new Worker(new URL('./worker.js', import.meta.url), {
    ...options,
    workerData: { ...options.workerData, [controlKey]: port },
    transferList: [...options.transferList, port],
  });
}

/** Starts a thread of a campaign. */
export function spawnCampaignWorker(space: CampaignSpace): Worker {
  return new Worker(new URL('./campaign-worker.js', import.meta.url), { workerData: space });
}
