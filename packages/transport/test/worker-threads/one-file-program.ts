/** A whole program in one file: the main thread starts the group, and each worker runs the same file. */
import { EventEmitter, once } from 'node:events';
import { isMainThread, Worker } from 'node:worker_threads';
import { createGroup } from '@quorate/transport';
import { joinGroup, startGroup } from '@quorate/transport/worker-threads';

if (isMainThread) await main();
else await node();

async function main(): Promise<void> {
  const heard = new EventEmitter();
  const texts: string[] = [];
  const all = once(heard, 'all');
  const group = await startGroup({
    group: createGroup({ nodes: 3, faulty: 0 }),
    data: { greeting: 'hello' },
    spawn: (options) => {
      const worker = new Worker(new URL(import.meta.url), options);
      worker.on('message', (text: string) => {
        texts.push(text);
        if (texts.length === 6) heard.emit('all');
      });
      return worker;
    },
  });
  await all;
  await group.close();
  console.log(texts.toSorted().join('\n'));
  // Nothing is left open: the process ends by itself.
}

async function node(): Promise<void> {
  const { transport, data } = await joinGroup<{ greeting: string }>();
  const { parentPort } = await import('node:worker_threads');
  transport.open({
    frame: (from, bytes, start, end) => {
      const text = new TextDecoder().decode(bytes.slice(start, end));
      parentPort?.postMessage(`${from} to ${transport.self}: ${text}`);
    },
    turn: () => transport.flush(),
    link: () => undefined,
    writable: () => undefined,
  });
  const frame = new TextEncoder().encode(data.greeting);
  transport.broadcast(frame, 0, frame.length);
  transport.flush();
}
