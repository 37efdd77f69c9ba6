import { isMainThread, workerData } from 'node:worker_threads';
import { QuorateError } from '@quorate/serialization';
import { createGroup } from '../group.js';
import type { Transport } from '../transport.js';
import { workerDataKey, type FromStarter, type FromWorker, type Invitation } from './control.js';
import { wireVersion } from './layout.js';
import { WorkerTransport } from './worker-transport.js';

/** What a worker gets when it joins. */
export interface Joined<Data> {
  /** Not opened yet. While it is not closed it keeps the worker alive. */
  readonly transport: Transport;
  /** What the program passed as `data`. */
  readonly data: Data;
}

let joined = false;

/**
 * Makes this worker a node of the group that started it. Once per worker.
 *
 * Throws Q3030 (not a worker that `startGroup` started, or without its options), Q3036 (joined before), Q3037 (the program
 * uses another version of this package).
 */
export async function joinGroup<Data = unknown>(): Promise<Joined<Data>> {
  const invitation = findInvitation();
  if (joined) throw new QuorateError('Q3036', `this worker has joined as node ${invitation.self}`);
  joined = true;
  const { control, nodes, faulty } = invitation;
  const tell = (message: FromWorker): void => control.postMessage(message);
  const group = createGroup({ nodes, faulty, unsafe: true });
  const transport = new WorkerTransport({ ...invitation, group }, () => {
    tell({ kind: 'left' });
    control.close();
  });
  control.on('message', (message: FromStarter) => {
    switch (message.kind) {
      case 'meet':
        return transport.meet(message.offer);
      case 'part':
        return transport.part(message.peer, message.reason);
      case 'end':
        return transport.end();
    }
  });
  tell({ kind: 'joined' });
  return { transport, data: invitation.data as Data };
}

function findInvitation(): Invitation {
  const data: unknown = workerData;
  const ours = typeof data === 'object' && data !== null ? (data as Record<string, unknown>)[workerDataKey] : undefined;
  if (isMainThread || typeof ours !== 'object' || ours === null) {
    throw new QuorateError(
      'Q3030',
      isMainThread
        ? 'joinGroup is called in the main thread'
        : 'this worker was started without the options of a group',
      'call it in the worker file, and start that with the options that spawn gets: new Worker(file, options)',
    );
  }
  const invitation = ours as Invitation;
  if (invitation.wireVersion !== wireVersion) {
    throw new QuorateError(
      'Q3037',
      `the program shares memory by version ${invitation.wireVersion}, this worker by ${wireVersion}`,
    );
  }
  return invitation;
}
