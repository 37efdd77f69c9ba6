/** A group whose nodes leave by themselves, and a program that never closes it. */
import { isMainThread, Worker } from 'node:worker_threads';
import { createGroup } from '@quorate/transport';
import { joinGroup, startGroup } from '@quorate/transport/worker-threads';

if (isMainThread) {
  const events: string[] = [];
  await startGroup({
    group: createGroup({ nodes: 2 }),
    spawn: (options) => new Worker(new URL(import.meta.url), options),
    onEvent: ({ kind, node }) => events.push(`${kind} ${node}`),
  });
  process.on('exit', () => console.log(events.toSorted().join('\n')));
} else {
  const { transport } = await joinGroup();
  const linked = new Promise<void>((resolve) => {
    transport.open({
      frame: () => undefined,
      turn: () => transport.flush(),
      link: (_, event) => {
        if (event.kind === 'opened') resolve();
      },
      writable: () => undefined,
    });
  });
  await linked;
  await transport.close();
}
