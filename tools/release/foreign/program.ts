/** A program that is not ours: starts four nodes on worker threads, from a worker file of its own. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createGroup } from '@quorate/transport';
import { startGroup } from '@quorate/transport/worker-threads';

const heard: Promise<unknown[]>[] = [];
const workers = await startGroup({
  group: createGroup({ nodes: 4 }),
  data: 'hello',
  spawn(options) {
    const worker = new Worker(new URL('./node.js', import.meta.url), options);
    heard.push(once(worker, 'message'));
    return worker;
  },
});
try {
  console.log(JSON.stringify((await Promise.all(heard)).flat()));
} finally {
  await workers.close();
}
