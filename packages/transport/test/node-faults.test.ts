import { expect, test } from 'vitest';
import {
  codec,
  createGroup,
  createMemoryGroup,
  openNode,
  QuorateError,
  type Fault,
  type LinkEvent,
  type NodeId,
  type NodeObserver,
  type Protocol,
} from '../src/index.js';
import { RawPeer } from './raw-peer.js';
import { note, noteSchema, output, Scripted, send, type Note } from './scripted.js';

const clock = { now: () => 0, schedule: () => () => undefined };

async function observed(prepare: (protocol: Scripted) => void, observer: NodeObserver<Note, unknown> = {}) {
  const memory = createMemoryGroup({ group: createGroup({ nodes: 4 }), outboxBytes: 100_000, maxFrameBytes: 70_000 });
  const protocol = new Scripted();
  prepare(protocol);
  const node = await openNode({ transport: memory.transport(0), protocol, clock, observer });
  const peers = [1, 2, 3].map((id) => new RawPeer(memory, id));
  await memory.quiet();
  return { memory, protocol, node, peers };
}

test('NET-09 truncation and trailing bytes: a fault each, never a message, and the link goes on', async () => {
  const told: number[] = [];
  const { memory, protocol, node, peers } = await observed(() => undefined, {
    fault: (_, __, count) => void told.push(count),
  });
  const valid = codec(noteSchema).encode(note(70_000, Uint8Array.of(1, 2, 3)));
  for (let length = 0; length < valid.length; length++) peers[0]?.broadcast(valid.slice(0, length));
  peers[0]?.broadcast(Uint8Array.of(...valid, 0));
  peers[0]?.broadcast(valid);
  await memory.quiet();
  expect(protocol.events).toEqual(['receive 70000 from 1']);
  expect(node.faults).toHaveLength(1);
  expect(node.faults[0]).toMatchObject({ peer: 1, kind: 'malformed', certainty: 'proof', count: valid.length + 1 });
  expect(node.faults[0]?.detail).toMatch(/^truncated at byte 0: expected /);
  expect(node.faults[0]?.evidence).toEqual([new Uint8Array(0)]);
  expect(told).toEqual(Array.from({ length: valid.length + 1 }, (_, i) => i + 1));
  expect(node.counters).toMatchObject({ faults: valid.length + 1, messagesIn: valid.length + 2 });
  await memory.close();
});

test('the evidence of a malformed message is a copy, and short', async () => {
  const { memory, node, peers } = await observed(() => undefined);
  const nonsense = new Uint8Array(60_000).fill(0xc1);
  peers[1]?.broadcast(nonsense);
  await memory.quiet();
  const [fault] = node.faults;
  expect(fault?.evidence).toEqual([new Uint8Array(256).fill(0xc1)]);
  await memory.close();
});

const fault = (kind: string, detail: string): Fault => ({ kind, certainty: 'suspicion', detail, evidence: [detail] });

test('faults are kept by peer and kind: the first evidence, and a count', async () => {
  const { memory, node, peers } = await observed((script) => {
    script.onReceive = (from, { number }) => [
      { kind: 'fault', peer: from, fault: fault(number % 2 === 0 ? 'even' : 'odd', `number ${number}`) },
    ];
  });
  for (let number = 0; number < 1000; number++) peers[0]?.note(number);
  peers[2]?.note(4);
  await memory.quiet();
  expect(node.faults).toEqual([
    { peer: 1, count: 500, ...fault('even', 'number 0') },
    { peer: 1, count: 500, ...fault('odd', 'number 1') },
    { peer: 3, count: 1, ...fault('even', 'number 4') },
  ]);
  await memory.close();
});

test('a kind of fault for every message does not grow the log without bound', async () => {
  const { memory, node, peers } = await observed((script) => {
    script.onReceive = (from, { number }) => [
      { kind: 'fault', peer: from, fault: { kind: `kind ${number}`, certainty: 'proof', detail: '', evidence: [] } },
    ];
  });
  for (let number = 0; number < 1000; number++) peers[0]?.note(number);
  await memory.quiet();
  expect(node.faults).toHaveLength(64);
  expect(node.counters.faults).toBe(1000);
  await memory.close();
});

test('a protocol that throws stops its node: nothing more leaves, everybody learns it', async () => {
  const { memory, protocol, node, peers } = await observed((script) => {
    script.onReceive = (_, { number }) => {
      if (number === 2) throw new RangeError('invariant');
      script.ready = false;
      return [];
    };
  });
  peers[0]?.note(1);
  await memory.quiet();
  const waiting = node.submit(5);
  for (const number of [2, 3]) peers[0]?.note(number);
  await expect(waiting).rejects.toMatchObject({ code: 'Q3006', cause: new RangeError('invariant') });
  const failure = await node.failure;
  expect(failure).toMatchObject({ code: 'Q3006' });
  expect(() => node.trySubmit(1)).toThrow(failure);
  await node.close();
  await memory.quiet();
  expect(protocol.events).toEqual(['receive 1 from 1', 'receive 2 from 1']);
  for (const peer of peers) expect(peer.links.at(-1)).toMatchObject({ peer: 0, event: { kind: 'closed' } });
  await memory.close();
});

test('broken invariants stop the node wherever they show', async () => {
  const tooLong = new Uint8Array(65_537);
  const breaks: Record<string, (script: Scripted) => void> = {
    'a message that does not fit its schema': (script) => {
      script.onInput = () => [{ kind: 'send', to: 'all', message: note(1, tooLong) }];
    },
    'a receiver that does not exist': (script) => {
      script.onInput = () => [send(9 as NodeId, 1)];
    },
    'an input that throws': (script) => {
      script.onInput = () => {
        throw new TypeError('bug');
      };
    },
    'a message to oneself that is not understood': (script) => {
      script.onInput = () => [send('all', 1)];
      script.onReceive = () => {
        throw new TypeError('bug');
      };
    },
  };
  for (const [what, prepare] of Object.entries(breaks)) {
    const { memory, node } = await observed(prepare);
    await expect(node.submit(1), what).rejects.toMatchObject({ code: 'Q3006' });
    expect(await node.failure, what).toMatchObject({ code: 'Q3006' });
    await memory.close();
  }
});

test('records are refused: there is no storage here', async () => {
  const memory = createMemoryGroup({ group: createGroup({ nodes: 1 }) });
  const durable = Object.assign(new Scripted(), { restore: () => [] });
  await expect(openNode({ transport: memory.transport(0), protocol: durable, clock })).rejects.toMatchObject({
    code: 'Q3008',
  });
  const hidden: Protocol<number, Note, unknown> = {
    schema: noteSchema,
    ready: true,
    // The type rules this out; a caller without types can still do it.
    input: () => [
      { kind: 'persist', record: 1 as never },
      { kind: 'output', value: 1 },
    ],
    receive: () => [],
  };
  const node = await openNode({ transport: memory.transport(0), protocol: hidden });
  await expect(node.submit(0)).rejects.toMatchObject({ code: 'Q3008' });
  expect(node.counters.outputs).toBe(0);
  await memory.close();
});

test('messages that may be longer than frames are refused before anything runs', async () => {
  const memory = createMemoryGroup({ group: createGroup({ nodes: 1 }), maxFrameBytes: 1000 });
  const opening = openNode({ transport: memory.transport(0), protocol: new Scripted(), clock });
  await expect(opening).rejects.toMatchObject({ code: 'Q3010' });
  await memory.close();
});

test('an observer sees messages, bytes, steps, outputs and links', async () => {
  const seen: string[] = [];
  const links: [NodeId, LinkEvent][] = [];
  const { memory, node, peers } = await observed(
    (script) => {
      script.onInput = (value) => [send('all', value), send(1 as NodeId, value)];
      script.onReceive = (from, { number }) => (from === 0 ? [] : [output(number)]);
    },
    {
      received: (from, message, bytes) => void seen.push(`received ${message.number} from ${from}, ${bytes} bytes`),
      sent: (to, message, bytes) => void seen.push(`sent ${message.number} to ${to}, ${bytes} bytes`),
      stepped: (effects) => void seen.push(`stepped ${effects}`),
      output: (value) => void seen.push(`output ${String(value)}`),
      link: (peer, event) => void links.push([peer, event]),
    },
  );
  await node.submit(5);
  peers[0]?.note(6);
  await memory.quiet();
  const { length } = codec(noteSchema).encode(note(5));
  expect(seen).toEqual([
    `sent 5 to all, ${length} bytes`,
    `sent 5 to 1, ${length} bytes`,
    'stepped 2',
    'received 5 from 0, 0 bytes',
    `received 6 from 1, ${length} bytes`,
    'output 6',
    'stepped 1',
  ]);
  expect(links).toEqual([1, 2, 3].map((peer) => [peer, { kind: 'opened', incarnation: 0 }]));
  expect(node.counters).toMatchObject({ messagesOut: 4, bytesOut: 4 * length, messagesToSelf: 1 });
  await memory.close();
});

const boom = (): never => {
  throw new Error('boom');
};

test('an observer that throws stops the node, whichever function it is', async () => {
  const hooks = ['received', 'sent', 'stepped', 'output', 'fault', 'link'] as const;
  for (const hook of hooks) {
    const memory = createMemoryGroup({ group: createGroup({ nodes: 2 }) });
    const protocol = new Scripted();
    protocol.onInput = () => [
      send('all', 1),
      output(1),
      { kind: 'fault', peer: 1 as NodeId, fault: { kind: 'x', certainty: 'proof', detail: '', evidence: [] } },
    ];
    const node = await openNode({ transport: memory.transport(0), protocol, clock, observer: { [hook]: boom } });
    const peer = new RawPeer(memory, 1);
    if (hook !== 'link')
      await expect(node.submit(1)).rejects.toMatchObject({ code: 'Q3009', cause: new Error('boom') });
    expect(await node.failure).toMatchObject({ code: 'Q3009', message: `observer.${hook} threw` });
    await memory.quiet();
    expect(peer.links.at(-1)?.event.kind).toBe('closed');
    await memory.close();
  }
});

test('close asked for in the middle of a step: the step is applied whole first', async () => {
  let closing: Promise<void> | undefined;
  const { memory, node, peers } = await observed(
    (script) => {
      script.onInput = () => [send('all', 1), output(1), send('all', 2)];
    },
    {
      output: () => {
        closing = node.close();
      },
    },
  );
  await node.submit(0);
  await closing;
  await memory.quiet();
  expect(await node.failure).toBeUndefined();
  expect(peers[0]?.numbers).toEqual([1, 2]);
  await memory.close();
});

test('an error of our caller keeps its code, a bug of the protocol gets Q3006', async () => {
  const { memory, node } = await observed((script) => {
    script.onReceive = () => {
      throw new QuorateError('Q4001', 'a protocol may not throw here');
    };
    script.onInput = () => [send('all', 1)];
  });
  await expect(node.submit(1)).rejects.toMatchObject({ code: 'Q3006', cause: { code: 'Q4001' } });
  await memory.close();
});
