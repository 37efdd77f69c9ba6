import { expect, it } from 'vitest';
import {
  createGroup,
  firstSequence,
  nodeId,
  nodeIds,
  ReliableBroadcast,
  type Delivery,
} from '@quorate/reliable-broadcast';
import { createMemoryGroup, openNode, type Node, type Transport } from '@quorate/transport';

const group = createGroup({ nodes: 4 });

const open = (transport: Transport): Promise<Node<Uint8Array, Delivery>> =>
  openNode({
    transport,
    protocol: new ReliableBroadcast({ group, self: transport.self, incarnation: transport.incarnation }),
  });

async function read(node: Node<Uint8Array, Delivery>, count: number): Promise<Delivery[]> {
  const deliveries: Delivery[] = [];
  for await (const delivery of node.outputs()) {
    deliveries.push(delivery);
    if (deliveries.length === count) break;
  }
  return deliveries;
}

it('a node that crashed and was started anew gets what it missed, and its new broadcasts are delivered', async () => {
  const memory = createMemoryGroup({ group });
  const [first, second, third, fourth] = await Promise.all(nodeIds(group).map((id) => open(memory.transport(id))));
  if (first === undefined || second === undefined || third === undefined || fourth === undefined)
    throw new Error('four');
  for (let i = 0; i < 20; i++) await fourth.submit(new Uint8Array([i]));
  await read(first, 20);
  memory.crash(3);
  for (let i = 0; i < 300; i++) await second.submit(new Uint8Array([i & 0xff]));
  await read(first, 300);
  const anew = await open(memory.restart(3));
  const missed = await read(anew, 320);
  expect(missed.filter(({ sender }) => sender === 1).length).toBe(300);
  expect(missed.filter(({ sender }) => sender === 3).length).toBe(20);
  await anew.submit(new Uint8Array([7]));
  for (const node of [first, anew]) {
    expect(await read(node, 1)).toMatchObject([{ sender: nodeId(group, 3), sequence: firstSequence(1) }]);
  }
  await memory.close();
});
