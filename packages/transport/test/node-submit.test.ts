import { expect, test } from 'vitest';
import { createGroup, createMemoryGroup, openNode, QuorateError } from '../src/index.js';
import { RawPeer } from './raw-peer.js';
import { note, output, Scripted, send } from './scripted.js';

const clock = { now: () => 0, schedule: () => () => undefined };

/** Node 0 of four runs the script over small outboxes, the others are bare. */
async function scripted(prepare: (protocol: Scripted) => void, outboxBytes = 1_000_000) {
  const memory = createMemoryGroup({ group: createGroup({ nodes: 4 }), outboxBytes, maxFrameBytes: 100_000 });
  const protocol = new Scripted();
  prepare(protocol);
  const node = await openNode({ transport: memory.transport(0), protocol, clock });
  const peers = [1, 2, 3].map((id) => new RawPeer(memory, id));
  await memory.quiet();
  return { memory, protocol, node, peers };
}

/** Settles of promises, in the order in which they came. */
function track(promises: Record<string, Promise<unknown>>): string[] {
  const order: string[] = [];
  for (const [name, promise] of Object.entries(promises)) {
    promise.then(
      () => order.push(name),
      (error: unknown) => order.push(`${name}: ${error instanceof QuorateError ? error.code : String(error)}`),
    );
  }
  return order;
}

test('submit waits until the protocol is ready, first come first served', async () => {
  const { memory, protocol, node, peers } = await scripted((script) => {
    script.ready = false;
    script.onInput = (value) => {
      script.ready = value === 2;
      return [];
    };
    script.onReceive = () => {
      script.ready = true;
      return [];
    };
  });
  const order = track({ a: node.submit(1), b: node.submit(2), c: node.submit(3), d: node.submit(4) });
  expect(node.trySubmit(9)).toBe(false);
  await memory.quiet();
  expect(order).toEqual([]);
  peers[0]?.note(0);
  await memory.quiet();
  expect(order).toEqual(['a']);
  protocol.ready = true;
  expect(node.trySubmit(9)).toBe(false);
  peers[0]?.note(0);
  await memory.quiet();
  expect(order).toEqual(['a', 'b', 'c']);
  expect(protocol.events.filter((event) => event.startsWith('input'))).toEqual(['input 1', 'input 2', 'input 3']);
  await memory.close();
});

test('abort while waiting: the one leaves, those behind move up', async () => {
  const { memory, protocol, node, peers } = await scripted((script) => {
    script.ready = false;
    script.onReceive = () => {
      script.ready = true;
      return [];
    };
  });
  const abort = new AbortController();
  const left = node.submit(1, { signal: abort.signal });
  const order = track({ left, stays: node.submit(2, { signal: new AbortController().signal }) });
  abort.abort(new Error('changed my mind'));
  await expect(left).rejects.toThrow('changed my mind');
  peers[0]?.note(0);
  await memory.quiet();
  expect(order).toEqual(['left: Error: changed my mind', 'stays']);
  expect(protocol.events).toContain('input 2');
  expect(protocol.events).not.toContain('input 1');
  const never = AbortSignal.abort();
  await expect(node.submit(3, { signal: never })).rejects.toMatchObject({ name: 'AbortError' });
  expect(protocol.events).not.toContain('input 3');
  // After it was accepted, an abort comes too late to do anything.
  const late = new AbortController();
  await node.submit(4, { signal: late.signal });
  late.abort();
  await memory.close();
});

test('close while sending: submits that wait are rejected, later ones too', async () => {
  const { memory, node } = await scripted((script) => {
    script.ready = false;
  });
  const waiting = [1, 2, 3].map((value) => node.submit(value));
  const closing = node.close();
  for (const submit of waiting) await expect(submit).rejects.toMatchObject({ code: 'Q3005' });
  await expect(node.submit(4)).rejects.toMatchObject({ code: 'Q3005' });
  await closing;
  await memory.close();
});

test('what the protocol says of an unacceptable value is the submitter’s, and the node goes on', async () => {
  const { memory, node, peers } = await scripted((script) => {
    script.onInput = (value) => {
      if (value < 0) throw new QuorateError('Q4001', `no negative values: ${value}`);
      return [send('all', value)];
    };
  });
  await expect(node.submit(-1)).rejects.toMatchObject({ code: 'Q4001' });
  expect(() => node.trySubmit(-2)).toThrowError(expect.objectContaining({ code: 'Q4001' }));
  await node.submit(3);
  await memory.quiet();
  expect(peers[2]?.numbers).toEqual([3]);
  expect(node.counters.inputs).toBe(1);
  await memory.close();
});

test('an unacceptable value that waited rejects its own submit alone', async () => {
  const { memory, node, peers } = await scripted((script) => {
    script.ready = false;
    script.onInput = (value) => {
      if (value < 0) throw new QuorateError('Q4001', 'no');
      return [];
    };
    script.onReceive = () => {
      script.ready = true;
      return [];
    };
  });
  const order = track({ bad: node.submit(-1), good: node.submit(1) });
  peers[0]?.note(0);
  await memory.quiet();
  expect(order).toEqual(['bad: Q4001', 'good']);
  await memory.close();
});

test('back-pressure: more than f full outboxes make submit wait, up to f do not', async () => {
  const padding = new Uint8Array(50_000);
  const { memory, node, peers } = await scripted((script) => {
    script.onInput = (value) => [{ kind: 'send', to: 'all', message: note(value, padding) }];
  });
  peers[0]?.transport.pause();
  for (let value = 0; value < 40; value++) {
    await node.submit(value);
    // The others read as we write.
    while ((peers[1]?.received.length ?? 0) <= value) await Promise.resolve();
  }
  expect(node.faults).toMatchObject([{ peer: 1, kind: 'overrun', certainty: 'suspicion' }]);
  peers[1]?.transport.pause();
  peers[2]?.transport.pause();
  let accepted = 0;
  while (node.trySubmit(100 + accepted)) accepted++;
  expect(accepted).toBeGreaterThan(0);
  expect(accepted).toBeLessThan(20);
  const order = track({ waited: node.submit(200) });
  await Promise.resolve();
  expect(order).toEqual([]);
  for (const peer of peers) peer.transport.resume();
  await memory.quiet();
  expect(order).toEqual(['waited']);
  expect(peers[1]?.numbers.at(-1)).toBe(200);
  await memory.close();
});

test('a submit from within a step is not accepted there and then', async () => {
  const memory = createMemoryGroup({ group: createGroup({ nodes: 1 }) });
  const protocol = new Scripted();
  protocol.onInput = (value) => [output(value)];
  const answers: boolean[] = [];
  const submitted: Promise<void>[] = [];
  const node = await openNode({
    transport: memory.transport(0),
    protocol,
    clock,
    observer: {
      output: (value) => {
        if (value !== 1) return;
        answers.push(node.trySubmit(2));
        submitted.push(node.submit(3));
      },
    },
  });
  await node.submit(1);
  await Promise.all(submitted);
  expect(answers).toEqual([false]);
  expect(protocol.events).toEqual(['input 1', 'input 3']);
  await memory.close();
});

test('a thousand waiting submits and more are let in over several turns', async () => {
  const { memory, protocol, node, peers } = await scripted((script) => {
    script.ready = false;
    script.onReceive = () => {
      script.ready = true;
      return [];
    };
  });
  const all = Promise.all(Array.from({ length: 3000 }, (_, value) => node.submit(value)));
  peers[0]?.note(0);
  await all;
  expect(protocol.events.slice(1)).toEqual(Array.from({ length: 3000 }, (_, value) => `input ${value}`));
  await memory.close();
});

test('a submitter who never pauses does not keep the node from reading', async () => {
  const memory = createMemoryGroup({ group: createGroup({ nodes: 2 }), schedule: setImmediate });
  const protocol = new Scripted();
  const node = await openNode({ transport: memory.transport(0), protocol, clock });
  const peer = new RawPeer(memory, 1);
  await memory.quiet();
  peer.note(1);
  for (let value = 0; value < 10_000; value++) await node.submit(value);
  const read = protocol.events.indexOf('receive 1 from 1');
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThan(5000);
  // Without awaiting it is an answer that says so.
  let accepted = 0;
  while (node.trySubmit(accepted)) accepted++;
  expect(accepted).toBeLessThanOrEqual(4096);
  await node.submit(-1);
  expect(node.trySubmit(-2)).toBe(true);
  await memory.close();
});
