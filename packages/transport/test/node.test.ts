import { expect, test } from 'vitest';
import { createGroup, createMemoryGroup, openNode } from '../src/index.js';
import { Echo, type Heard } from './echo.js';

test('four nodes hear each other, n + n² messages per input', async () => {
  const memory = createMemoryGroup({ group: createGroup({ nodes: 4 }) });
  const heard: Heard[][] = [[], [], [], []];
  const nodes = await Promise.all(
    heard.map((mine, i) =>
      openNode({ transport: memory.transport(i), protocol: new Echo(), onOutputs: (values) => mine.push(...values) }),
    ),
  );
  for (const node of nodes) await node.submit(Uint8Array.of(1, 2, 3));
  await memory.quiet();
  for (const mine of heard) expect(mine).toHaveLength(16);
  const counters = nodes.map((node) => node.counters);
  const messages = counters.reduce((sum, c) => sum + c.messagesIn + c.messagesToSelf, 0);
  expect(messages).toBe(4 * (4 + 16));
  await memory.close();
});
