import { EventEmitter, once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, expect, it } from 'vitest';
import { createGroup, nodeIds } from '../../src/index.js';
import { startGroup, type GroupEvent } from '../../src/worker-threads/index.js';
import { bundled, removeBundles, withoutHooks } from './bundles.js';
import type { Told } from './durable-worker.js';

afterAll(removeBundles);

const lives = 4;

it('workers with logs in files that are terminated at any moment: the next life opens the log, and knows everything that was told', async () => {
  const file = await bundled('durable-worker');
  const directory = await mkdtemp(join(tmpdir(), 'quorate-durable-'));
  const group = createGroup({ nodes: 2, faulty: 0 });
  const restored = nodeIds(group).map((): number[] => []);
  const counted = nodeIds(group).map(() => 0);
  const events: GroupEvent[] = [];
  const finished = new EventEmitter();
  const all = once(finished, 'all');
  const hear = (node: number, worker: Worker, told: Told): void => {
    if ('restored' in told) {
      // Nothing that was told is forgotten.
      expect(told.restored).toBeGreaterThanOrEqual(counted[node] ?? 0);
      restored[node]?.push(told.restored);
      if (restored.every((starts) => starts.length > lives)) finished.emit('all');
      return;
    }
    expect(told.counted[0]).toBe(Math.max(counted[node] ?? 0, restored[node]?.at(-1) ?? 0) + 1);
    counted[node] = told.counted.at(-1) ?? 0;
    const life = restored[node]?.length ?? 0;
    // Each life lasts for another number of commits.
    if (life <= lives && counted[node] >= (restored[node]?.at(-1) ?? 0) + 7 * life + 60 * node) void worker.terminate();
  };
  const started = await startGroup({
    group,
    data: directory,
    supervision: { restarts: lives },
    spawn: (options, node) => {
      const worker = new Worker(file, { ...options, ...withoutHooks });
      worker.on('message', (told: Told) => hear(node, worker, told));
      return worker;
    },
    onEvent: (event) => void events.push(event),
  });
  await all;
  await started.close();
  expect(events.filter(({ kind }) => kind === 'failed')).toHaveLength(2 * lives);
  expect((await readdir(directory)).filter((name) => name.endsWith('.log'))).toHaveLength(2);
  await rm(directory, { recursive: true });
});
