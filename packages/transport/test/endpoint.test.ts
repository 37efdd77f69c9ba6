import { expect, test } from 'vitest';
import {
  codec,
  createGroup,
  createMemoryGroup,
  openEndpoint,
  type Endpoint,
  type EndpointMessage,
  type EndpointOptions,
  type MemoryGroup,
  type NodeId,
} from '../src/index.js';
import { envelopeBytes, envelopeSchema } from '../src/envelope.js';
import { ManualClock } from './manual-clock.js';
import { RawPeer } from './raw-peer.js';

const [zero, one, two] = [0 as NodeId, 1 as NodeId, 2 as NodeId];
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const words = (messages: readonly EndpointMessage[]): string[] =>
  messages.map(({ from, tag, round, payload }) => `${from}:${tag}:${round}:${new TextDecoder().decode(payload)}`);

async function endpoints(
  nodes: number,
  options: Partial<EndpointOptions> = {},
  limits: { outboxBytes?: number; maxFrameBytes?: number } = {},
): Promise<{ memory: MemoryGroup; at: (node: number) => Endpoint }> {
  const memory = createMemoryGroup({ group: createGroup({ nodes }), ...limits });
  const open: Endpoint[] = [];
  for (let node = 0; node < nodes; node++)
    open.push(await openEndpoint({ ...options, transport: memory.transport(node) }));
  const at = (node: number): Endpoint => {
    const endpoint = open[node];
    if (endpoint === undefined) throw new Error(`no node ${node}`);
    return endpoint;
  };
  return { memory, at };
}

test('recv gives the next matching message and keeps the rest in order', async () => {
  const { memory, at } = await endpoints(3);
  await at(1).send(zero, text('a'), { tag: 'x', round: 1 });
  await at(1).send(zero, text('b'), { tag: 'y', round: 2 });
  await at(1).send(zero, text('c'), { tag: 'x', round: 2 });
  await at(2).send(zero, text('d'), { tag: 'x', round: 2 });
  await memory.quiet();
  await at(1).send(zero, text('e'), { tag: 'x', round: 1 });
  await memory.quiet();
  const got: EndpointMessage[] = [];
  got.push(await at(0).recv({ round: 2, tag: 'x' }));
  got.push(await at(0).recv({ from: two }));
  got.push(await at(0).recv({ tag: 'y' }));
  got.push(await at(0).recv());
  got.push(await at(0).recv({ from: one, tag: 'x', round: 1 }));
  expect(words(got)).toEqual(['1:x:2:c', '2:x:2:d', '1:y:2:b', '1:x:1:a', '1:x:1:e']);
  await memory.close();
});

test('recv waits for what has not come yet, first come first served', async () => {
  const { memory, at } = await endpoints(2);
  const waiting = [at(0).recv({ tag: 'b' }), at(0).recv(), at(0).recv({ tag: 'b' })];
  for (const tag of ['a', 'b', 'c', 'b']) await at(1).send(zero, text(tag), { tag });
  expect(words(await Promise.all(waiting))).toEqual(['1:b:0:b', '1:a:0:a', '1:b:0:b']);
  expect(words([await at(0).recv()])).toEqual(['1:c:0:c']);
  await memory.close();
});

test('a Buffer is copied too, though its own slice would be a view', async () => {
  const { memory, at } = await endpoints(2);
  const payload = Buffer.from('hello');
  await at(0).broadcast(payload);
  payload.fill(0);
  expect(words([await at(0).recv(), await at(1).recv()])).toEqual(['0::0:hello', '0::0:hello']);
  await memory.close();
});

test('broadcast reaches everybody, oneself included, and messages to oneself work', async () => {
  const { memory, at } = await endpoints(3);
  const payload = text('hello');
  await at(1).broadcast(payload, { tag: 't', round: Number.MAX_SAFE_INTEGER });
  await at(1).send(one, payload, { tag: 'self' });
  // The payload was copied: what the caller does with it afterwards is his business.
  payload.fill(0);
  for (const node of [0, 1, 2]) {
    expect(words([await at(node).recv({ tag: 't' })])).toEqual([`1:t:${Number.MAX_SAFE_INTEGER}:hello`]);
  }
  expect(words([await at(1).recv()])).toEqual(['1:self:0:hello']);
  await memory.close();
});

test('a payload is the receiver’s own copy', async () => {
  const { memory, at } = await endpoints(2);
  for (let round = 0; round < 100; round++) await at(1).send(zero, new Uint8Array(100).fill(round), { round });
  await memory.quiet();
  const got = await Promise.all(Array.from({ length: 100 }, (_, round) => at(0).recv({ round })));
  for (const [round, { payload }] of got.entries()) expect(payload).toEqual(new Uint8Array(100).fill(round));
  await memory.close();
});

test('abort while waiting, and before', async () => {
  const { memory, at } = await endpoints(2);
  const abort = new AbortController();
  const waiting = at(0).recv({ signal: abort.signal });
  const other = at(0).recv({ tag: 'x' });
  abort.abort(new Error('never mind'));
  await expect(waiting).rejects.toThrow('never mind');
  await at(1).send(zero, text('1'), { tag: 'x' });
  expect(words([await other])).toEqual(['1:x:0:1']);
  await expect(at(0).recv({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  await expect(at(0).send(one, text(''), { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  });
  await memory.close();
});

test('a timeout gives up in ticks of the clock, holds the group meanwhile, and takes nothing away', async () => {
  const clock = new ManualClock();
  const { memory, at } = await endpoints(2, { clock });
  const waiting = at(0).recv({ from: one, timeout: 10 });
  let quiet = false;
  const resting = memory.quiet().then(() => void (quiet = true));
  clock.advance(9);
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  expect(quiet).toBe(false);
  clock.advance(1);
  await expect(waiting).rejects.toMatchObject({ code: 'Q3013' });
  await resting;
  const served = at(0).recv({ timeout: 10 });
  await at(1).send(zero, text('in time'));
  expect(words([await served])).toEqual(['1::0:in time']);
  expect(clock.armed).toBe(0);
  await at(1).send(zero, text('later'));
  expect(words([await at(0).recv()])).toEqual(['1::0:later']);
  const closing = at(0).recv({ timeout: 10 });
  await at(0).close();
  await expect(closing).rejects.toMatchObject({ code: 'Q3005' });
  expect(clock.armed).toBe(0);
  await memory.close();
});

test('misuse is refused with a code', async () => {
  const { memory, at } = await endpoints(2, {}, { maxFrameBytes: 1000 });
  const endpoint = at(0);
  expect(endpoint.maxPayloadBytes).toBe(1000 - envelopeBytes);
  const most = new Uint8Array(endpoint.maxPayloadBytes);
  await endpoint.send(one, most, { tag: 'é'.repeat(32), round: Number.MAX_SAFE_INTEGER });
  expect((await at(1).recv()).payload).toEqual(most);
  const refused: [string, Promise<unknown>][] = [
    ['Q3012', endpoint.send(one, new Uint8Array(endpoint.maxPayloadBytes + 1))],
    ['Q3012', endpoint.broadcast(text(''), { tag: 'é'.repeat(33) })],
    ['Q3012', endpoint.send(zero, text(''), { tag: 'x'.repeat(65) })],
    ['Q3012', endpoint.send(one, text(''), { tag: '\ud800' })],
    ['Q3012', endpoint.send(one, text(''), { round: -1 })],
    ['Q3012', endpoint.send(one, text(''), { round: 2 ** 53 })],
    ['Q3012', endpoint.send(one, text(''), { round: 0.5 })],
    ['Q1002', endpoint.send(2 as NodeId, text(''))],
    ['Q1002', endpoint.recv({ from: -1 as NodeId })],
    ['Q3007', endpoint.recv({ timeout: 5 })],
    ['Q3004', endpoint.recv({ timeout: 0 })],
  ];
  for (const [code, promise] of refused) await expect(promise).rejects.toMatchObject({ code });
  await memory.close();
  const tiny = createMemoryGroup({ group: createGroup({ nodes: 2 }), maxFrameBytes: envelopeBytes - 1 });
  await expect(openEndpoint({ transport: tiny.transport(0) })).rejects.toMatchObject({ code: 'Q3004' });
  for (const bounds of [{ inboxMessages: 0 }, { inboxBytes: 1.5 }]) {
    await expect(openEndpoint({ transport: memory.transport(0), ...bounds })).rejects.toMatchObject({ code: 'Q3004' });
  }
});

test('the longest envelope fits in a frame, and no shorter frame would do', () => {
  for (const payload of [70_000, 1 << 20]) {
    expect(codec(envelopeSchema(payload)).maxBytes).toBe(payload + envelopeBytes);
  }
});

test('whoever floods loses its own oldest messages and is reported; nobody else loses any', async () => {
  const told: number[] = [];
  const { memory, at } = await endpoints(3, {
    inboxMessages: 10,
    inboxBytes: 1000,
    observer: { fault: (_, __, count) => void told.push(count) },
  });
  await at(2).send(zero, text('wanted'), { tag: 'wanted' });
  for (let round = 0; round < 25; round++) await at(1).send(zero, text('junk'), { tag: 'junk', round });
  await memory.quiet();
  expect(at(0).faults).toMatchObject([{ peer: 1, kind: 'inbox-overrun', certainty: 'suspicion', count: 15 }]);
  expect(told).toHaveLength(15);
  expect(words([await at(0).recv({ tag: 'wanted' })])).toEqual(['2:wanted:0:wanted']);
  for (let round = 15; round < 25; round++) expect((await at(0).recv({ from: one })).round).toBe(round);
  // By bytes: 1000 in all, and the newest always stays.
  for (let round = 0; round < 4; round++) await at(1).send(zero, new Uint8Array(400), { round });
  await memory.quiet();
  expect(at(0).faults[0]?.count).toBe(17);
  await at(1).send(zero, new Uint8Array(5000), { round: 9 });
  await memory.quiet();
  expect((await at(0).recv({ from: one })).round).toBe(9);
  await memory.close();
});

test('a listener is told all messages of a turn that nobody waited for, the kept ones first', async () => {
  const { memory, at } = await endpoints(3);
  const batches: (readonly EndpointMessage[])[] = [];
  await at(1).send(zero, text('1'));
  await memory.quiet();
  await at(2).send(zero, text('2'));
  await memory.quiet();
  const remove = at(0).onMessages((messages) => void batches.push(messages));
  const waited = at(0).recv();
  for (let round = 3; round < 100; round++) at(1).trySend(zero, text(String(round)));
  await memory.quiet();
  expect(words([await waited])).toEqual(['1::0:3']);
  const told = batches.flat().map(({ payload }) => Number(new TextDecoder().decode(payload)));
  expect(told).toEqual([1, 2, ...Array.from({ length: 96 }, (_, i) => i + 4)]);
  expect(batches.length).toBeLessThan(10);
  remove();
  await at(1).send(zero, text('kept'));
  expect(words([await at(0).recv()])).toEqual(['1::0:kept']);
  await memory.close();
});

test('a listener that leaves before it was told loses nothing for those behind it', async () => {
  const { memory, at } = await endpoints(2);
  await at(1).send(zero, text('1'));
  await memory.quiet();
  const told: unknown[] = [];
  at(0).onMessages((messages) => void told.push(...messages))();
  expect(words([await at(0).recv()])).toEqual(['1::0:1']);
  expect(told).toEqual([]);
  await memory.close();
});

test('a payload in a Buffer is copied like any other', async () => {
  const { memory, at } = await endpoints(2, {}, { outboxBytes: 200, maxFrameBytes: 200 });
  memory.transport(1).pause();
  const payload = Buffer.alloc(50, 1);
  while (at(0).trySend(one, payload));
  const waiting = at(0).broadcast(payload);
  payload.fill(2);
  memory.transport(1).resume();
  await waiting;
  await memory.quiet();
  expect((await at(0).recv()).payload).toEqual(new Uint8Array(50).fill(1));
  expect((await at(1).recv()).payload).toEqual(new Uint8Array(50).fill(1));
  await memory.close();
});

test('a listener that answers itself does not shut out the others, and one that throws stops the endpoint', async () => {
  const { memory, at } = await endpoints(2);
  let rounds = 0;
  at(0).onMessages((messages) => {
    for (const { from } of messages) {
      if (from === one) throw new Error('enough');
      rounds++;
      at(0).trySend(zero, text('again'));
    }
  });
  await at(0).send(zero, text('begin'));
  await at(1)
    .recv({ timeout: 1 })
    .catch(() => undefined);
  await at(1).send(zero, text('stop'));
  expect(await at(0).failure).toMatchObject({ code: 'Q3009', cause: new Error('enough') });
  expect(rounds).toBeGreaterThan(1);
  await expect(at(0).recv()).rejects.toMatchObject({ code: 'Q3009' });
  await memory.close();
});

test('NET-09 bytes that are no message are a fault of the peer', async () => {
  const memory = createMemoryGroup({ group: createGroup({ nodes: 2 }) });
  const endpoint = await openEndpoint({ transport: memory.transport(0) });
  const peer = new RawPeer(memory, 1);
  const valid = codec(envelopeSchema(100)).encode({ tag: 'tag', round: 1000, payload: text('payload') });
  for (let length = 0; length < valid.length; length++) peer.broadcast(valid.slice(0, length));
  peer.broadcast(Uint8Array.of(...valid, 0xc0));
  peer.broadcast(valid);
  await memory.quiet();
  expect(endpoint.faults).toMatchObject([{ peer: 1, kind: 'malformed', certainty: 'proof', count: valid.length + 1 }]);
  expect(words([await endpoint.recv()])).toEqual(['1:tag:1000:payload']);
  await memory.close();
});

test('send waits while the transport is congested, in order, with the payload as it was', async () => {
  const { memory, at } = await endpoints(2, {}, { outboxBytes: 10_000, maxFrameBytes: 5000 });
  const peer = memory.transport(1);
  peer.pause();
  const payload = new Uint8Array(1000).fill(1);
  let sent = 0;
  while (at(0).trySend(one, payload, { round: sent })) sent++;
  expect(sent).toBeLessThan(10);
  const order: number[] = [];
  const abort = new AbortController();
  const aborted = at(0).send(one, payload, { signal: abort.signal });
  const waiting = [sent, sent + 1].map((round) =>
    at(0)
      .send(one, payload, { round })
      .then(() => order.push(round)),
  );
  payload.fill(2);
  abort.abort(new Error('too slow'));
  await expect(aborted).rejects.toThrow('too slow');
  expect(order).toEqual([]);
  peer.resume();
  // Whoever comes when there is room again, but others still wait, is not let past them.
  while (memory.transport(0).congested) await Promise.resolve();
  expect(at(0).trySend(one, payload)).toBe(false);
  await Promise.all(waiting);
  expect(order).toEqual([sent, sent + 1]);
  await memory.quiet();
  for (let round = 0; round < sent + 2; round++) {
    expect(await at(1).recv()).toMatchObject({ round, payload: new Uint8Array(1000).fill(1) });
  }
  await memory.close();
});

test('close while sending and receiving: whoever waits learns it; closing twice is closing once', async () => {
  const { memory, at } = await endpoints(2, {}, { outboxBytes: 5000, maxFrameBytes: 5000 });
  memory.transport(1).pause();
  while (at(0).trySend(one, new Uint8Array(1000)));
  const waiting = [at(0).send(one, text('x')), at(0).broadcast(text('x')), at(0).recv()];
  await Promise.all([at(0).close(), at(0).close(), at(0)[Symbol.asyncDispose]()]);
  for (const promise of waiting) await expect(promise).rejects.toMatchObject({ code: 'Q3005' });
  expect(() => at(0).trySend(one, text('x'))).toThrowError(expect.objectContaining({ code: 'Q3005' }));
  expect(await at(0).failure).toBeUndefined();
  await memory.close();
});

test('an overrun is reported, and links are told', async () => {
  const links: string[] = [];
  const memory = createMemoryGroup({ group: createGroup({ nodes: 4 }), outboxBytes: 5000, maxFrameBytes: 5000 });
  const observer = { link: (peer: NodeId, { kind }: { kind: string }) => void links.push(`${kind} ${peer}`) };
  const endpoint = await openEndpoint({ transport: memory.transport(0), observer });
  const peer = new RawPeer(memory, 1);
  await memory.quiet();
  peer.transport.pause();
  for (let round = 0; round < 10; round++) await endpoint.send(one, new Uint8Array(1000), { round });
  peer.transport.resume();
  await memory.quiet();
  expect(links).toEqual(['opened 1', 'overrun 1', 'reopened 1']);
  expect(endpoint.faults).toMatchObject([{ peer: 1, kind: 'overrun', certainty: 'suspicion', count: 1 }]);
  await memory.close();
});

test('a sender who never pauses does not keep the endpoint from reading', async () => {
  const memory = createMemoryGroup({ group: createGroup({ nodes: 2 }), schedule: setImmediate });
  const endpoint = await openEndpoint({ transport: memory.transport(0) });
  const other = await openEndpoint({ transport: memory.transport(1) });
  await other.send(zero, text('hello'));
  const read: EndpointMessage[] = [];
  const reading = endpoint.recv().then((message) => read.push(message));
  let sent = 0;
  for (; read.length === 0; sent++) await endpoint.send(one, text('on and on'));
  await reading;
  expect(sent).toBeLessThan(10_000);
  while (endpoint.trySend(one, text('on and on'))) sent++;
  await endpoint.send(one, text('more'));
  await memory.close();
});
