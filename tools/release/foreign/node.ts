/** The worker file of a program that is not ours: one node, which broadcasts a greeting and hears everybody's. */
import { parentPort } from 'node:worker_threads';
import { createReliableBroadcast } from '@quorate/reliable-broadcast';
import { openNode } from '@quorate/transport';
import { joinGroup } from '@quorate/transport/worker-threads';

const { transport, data } = await joinGroup<string>();
const { group, self } = transport;
const node = await openNode({ transport, protocol: createReliableBroadcast({ group, self }) });
await node.submit(new TextEncoder().encode(`${data} from ${self}`));
const heard: string[] = [];
for await (const { sender, payload } of node.outputs()) {
  heard[sender] = new TextDecoder().decode(payload);
  if (Object.keys(heard).length === group.n) break;
}
parentPort?.postMessage(heard);
