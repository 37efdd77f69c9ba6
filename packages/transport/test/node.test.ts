import { expect, test } from 'vitest';
import { createGroup, createMemoryGroup, openNode, type Node, type NodeId } from '../src/index.js';
import { Echo, type Heard } from './echo.js';
import { RawPeer } from './raw-peer.js';
import { output, Scripted, send, type NoteEffect } from './scripted.js';
import { WrappedTransport } from './wrapped-transport.js';

const groupOf = (nodes: number) => createMemoryGroup({ group: createGroup({ nodes }) });

test('four nodes hear each other, n + n² messages per input', async () => {
  const memory = groupOf(4);
  const heard: Heard[][] = [[], [], [], []];
  const nodes: Node<Uint8Array, Heard>[] = [];
  for (const [id, mine] of heard.entries()) {
    const transport = memory.transport(id);
    nodes.push(await openNode({ transport, protocol: new Echo(), onOutputs: (values) => void mine.push(...values) }));
  }
  for (const node of nodes) await node.submit(Uint8Array.of(1, 2, 3));
  await memory.quiet();
  for (const mine of heard) {
    expect(mine).toHaveLength(16);
    expect(new Set(mine.map(({ by, speaker }) => `${by} ${speaker}`)).size).toBe(16);
  }
  for (const { counters } of nodes) {
    // Of 4 + 16 messages a quarter is the node's own; of those to the others each counts three times.
    expect(counters).toMatchObject({
      inputs: 1,
      outputs: 16,
      faults: 0,
      messagesIn: 3 + 12,
      messagesToSelf: 1 + 4,
      messagesOut: 15,
    });
  }
  const [bytesIn, bytesOut] = (['bytesIn', 'bytesOut'] as const).map((of) =>
    nodes.reduce((sum, { counters }) => sum + counters[of], 0),
  );
  expect(bytesIn).toBe(bytesOut);
  await memory.close();
});

test('a step is applied whole, in order, before the next event', async () => {
  const memory = groupOf(2);
  const protocol = new Scripted();
  const seen: string[] = [];
  protocol.onInput = () => [send('all', 1), output('first'), send(memory.transport(0).self, 2), output('second')];
  protocol.onReceive = (_, { number }) => [output(`got ${number}`)];
  const node = await openNode({
    transport: memory.transport(0),
    protocol,
    observer: {
      sent: (to, message) => void seen.push(`sent ${message.number} to ${to}`),
      output: (value) => void seen.push(String(value)),
      stepped: (effects) => void seen.push(`step of ${effects}`),
    },
    clock: { now: () => 0, schedule: () => () => undefined },
  });
  expect(node.trySubmit(0)).toBe(true);
  expect(seen).toEqual([
    'sent 1 to all',
    'first',
    'sent 2 to 0',
    'second',
    'step of 4',
    'got 1',
    'step of 1',
    'got 2',
    'step of 1',
  ]);
  await memory.close();
});

/** Node 0 runs the script, the others are bare. */
async function scripted(nodes: number, prepare: (protocol: Scripted) => void) {
  const memory = groupOf(nodes);
  const protocol = new Scripted();
  prepare(protocol);
  const transport = new WrappedTransport(memory.transport(0));
  const clock = { now: () => 0, schedule: () => () => undefined };
  const node = await openNode({ transport, protocol, clock });
  const peers = Array.from({ length: nodes - 1 }, (_, i) => new RawPeer(memory, i + 1));
  await memory.quiet();
  return { memory, protocol, transport, node, peers };
}

test('a broadcast is encoded once, reaches everybody else as one frame, and oneself as the message itself', async () => {
  const own: unknown[] = [];
  const step = send('all', 7);
  const { memory, transport, node, peers } = await scripted(4, (protocol) => {
    protocol.onInput = () => [step];
    protocol.onReceive = (_, message) => {
      own.push(message);
      return [];
    };
  });
  await node.submit(0);
  await memory.quiet();
  expect(transport.calls).toMatchObject({ broadcast: 1, send: 0 });
  expect(peers.map(({ numbers }) => numbers)).toEqual([[7], [7], [7]]);
  expect(own).toHaveLength(1);
  expect(own[0]).toBe(step.kind === 'send' ? step.message : undefined);
  await memory.close();
});

test('a thousand trySubmits in a row are flushed at once', async () => {
  const { memory, transport, node, peers } = await scripted(4, (protocol) => {
    protocol.onInput = (value) => [send('all', value)];
  });
  const before = transport.calls.flush;
  for (let value = 0; value < 1000; value++) expect(node.trySubmit(value)).toBe(true);
  expect(transport.calls.flush).toBe(before);
  await Promise.resolve();
  expect(transport.calls.flush).toBe(before + 1);
  await memory.quiet();
  for (const { numbers } of peers) expect(numbers).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  await memory.close();
});

test('NET-11 a thousand messages in one turn arrive in order', async () => {
  const { memory, protocol, peers } = await scripted(2, () => undefined);
  for (let number = 0; number < 1000; number++) peers[0]?.note(number);
  await memory.quiet();
  expect(protocol.events).toEqual(Array.from({ length: 1000 }, (_, number) => `receive ${number} from 1`));
  await memory.close();
});

test('long messages grow the buffer, and short ones come after them', async () => {
  const { memory, node, peers } = await scripted(2, (protocol) => {
    const padding = new Uint8Array(65_536).fill(3);
    protocol.onInput = (value) => [
      { kind: 'send', to: 'all', message: { number: value, padding: padding.subarray(0, value) } },
    ];
  });
  const lengths = [0, 900, 1100, 5000, 65_536, 10, 0];
  for (const length of lengths) await node.submit(length);
  await memory.quiet();
  expect(peers[0]?.numbers).toEqual(lengths);
  await memory.close();
});

test('a protocol that talks to itself without end does not shut out the others', async () => {
  let talking = true;
  const { memory, protocol, node, peers } = await scripted(2, (script) => {
    script.onInput = () => [send(0 as NodeId, 0)];
    script.onReceive = (from): readonly NoteEffect[] => {
      if (from === 1) talking = false;
      return talking ? [send(0 as NodeId, 0)] : [];
    };
  });
  await node.submit(0);
  peers[0]?.note(1);
  await memory.quiet();
  expect(protocol.events.at(-1)).toBe('receive 0 from 0');
  expect(protocol.events).toContain('receive 1 from 1');
  expect(node.counters.messagesToSelf).toBeGreaterThan(4096);
  await memory.close();
});

test('a group of one talks to itself, round after round, in turns that end', async () => {
  const memory = groupOf(1);
  const outputs: Heard[] = [];
  const node = await openNode({ transport: memory.transport(0), protocol: new Echo() });
  node.onOutputs((values) => {
    outputs.push(...values);
    if (outputs.length < 1000) node.trySubmit(Uint8Array.of(1));
  });
  await node.submit(Uint8Array.of(1));
  await memory.quiet();
  expect(outputs.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  expect(node.counters).toMatchObject({ messagesIn: 0, messagesOut: 0, bytesOut: 0, messagesToSelf: 2000 });
  await memory.close();
});

test('a group of one that has much to say to itself says all of it', async () => {
  const { memory, node } = await scripted(1, (script) => {
    script.onInput = () => [send(0 as NodeId, 0)];
    script.onReceive = (_, { number }): readonly NoteEffect[] =>
      number < 10_000 ? [send(0 as NodeId, number + 1)] : [];
  });
  await node.submit(0);
  await memory.quiet();
  expect(node.counters.messagesToSelf).toBe(10_001);
  await memory.close();
});

test('a link that opens anew is told to the protocol', async () => {
  const { memory, protocol } = await scripted(3, () => undefined);
  memory.crash(2);
  await memory.quiet();
  expect(protocol.events).toEqual([]);
  memory.restart(2);
  const again = new RawPeer(memory, 2);
  await memory.quiet();
  expect(protocol.events).toEqual(['reopened 2']);
  expect(again.links).toContainEqual({ peer: 0, event: { kind: 'opened', incarnation: 0 } });
  await memory.close();
});

test('closing is idempotent, tells the peers, and disposes', async () => {
  const { memory, node, peers } = await scripted(3, (protocol) => {
    protocol.onInput = (value) => [send('all', value)];
  });
  await node.submit(5);
  await Promise.all([node.close(), node.close(), node[Symbol.asyncDispose]()]);
  expect(await node.failure).toBeUndefined();
  await memory.quiet();
  for (const peer of peers) {
    expect(peer.numbers).toEqual([5]);
    expect(peer.links.at(-1)).toEqual({ peer: 0, event: { kind: 'closed', reason: 'closed' } });
  }
  expect(() => node.trySubmit(1)).toThrowError(expect.objectContaining({ code: 'Q3005' }));
  await expect(node.submit(1)).rejects.toMatchObject({ code: 'Q3005' });
  await memory.close();
});
