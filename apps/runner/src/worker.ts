/** The file that every node's thread runs. */
import { workerData } from 'node:worker_threads';
import { joinGroup } from '@quorate/transport/worker-threads';
import { joinPostMessageGroup, startedByPostMessage } from './bench/post-message-group.js';
import { LoadGenerator } from './bench/load-generator.js';
import { controlPort } from './run/control.js';
import { followOrders } from './run/node-thread.js';
import { Participant } from './run/participant.js';
import { ProgressRow } from './run/progress.js';
import type { ThreadData } from './thread-data.js';

async function main(): Promise<void> {
  const control = controlPort();
  const { transport, data } = startedByPostMessage(workerData)
    ? joinPostMessageGroup(workerData)
    : await joinGroup<ThreadData>();
  if (data.kind === 'load') return followOrders(new LoadGenerator(data.plan, transport, data.counts), control);
  const row = new ProgressRow(data.progress, transport.self);
  return followOrders(new Participant(data.plan, transport, row), control);
}

await main();
