import { test, expect } from 'vitest';
import { createGroup, nodeIds, ReliableBroadcast, type Message, type Delivery } from '@quorate/reliable-broadcast';
import { MessageNetwork } from '../src/message-network.js';
test('smoke', () => {
  const group = createGroup({ nodes: 4 });
  let s = 1;
  const random = {
    below: (n: number) => {
      s = (s * 1103515245 + 12345) & 0x7fffffff;
      return Math.floor((s / 0x80000000) * n);
    },
  };
  const net = new MessageNetwork<Uint8Array, Message, Delivery>({
    group,
    random,
    node: (self) => new ReliableBroadcast({ group, self }),
  });
  for (let k = 0; k < 100; k++) for (const id of nodeIds(group)) net.input(id, new Uint8Array(64).fill(k));
  net.run();
  for (const o of net.outputs) expect(o.length).toBe(400);
  expect(net.delivered).toBe(400 * 36);
});
test('perf fifo', () => {
  const group = createGroup({ nodes: 4 });
  const ids = nodeIds(group);
  const nodes = ids.map((self) => new ReliableBroadcast({ group, self }));
  const q: { f: (typeof ids)[number]; t: number; m: Message }[] = [];
  let count = 0,
    out = 0;
  const apply = (f: (typeof ids)[number], step: ReturnType<ReliableBroadcast['input']>) => {
    for (const e of step) {
      if (e.kind === 'send') {
        for (let t = 0; t < 4; t++) q.push({ f, t, m: e.message });
      } else if (e.kind === 'output') out++;
    }
  };
  for (let r = 0; r < 4; r++) {
    const t0 = performance.now();
    count = 0;
    out = 0;
    for (let k = 0; k < 1000; k++) {
      const p = new Uint8Array(64).fill(k);
      for (const id of ids) for (let i = 0; i < 10; i++) apply(id, nodes[id]!.input(p));
      for (let i = 0; i < q.length; i++) {
        const { f, t, m } = q[i]!;
        count++;
        apply(ids[t]!, nodes[t]!.receive(f, m));
      }
      q.length = 0;
    }
    const dt = performance.now() - t0;
    console.log(`${(count / dt / 1000).toFixed(2)} M msg/s, ${(out / 4 / dt).toFixed(0)} k broadcasts/s`);
  }
});
