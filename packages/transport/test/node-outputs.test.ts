import { expect, test } from 'vitest';
import { createGroup, createMemoryGroup, openNode, type Node } from '../src/index.js';
import { RawPeer } from './raw-peer.js';
import { note, output, Scripted } from './scripted.js';

const clock = { now: () => 0, schedule: () => () => undefined };

/** Node 0 puts out the number of every note that it receives, and of every input; node 1 is bare. */
async function echoing(outputBuffer?: number) {
  const memory = createMemoryGroup({ group: createGroup({ nodes: 2 }), outboxBytes: 100_000, maxFrameBytes: 70_000 });
  const protocol = new Scripted();
  protocol.onInput = (value) => [output(value)];
  protocol.onReceive = (_, { number }) => [output(number)];
  const transport = memory.transport(0);
  const node: Node<number, unknown> = await openNode({
    transport,
    protocol,
    clock,
    ...(outputBuffer === undefined ? {} : { outputBuffer }),
  });
  const peer = new RawPeer(memory, 1);
  await memory.quiet();
  return { memory, protocol, node, peer };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

async function read(outputs: AsyncIterator<unknown>, count: number): Promise<unknown[]> {
  const values: unknown[] = [];
  for (let taken = 0; taken < count; taken++) values.push((await outputs.next()).value);
  return values;
}

test('a listener is told all outputs of a turn at once', async () => {
  const { memory, node, peer } = await echoing();
  const batches: (readonly unknown[])[] = [];
  const remove = node.onOutputs((values) => void batches.push(values));
  for (const number of range(0, 100)) peer.note(number);
  await memory.quiet();
  expect(batches.flat()).toEqual(range(0, 100));
  expect(batches.length).toBeLessThan(20);
  remove();
  peer.note(100);
  await memory.quiet();
  expect(batches.flat()).toHaveLength(100);
  // What no listener was told is kept for the next.
  node.onOutputs((values) => void batches.push(values));
  await memory.quiet();
  await Promise.resolve();
  expect(batches.at(-1)).toEqual([100]);
  await memory.close();
});

test('several listeners are each told everything, the first one also what came before it', async () => {
  const { memory, node, peer } = await echoing();
  for (const number of range(0, 5)) peer.note(number);
  await memory.quiet();
  const first: unknown[] = [];
  const second: unknown[] = [];
  node.onOutputs((values) => void first.push(...values));
  await Promise.resolve();
  node.onOutputs((values) => void second.push(...values));
  for (const number of range(5, 8)) peer.note(number);
  await memory.quiet();
  expect(first).toEqual(range(0, 8));
  expect(second).toEqual(range(5, 8));
  await memory.close();
});

test('an iteration gives the outputs one by one, those from before it included, and ends when the node is closed', async () => {
  const { memory, node, peer } = await echoing();
  for (const number of range(0, 5)) peer.note(number);
  await memory.quiet();
  const values: unknown[] = [];
  const iterated = (async () => {
    for await (const value of node.outputs()) values.push(value);
  })();
  for (const number of range(5, 10)) peer.note(number);
  await memory.quiet();
  await node.submit(10);
  await node.close();
  await iterated;
  expect(values).toEqual(range(0, 11));
  // Nothing is left, and nothing will come.
  expect(await node.outputs().next()).toEqual({ done: true, value: undefined });
  await memory.close();
});

test('one iteration at a time; the next one goes on where the last one stopped', async () => {
  const { memory, node, peer } = await echoing();
  for (const number of range(0, 6)) peer.note(number);
  const first = node.outputs();
  expect(() => node.outputs()).toThrowError(expect.objectContaining({ code: 'Q3011' }));
  expect(await read(first, 2)).toEqual([0, 1]);
  await first.return?.();
  expect(await first.next()).toEqual({ done: true, value: undefined });
  const second = node.outputs();
  expect(await read(second, 4)).toEqual([2, 3, 4, 5]);
  await memory.close();
});

test('abort while waiting for an output, and before', async () => {
  const { memory, node, peer } = await echoing();
  const abort = new AbortController();
  const outputs = node.outputs({ signal: abort.signal });
  const waiting = [outputs.next(), outputs.next()];
  abort.abort(new Error('enough'));
  for (const next of waiting) await expect(next).rejects.toThrow('enough');
  await expect(outputs.next()).rejects.toThrow('enough');
  await expect(node.outputs({ signal: AbortSignal.abort() }).next()).rejects.toMatchObject({ name: 'AbortError' });
  peer.note(1);
  await memory.quiet();
  expect(await read(node.outputs(), 1)).toEqual([1]);
  await memory.close();
});

test('nobody reads the outputs: the node stops reading at its bound, and goes on when somebody does', async () => {
  const { memory, protocol, node, peer } = await echoing(10);
  for (const number of range(0, 100)) peer.note(number);
  // Never quiet while frames wait for a reader: the bare node's turn is what there is to wait for.
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  expect(protocol.events).toHaveLength(10);
  expect(node.trySubmit(1000)).toBe(false);
  const submitted = node.submit(1000);
  const outputs = node.outputs();
  // Room is made by halves: nothing moves after four, and after five the node reads on.
  expect(await read(outputs, 4)).toEqual(range(0, 4));
  expect(protocol.events).toHaveLength(10);
  const rest = await read(outputs, 97);
  await submitted;
  expect(rest.filter((value) => value !== 1000)).toEqual(range(4, 100));
  expect(rest).toContain(1000);
  await memory.close();
});

test('a listener that comes late takes what was kept, and the node reads on', async () => {
  const { memory, protocol, node, peer } = await echoing(10);
  for (const number of range(0, 100)) peer.note(number);
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  expect(protocol.events).toHaveLength(10);
  const values: unknown[] = [];
  node.onOutputs((batch) => void values.push(...batch));
  await memory.quiet();
  expect(values).toEqual(range(0, 100));
  await memory.close();
});

test('a slow iteration beside a listener holds the node up, and its end lets go', async () => {
  const { memory, node, peer } = await echoing(10);
  const values: unknown[] = [];
  node.onOutputs((batch) => void values.push(...batch));
  const slow = node.outputs();
  for (const number of range(0, 100)) peer.note(number);
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  expect(values).toEqual(range(0, 10));
  await slow.return?.();
  await memory.quiet();
  expect(values).toEqual(range(0, 100));
  await memory.close();
});

test('a consumer that does not read makes its own node slow and nobody else’s', async () => {
  const memory = createMemoryGroup({ group: createGroup({ nodes: 4 }), outboxBytes: 70_000, maxFrameBytes: 70_000 });
  const padding = new Uint8Array(1000);
  const heard: unknown[][] = [[], [], []];
  const nodes: Node<number, unknown>[] = [];
  for (let id = 0; id < 4; id++) {
    const protocol = new Scripted();
    protocol.onInput = (value) => [{ kind: 'send', to: 'all', message: note(value, padding) }];
    protocol.onReceive = (_, { number }) => [output(number)];
    nodes.push(await openNode({ transport: memory.transport(id), protocol, clock, outputBuffer: 20 }));
  }
  for (const [id, values] of heard.entries()) nodes[id]?.onOutputs((batch) => void values.push(...batch));
  // Nobody reads what node 3 puts out. A thousand values of 1 kB are far more than a link holds.
  for (const value of range(0, 1000)) {
    await nodes[0]?.submit(value);
    while (heard.some((values) => values.length <= value)) await Promise.resolve();
  }
  expect(heard).toEqual([range(0, 1000), range(0, 1000), range(0, 1000)]);
  expect(nodes[3]?.counters.outputs).toBe(20);
  expect(nodes[0]?.faults).toMatchObject([{ peer: 3, kind: 'overrun', count: 1 }]);
  // Node 3 reads on: it has a beginning, and then what is sent from now on.
  const late: unknown[] = [];
  nodes[3]?.onOutputs((batch) => void late.push(...batch));
  await memory.quiet();
  await nodes[0]?.submit(1000);
  await memory.quiet();
  expect(late.slice(0, -1)).toEqual(range(0, late.length - 1));
  expect(late.at(-1)).toBe(1000);
  await memory.close();
});

test('a listener that throws stops the node', async () => {
  const { memory, node, peer } = await echoing();
  node.onOutputs(() => {
    throw new Error('full disk');
  });
  peer.note(1);
  const failure = await node.failure;
  expect(failure).toMatchObject({ code: 'Q3009', cause: new Error('full disk') });
  await expect(node.submit(1)).rejects.toBe(failure);
  await memory.quiet();
  expect(peer.links.at(-1)?.event.kind).toBe('closed');
  await memory.close();
});

test('an iteration learns why the node stopped, after the outputs that came before', async () => {
  const { memory, protocol, node, peer } = await echoing();
  peer.note(1);
  await memory.quiet();
  protocol.onReceive = () => {
    throw new TypeError('bug');
  };
  peer.note(2);
  await memory.quiet();
  const outputs = node.outputs();
  expect(await read(outputs, 1)).toEqual([1]);
  await expect(outputs.next()).rejects.toMatchObject({ code: 'Q3006', cause: new TypeError('bug') });
  await memory.close();
});

test('an output buffer holds at least one item', async () => {
  const memory = createMemoryGroup({ group: createGroup({ nodes: 1 }) });
  for (const outputBuffer of [0, -1, 1.5, NaN]) {
    const opening = openNode({ transport: memory.transport(0), protocol: new Scripted(), clock, outputBuffer });
    await expect(opening).rejects.toMatchObject({ code: 'Q3004' });
  }
  await memory.close();
});

test('outputs of the turn in which the node stops are told', async () => {
  const { memory, protocol, node, peer } = await echoing();
  const values: unknown[] = [];
  node.onOutputs((batch) => void values.push(...batch));
  protocol.onReceive = (_, { number }) => {
    if (number === 3) throw new TypeError('bug');
    return [output(number)];
  };
  for (const number of range(0, 5)) peer.note(number);
  expect(await node.failure).toMatchObject({ code: 'Q3006' });
  expect(values).toEqual([0, 1, 2]);
  await memory.close();
});

test('what a listener was told is not told again to a later iteration', async () => {
  const { memory, node, peer } = await echoing();
  const values: unknown[] = [];
  node.onOutputs((batch) => void values.push(...batch));
  const first = node.outputs();
  for (const number of range(0, 5)) peer.note(number);
  await memory.quiet();
  expect(await read(first, 2)).toEqual([0, 1]);
  await first.return?.();
  const second = node.outputs();
  peer.note(5);
  expect(await read(second, 1)).toEqual([5]);
  expect(values).toEqual(range(0, 6));
  await memory.close();
});
