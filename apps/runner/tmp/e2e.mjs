import { Worker, isMainThread } from 'node:worker_threads';
import { createGroup, ReliableBroadcast } from '@quorate/reliable-broadcast';
import { openNode } from '@quorate/transport';
import { startGroup, joinGroup } from '@quorate/transport/worker-threads';
const n = +(process.argv[2] ?? 4),
  P = +(process.argv[3] ?? 64),
  S = +(process.argv[4] ?? 3),
  W = +(process.argv[5] ?? 128);
const group = createGroup({ nodes: n });
if (isMainThread) {
  const g = await startGroup({
    group,
    spawn: (o) => new Worker(new URL(import.meta.url), { ...o, argv: process.argv.slice(2) }),
    onEvent: (e) => e.kind !== 'left' && console.log(e),
  });
  const res = await Promise.all(
    Array.from({ length: n }, (_, i) => new Promise((r) => g.worker(i).once('message', r))),
  );
  console.log(
    `n=${n} P=${P}:`,
    res.map((r) => Math.round(r.rate / 1000) + 'k').join(' '),
    'rss',
    Math.round(process.memoryUsage().rss / 1e6),
    'MB',
    'faults',
    JSON.stringify(res.map((r) => r.faults)),
  );
  await g.close();
} else {
  const { parentPort } = await import('node:worker_threads');
  const { transport } = await joinGroup();
  let delivered = 0;
  const node = await openNode({
    transport,
    protocol: new ReliableBroadcast({
      group,
      self: transport.self,
      limits: { window: W, openInstances: Math.max(1024, 8 * W) },
    }),
    onOutputs: (v) => {
      delivered += v.length;
      pump();
    },
  });
  const payload = new Uint8Array(P).fill(transport.self);
  let stop = false;
  function pump() {
    if (!stop) while (node.trySubmit(payload));
  }
  pump();
  const tick = setInterval(() => pump(), 5);
  setTimeout(() => {
    const d0 = delivered,
      t0 = performance.now();
    setTimeout(() => {
      const rate = (delivered - d0) / ((performance.now() - t0) / 1000);
      setTimeout(() => {
        stop = true;
        clearInterval(tick);
        parentPort.postMessage({ rate, faults: node.faults.length, c: node.counters });
      }, 300);
    }, S * 1000);
  }, 1000);
}
