/** A group of worker threads whose links are plain message ports: the baseline. */
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { createGroup, nodeIds, type Group, type NodeId, type Transport } from '@quorate/transport';
import { NodeThread } from '../run/thread-handle.js';
import type { ThreadGroup } from '../run/thread-group.js';
import { spawnWorker } from '../spawn.js';
import type { ThreadData } from '../thread-data.js';
import { invitationKey, type Invitation } from './invitation.js';
import { PostMessageTransport } from './post-message-transport.js';

/** In the worker: the transport, not opened yet. */
export function joinPostMessageGroup({ group, self, ports }: Invitation): Transport {
  const same = createGroup({ nodes: group.n, faulty: group.f, unsafe: true });
  return new PostMessageTransport(same, self as NodeId, ports);
}

/** Starts a thread for each node, with a port between each two. */
export function openPostMessageThreads<Report>(group: Group, data: ThreadData): ThreadGroup<Report> {
  const ports = mesh(group);
  const workers: Worker[] = [];
  const threads = nodeIds(group).map((self) => {
    const own = ports[self] ?? [];
    const { port1, port2 } = new MessageChannel();
    const invitation: Invitation = { group, self, ports: own, data };
    const transferList = own.filter((port) => port !== undefined);
    const worker = spawnWorker(
      { workerData: { [invitationKey]: invitation }, transferList, name: `node ${self}` },
      port2,
    );
    const thread = new NodeThread<Report>(self, port1);
    worker.on('error', (error: Error) => thread.end(error));
    workers.push(worker);
    return thread;
  });
  return {
    threads,
    // Ports tell nobody what they hold.
    quiet: () => false,
    activity: () => 0,
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
      for (const thread of threads) thread.close();
    },
  };
}

/** By node, then by peer. */
function mesh({ n }: Group): readonly (MessagePort | undefined)[][] {
  const ports: (MessagePort | undefined)[][] = Array.from({ length: n }, () =>
    Array.from({ length: n }, () => undefined),
  );
  for (let one = 0; one < n; one++) {
    for (let other = one + 1; other < n; other++) {
      const { port1, port2 } = new MessageChannel();
      ports[one]?.splice(other, 1, port1);
      ports[other]?.splice(one, 1, port2);
    }
  }
  return ports;
}
