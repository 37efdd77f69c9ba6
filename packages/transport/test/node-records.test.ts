import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileStorageOn } from '../src/file-storage/file-storage.js';
import { fileStorage } from '../src/file-storage/index.js';
import {
  createGroup,
  createMemoryGroup,
  memoryStorage,
  MemoryLog,
  nodeId,
  openNode,
  text,
  type AnyProtocol,
  type Fault,
  type Storage,
  type StorageCut,
} from '../src/index.js';
import { MemoryDisk } from './file-storage/memory-disk.js';
import { ManualClock } from './manual-clock.js';
import { RawPeer } from './raw-peer.js';
import { compact, persist, ScriptedDurable, SlowStorage } from './scripted-durable.js';
import { arm, output, Scripted, send } from './scripted.js';

const other = nodeId(createGroup({ nodes: 2 }), 1);
const odd: Fault = { kind: 'odd', certainty: 'suspicion', detail: 'it is odd', evidence: [] };

async function durable(prepare: (protocol: ScriptedDurable) => void, storage: Storage = new SlowStorage()) {
  const memory = createMemoryGroup({ group: createGroup({ nodes: 2 }) });
  const clock = new ManualClock();
  const protocol = new ScriptedDurable();
  prepare(protocol);
  const told: unknown[] = [];
  const sent: string[] = [];
  const node = await openNode({
    transport: memory.transport(0),
    protocol,
    storage,
    clock,
    onOutputs: (values) => void told.push(...values),
    observer: { sent: (to, { number }) => void sent.push(`${number} to ${to}`) },
  });
  const peer = new RawPeer(memory, 1);
  return { memory, clock, protocol, node, peer, told, sent };
}

/** Whatever can happen without the disk has happened. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test('no send or output of this or any later step leaves before the record is durable, and then in order', async () => {
  const storage = new SlowStorage();
  const { node, peer, told, sent, memory } = await durable((script) => {
    script.onInput = (value) =>
      value === 1
        ? [output('before'), send('all', 10), persist(1), send('all', 11), output('after')]
        : [send(peer.transport.self, value), output(value)];
  }, storage);
  await node.submit(1);
  await node.submit(2);
  await settled();
  expect([told, peer.numbers, sent]).toEqual([['before'], [10], ['10 to all']]);
  expect(storage.log.records).toHaveLength(0);
  storage.letGo();
  await settled();
  expect(told).toEqual(['before', 'after', 2]);
  expect(peer.numbers).toEqual([10, 11, 2]);
  expect(sent).toEqual(['10 to all', '11 to all', '2 to 1']);
  expect(node.counters).toMatchObject({ records: 1, commits: 1, outputs: 3, messagesOut: 3 });
  await node.submit(3);
  await settled();
  expect(told.at(-1), 'with nothing on its way, nothing waits').toBe(3);
  await memory.close();
});

test('while one write runs the next gathers, and each lets go of its own', async () => {
  const storage = new SlowStorage();
  const { node, told, memory } = await durable((script) => {
    script.onInput = (value) => [persist(value), output(value)];
  }, storage);
  await Promise.all([node.submit(1), node.submit(2)]);
  await settled();
  for (const value of [3, 4, 5]) {
    await node.submit(value);
    await settled();
  }
  expect(storage.asked).toEqual(['append 1,2']);
  storage.letGo();
  await settled();
  expect(told).toEqual([1, 2]);
  expect(storage.asked).toEqual(['append 1,2', 'append 3,4,5']);
  await node.submit(6);
  storage.letGo();
  await settled();
  expect(told).toEqual([1, 2, 3, 4, 5]);
  storage.letGo();
  await settled();
  expect(told).toEqual([1, 2, 3, 4, 5, 6]);
  expect(node.counters).toMatchObject({ records: 6, commits: 3 });
  await memory.close();
});

test('what a node says to itself is told at once, and what comes of it waits', async () => {
  const storage = new SlowStorage();
  const { node, protocol, told, peer, memory, clock } = await durable((script) => {
    script.onInput = () => [persist(1), send('all', 7), send(node.self, 8), arm('soon', 1)];
    script.onReceive = (_, { number }) => [output(number)];
    script.onExpire = () => [output('expired'), persist(2)];
  }, storage);
  await node.submit(0);
  clock.advance(1);
  await settled();
  expect(protocol.events.slice(1)).toEqual(['input 0', 'receive 7 from 0', 'receive 8 from 0', 'expire "soon"']);
  expect([told, peer.numbers]).toEqual([[], []]);
  storage.letAllGo();
  await settled();
  expect([told, peer.numbers]).toEqual([[7, 8, 'expired'], [7]]);
  expect(node.counters.messagesToSelf).toBe(2);
  await memory.close();
});

test('faults are noted at once', async () => {
  const { node, peer, memory } = await durable((script) => {
    script.onInput = () => [persist(1), { kind: 'fault', peer: peer.transport.self, fault: odd }];
  });
  await node.submit(0);
  expect(node.faults).toMatchObject([{ peer: 1, count: 1 }]);
  await memory.close();
});

test('compact takes the place of what was gathered, and what comes later goes along', async () => {
  const storage = new SlowStorage();
  const { node, told, memory } = await durable((script) => {
    script.onInput = (value) =>
      value === 3 ? [persist(3), compact(20, 21), output(3)] : [persist(value), output(value)];
  }, storage);
  await node.submit(1);
  await settled();
  for (const value of [2, 3, 4]) await node.submit(value);
  storage.letGo();
  await settled();
  expect(told).toEqual([1]);
  expect(storage.asked).toEqual(['append 1', 'compact 20,21,4']);
  expect(storage.log.records.map(([byte]) => byte)).toEqual([1]);
  storage.letGo();
  await settled();
  expect(told).toEqual([1, 2, 3, 4]);
  expect(storage.log.records.map(([byte]) => byte)).toEqual([20, 21, 4]);
  await memory.close();
});

test('restore comes first, with everything of earlier lives, and its step is applied when the links open', async () => {
  const log = new MemoryLog();
  for (let life = 0; life < 3; life++) {
    const { node, protocol, peer, memory, told } = await durable((script) => {
      script.onRestore = (records) => [output(`back ${records.join()}`), send(other, 1), persist(90 + life)];
      script.onInput = (value) => [persist(value)];
    }, memoryStorage({ log }));
    const before = [[], [90, 0], [90, 0, 91, 1]][life] ?? [];
    await node.submit(life);
    await memory.quiet();
    expect(protocol.events).toEqual([`restore ${before.join()}`, `input ${life}`]);
    expect([told, peer.numbers]).toEqual([[`back ${before.join()}`], [1]]);
    await node.close();
    await memory.close();
  }
  expect(log.records.map(([byte]) => byte)).toEqual([90, 0, 91, 1, 92, 2]);
});

test('a group is quiet when everything is durable and said', async () => {
  const storage = new SlowStorage();
  const { node, memory, told } = await durable((script) => {
    script.onInput = (value) => [persist(value), output(value)];
  }, storage);
  await node.submit(1);
  let quiet = false;
  const waiting = memory.quiet().then(() => void (quiet = true));
  await settled();
  expect(quiet).toBe(false);
  storage.letGo();
  await waiting;
  expect(told).toEqual([1]);
  await memory.close();
});

test('a disk that is slow is felt in submit, and nowhere else: the node reads on', async () => {
  const storage = new SlowStorage();
  const { node, peer, protocol, memory, told } = await durable((script) => {
    script.onInput = (value) => [persist(value % 100), output(value)];
    script.onReceive = (_, { number }) => [output(-number)];
  }, storage);
  let accepted = 0;
  while (accepted < 10_000 && node.trySubmit(accepted)) {
    accepted++;
    if (accepted % 1000 === 0) await settled();
  }
  expect(accepted).toBe(4096);
  const waiting = node.submit(4096);
  const giveUp = new AbortController();
  const aborted = node.submit(4097, { signal: giveUp.signal });
  giveUp.abort(new Error('no time'));
  await expect(aborted).rejects.toThrow('no time');
  peer.note(5);
  await settled();
  expect(protocol.events.at(-1)).toBe('receive 5 from 1');
  expect(told).toEqual([]);
  storage.letAllGo();
  await waiting;
  await memory.quiet();
  expect(told).toEqual([...Array(4096).keys(), -5, 4096]);
  await memory.close();
});

test('a disk that does not answer stops the node from reading, before peers have filled its memory', async () => {
  const storage = new SlowStorage();
  const { node, peer, protocol, memory } = await durable((script) => {
    script.onInput = (value) => [persist(value)];
    script.onReceive = (from, { number }) => (from === node.self ? [] : [send(from, number)]);
  }, storage);
  await node.submit(1);
  await settled();
  const count = 80_000;
  for (let number = 0; number < count; number++) peer.note(number % 1000);
  await settled();
  await settled();
  const read = protocol.events.filter((event) => event.startsWith('receive')).length;
  expect(read).toBe(65_536);
  expect(peer.numbers).toEqual([]);
  storage.letAllGo();
  await memory.quiet();
  expect(peer.numbers).toEqual(Array.from({ length: count }, (_, number) => number % 1000));
  await memory.close();
});

test('a storage that fails stops the node: nothing leaves, and the error has its code', async () => {
  const disk = new MemoryDisk();
  const slow = new SlowStorage(fileStorageOn(disk, { path: '/log', identity: 'node/0' }));
  const { node, memory, told, peer } = await durable((script) => {
    script.onInput = (value) => [persist(value), output(value), send('all', value)];
  }, slow);
  await node.submit(1);
  await settled();
  await node.submit(2);
  disk.failAt = 0;
  slow.letAllGo();
  expect(await node.failure).toMatchObject({ code: 'Q3047', cause: { message: 'ENOSPC no space left on device' } });
  await expect(node.submit(3)).rejects.toMatchObject({ code: 'Q3047' });
  expect([told, peer.numbers, slow.closed, disk.locked]).toEqual([[], [], true, false]);
  await memory.close();
});

test('a full log stops the node (Q3041)', async () => {
  const { node, memory } = await durable(
    (script) => {
      script.onInput = (value) => [persist(value)];
    },
    memoryStorage({ maxLogBytes: 3 }),
  );
  for (let value = 0; value < 4; value++) await node.submit(value);
  expect(await node.failure).toMatchObject({ code: 'Q3041' });
  await memory.close();
});

test('closing is a crash for what was not durable, and lets go of the log', async () => {
  const storage = new SlowStorage();
  const { node, memory, told, peer } = await durable((script) => {
    script.onInput = (value) => [persist(value), output(value), send('all', value)];
  }, storage);
  await node.submit(1);
  await settled();
  await node.submit(2);
  const closing = node.close();
  storage.letAllGo();
  await closing;
  await settled();
  expect([told, peer.numbers]).toEqual([[], []]);
  expect(await node.failure).toBe(undefined);
  expect(storage.log.holder).toBe(undefined);
  // What was being written may be there; what was gathered is not.
  expect(storage.asked).toEqual(['append 1']);
  await memory.close();
});

test('what a protocol with records needs, refused before anything runs', async () => {
  const memory = createMemoryGroup({ group: createGroup({ nodes: 1 }) });
  const transport = memory.transport(0);
  const clock = new ManualClock();
  const protocol = new ScriptedDurable();
  // @ts-expect-error: the type wants storage
  await expect(openNode({ transport, protocol, clock })).rejects.toMatchObject({ code: 'Q3008' });
  const small = memoryStorage({ maxRecordBytes: 4 });
  await expect(openNode({ transport, protocol, storage: small, clock })).rejects.toMatchObject({ code: 'Q3040' });
  await memory.close();
});

test('a caller that does not know what kind of protocol it has passes storage or none', async () => {
  const memory = createMemoryGroup({ group: createGroup({ nodes: 2 }) });
  const clock = new ManualClock();
  const log = new MemoryLog();
  const storage = memoryStorage({ log });
  const open = <I, M, O, T, R>(node: number, protocol: AnyProtocol<I, M, O, T, R>, where: Storage | undefined) =>
    openNode({ transport: memory.transport(node), protocol, storage: where, clock });
  await expect(open(0, new ScriptedDurable(), undefined)).rejects.toMatchObject({ code: 'Q3008' });
  await open(0, new Scripted(), storage);
  expect(log.holder, 'nobody needs it').toBe(undefined);
  await open(1, new ScriptedDurable(), storage);
  expect(log.holder).not.toBe(undefined);
  await memory.close();
});

test('a log that cannot be used stops the start, and is let go of', async () => {
  const memory = createMemoryGroup({ group: createGroup({ nodes: 1 }) });
  const transport = memory.transport(0);
  const clock = new ManualClock();
  const log = new MemoryLog();
  log.records.push(new Uint8Array([1]), new Uint8Array([0xc0]));
  const open = (protocol: ScriptedDurable, signal?: AbortSignal) =>
    openNode({
      transport,
      clock,
      protocol,
      storage: memoryStorage({ log }),
      ...(signal === undefined ? {} : { signal }),
    });
  await expect(open(new ScriptedDurable())).rejects.toThrow("record 2 of 2 is none of the protocol's");
  expect(log.holder).toBe(undefined);
  const foreign = Object.assign(new ScriptedDurable(), { recordSchema: text({ max: 5 }) });
  await expect(open(foreign as never)).rejects.toMatchObject({ code: 'Q3048' });
  log.records.pop();
  const reason = new Error('never mind');
  await expect(open(new ScriptedDurable(), AbortSignal.abort(reason))).rejects.toBe(reason);
  const broken = new ScriptedDurable();
  broken.onRestore = () => {
    throw new TypeError('bug');
  };
  await expect(open(broken)).rejects.toMatchObject({ code: 'Q3006' });
  expect(log.holder).toBe(undefined);
  const node = await open(new ScriptedDurable());
  await expect(open(new ScriptedDurable())).rejects.toMatchObject({ code: 'Q3046' });
  await node.close();
  // The transport was opened by the first, and is closed: a second one cannot have it.
  await expect(open(new ScriptedDurable())).rejects.toMatchObject({ code: 'Q3002' });
  expect(log.holder).toBe(undefined);
  await memory.close();
});

test('a node on a real file carries on where it was, and says what was cut', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'quorate-log-'));
  const disk = new MemoryDisk();
  const seen: [number, StorageCut | undefined][] = [];
  const start = async (storage: Storage): Promise<string> => {
    const memory = createMemoryGroup({ group: createGroup({ nodes: 1 }) });
    const protocol = new ScriptedDurable();
    protocol.onInput = (value) => [persist(value), output(value)];
    const node = await openNode({
      transport: memory.transport(0),
      protocol,
      storage,
      clock: new ManualClock(),
      observer: { restored: (records, cut) => void seen.push([records, cut]) },
    });
    await node.submit(seen.length);
    await node.outputs().next();
    await node.close();
    await memory.close();
    return protocol.events[0] ?? '';
  };
  const real = (): Storage => fileStorage({ path: join(directory, 'log'), identity: 'n/0' });
  expect([await start(real()), await start(real()), await start(real())]).toEqual([
    'restore ',
    'restore 1',
    'restore 1,2',
  ]);
  const virtual = (): Storage => fileStorageOn(disk, { path: '/log', identity: 'n/0' });
  await start(virtual());
  const bytes = disk.bytesOf('/log') ?? Buffer.alloc(0);
  bytes.write('torn', 512 + 24);
  disk.put('/log', bytes);
  expect(await start(virtual())).toBe('restore 4');
  expect(seen.map(([records]) => records)).toEqual([0, 1, 2, 0, 1]);
  expect(seen.at(-1)?.[1]).toEqual({ records: 1, bytes: 4 });
  await rm(directory, { recursive: true });
});
