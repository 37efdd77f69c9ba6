import { expect, test } from 'vitest';
import { createGroup, createMemoryGroup, type NodeId } from '../src/index.js';
import { RawPeer } from './raw-peer.js';

const pair = (options: { outboxBytes?: number; maxFrameBytes?: number } = {}) =>
  createMemoryGroup({ group: createGroup({ nodes: 2 }), ...options });

test('a view that is kept after the call is found out', async () => {
  const memory = pair();
  const kept: Uint8Array[] = [];
  const peer = new RawPeer(memory, 0);
  const keeper = new RawPeer(memory, 1, {
    frame: (_, bytes, start, end) => void kept.push(bytes.subarray(start, end)),
  });
  peer.broadcast(Uint8Array.of(1, 2, 3));
  await memory.quiet();
  expect(keeper.received).toEqual([]);
  expect(kept).toEqual([Uint8Array.of(0xdb, 0xdb, 0xdb)]);
  await memory.close();
});

test('what was not flushed does not leave', async () => {
  const memory = pair();
  const writer = new RawPeer(memory, 0);
  const reader = new RawPeer(memory, 1);
  await memory.quiet();
  writer.transport.send(1 as NodeId, Uint8Array.of(1), 0, 1);
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  expect(reader.received).toEqual([]);
  writer.transport.flush();
  await memory.quiet();
  expect(reader.received).toHaveLength(1);
  await memory.close();
});

test('an outbox is bounded in bytes, empty frames included', async () => {
  for (const [length, most] of [
    [0, 1250],
    [92, 100],
    [1000, 9],
  ] as const) {
    const memory = pair({ outboxBytes: 10_000, maxFrameBytes: 10_000 });
    const writer = new RawPeer(memory, 0);
    const reader = new RawPeer(memory, 1);
    await memory.quiet();
    reader.transport.pause();
    const frame = new Uint8Array(length);
    for (let sent = 0; sent < most; sent++) writer.broadcast(frame);
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    expect(writer.links.map(({ event }) => event.kind)).toEqual(['opened']);
    writer.broadcast(frame);
    writer.broadcast(frame);
    reader.transport.resume();
    await memory.quiet();
    expect(writer.links.slice(1).map(({ event }) => event)).toEqual([
      { kind: 'overrun', direction: 'out', droppedBytes: (most + 1) * length },
      { kind: 'reopened', incarnation: 0 },
    ]);
    expect(reader.links.slice(1).map(({ event }) => event)).toEqual([
      { kind: 'overrun', direction: 'in', droppedBytes: (most + 2) * length },
      { kind: 'reopened', incarnation: 0 },
    ]);
    expect(reader.received).toEqual([]);
    await memory.close();
  }
});

test('the same calls are delivered in the same order, whatever the scheduler', async () => {
  const runs: string[][] = [];
  for (const schedule of [queueMicrotask, setImmediate, (run: () => void) => void setTimeout(run)]) {
    const memory = createMemoryGroup({ group: createGroup({ nodes: 4 }), schedule });
    const log: string[] = [];
    const peers: RawPeer[] = [];
    for (let node = 0; node < 4; node++) {
      const peer: RawPeer = new RawPeer(memory, node, {
        frame: (from, bytes, start) => {
          const [hops = 0] = bytes.subarray(start, start + 1);
          log.push(`${from}→${node}: ${hops}`);
          if (hops > 0) peer.transport.broadcast(Uint8Array.of(hops - 1), 0, 1);
        },
        turn: () => peer.transport.flush(),
      });
      peers.push(peer);
    }
    for (const [hops, peer] of peers.entries()) peer.broadcast(Uint8Array.of(hops));
    await memory.quiet();
    runs.push(log);
    await memory.close();
  }
  expect(runs[0]?.length).toBeGreaterThan(100);
  expect(runs[1]).toEqual(runs[0]);
  expect(runs[2]).toEqual(runs[0]);
});

test('limits that do not fit together are refused', () => {
  const refused = [
    { outboxBytes: 0 },
    { outboxBytes: 0.5 },
    { maxFrameBytes: NaN },
    { maxFrameBytes: -1 },
    { outboxBytes: 999, maxFrameBytes: 1000 },
  ];
  for (const limits of refused) expect(() => pair(limits)).toThrowError(expect.objectContaining({ code: 'Q3004' }));
  const memory = pair();
  for (const node of [-1, 2, 0.5]) {
    expect(() => memory.transport(node)).toThrowError(expect.objectContaining({ code: 'Q1002' }));
    expect(() => memory.crash(node)).toThrowError(expect.objectContaining({ code: 'Q1002' }));
  }
});

test('a node that closes, crashes or starts anew in the middle of being told a frame', async () => {
  for (const end of ['close', 'crash', 'restart', 'crash the sender'] as const) {
    const memory = createMemoryGroup({ group: createGroup({ nodes: 4 }) });
    const writer = new RawPeer(memory, 0);
    const others = [new RawPeer(memory, 2), new RawPeer(memory, 3)];
    const told: Uint8Array[] = [];
    const reader = new RawPeer(memory, 1, {
      frame: (_, bytes, start, stop) => {
        if (end === 'close') void reader.transport.close();
        else if (end === 'restart') memory.restart(1);
        else memory.crash(end === 'crash' ? 1 : 0);
        // What the frame says must stand until the call returns, also when its queue is gone and others send.
        for (const other of others) other.broadcast(Uint8Array.of(7, 7));
        told.push(bytes.slice(start, stop));
      },
    });
    await memory.quiet();
    for (const first of [1, 2, 3]) writer.transport.send(1 as NodeId, Uint8Array.of(first, 9), 0, 2);
    writer.transport.flush();
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    expect(told[0], end).toEqual(Uint8Array.of(1, 9));
    expect(told.slice(1), end).toEqual(end === 'crash the sender' ? told.slice(1).map(() => Uint8Array.of(7, 7)) : []);
    await memory.close();
  }
});

test('a restart before the last frames of the life before were read: closed comes first, then reopened', async () => {
  const memory = pair();
  const writer = new RawPeer(memory, 0);
  const reader = new RawPeer(memory, 1);
  await memory.quiet();
  reader.transport.pause();
  writer.broadcast(Uint8Array.of(1));
  await writer.transport.close();
  memory.restart(0);
  const next = new RawPeer(memory, 0);
  next.broadcast(Uint8Array.of(2));
  reader.transport.resume();
  await memory.quiet();
  expect(reader.links.map(({ event }) => event.kind)).toEqual(['opened', 'closed', 'reopened']);
  expect(reader.received.map(({ bytes }) => [...bytes])).toEqual([[2]]);
  await memory.close();
});

test('memory is given back: two hundred thousand frames through a link need no more than a few slabs', async () => {
  const memory = pair();
  let read = 0;
  const reader = new RawPeer(memory, 1, { frame: () => void read++ });
  const writer = new RawPeer(memory, 0);
  await memory.quiet();
  const frame = new Uint8Array(64);
  const before = process.memoryUsage().arrayBuffers;
  for (let burst = 0; burst < 200; burst++) {
    for (let sent = 0; sent < 1000; sent++) writer.transport.broadcast(frame, 0, 64);
    writer.transport.flush();
    await memory.quiet();
  }
  expect(read).toBe(200_000);
  expect(reader.links).toHaveLength(1);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * 1024 * 1024);
  await memory.close();
});

/** Node 0 fills its link to node 1, which does not read, until it is congested. */
async function congested() {
  const memory = pair({ outboxBytes: 10_000, maxFrameBytes: 1000 });
  const told: string[] = [];
  const writer = new RawPeer(memory, 0, { writable: () => void told.push('writable') });
  const reader = new RawPeer(memory, 1);
  await memory.quiet();
  reader.transport.pause();
  let sent = 0;
  for (; !writer.transport.congested; sent++) writer.broadcast(new Uint8Array(92));
  return { memory, told, writer, reader, sent };
}

test('a link is full above half of its outbox, and writable again at a quarter', async () => {
  const { memory, sent } = await congested();
  await memory.close();
  expect(sent).toBe(51);
  const told: string[] = [];
  let read = 0;
  const again = pair({ outboxBytes: 10_000, maxFrameBytes: 1000 });
  const slow = new RawPeer(again, 1, { frame: () => void (++read === 26 && slow.transport.pause()) });
  const other = new RawPeer(again, 0, { writable: () => void told.push(`writable after ${read}`) });
  for (let frame = 0; frame < sent; frame++) other.broadcast(new Uint8Array(92));
  expect(other.transport.congested).toBe(true);
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  expect(read).toBe(26);
  expect(other.transport.congested).toBe(false);
  expect(told).toEqual(['writable after 26']);
  await again.close();
});

test('a full link to a node that crashes is congested no longer', async () => {
  const { memory, told, writer } = await congested();
  memory.crash(1);
  expect(writer.transport.congested).toBe(false);
  await memory.quiet();
  expect(told).toEqual(['writable']);
  await memory.close();
});

test('a group is quiet when a reader that was cut off has died', async () => {
  const { memory, writer } = await congested();
  for (let frame = 0; frame < 100; frame++) writer.broadcast(new Uint8Array(92));
  memory.crash(1);
  await memory.quiet();
  expect(writer.links.map(({ event }) => event.kind)).toEqual(['opened', 'overrun', 'closed']);
  await memory.close();
});

test('a cut link whose writer has closed does not open again', async () => {
  const { memory, writer, reader } = await congested();
  for (let frame = 0; frame < 100; frame++) writer.broadcast(new Uint8Array(92));
  await writer.transport.close();
  reader.transport.resume();
  await memory.quiet();
  expect(reader.links.map(({ event }) => event.kind)).toEqual(['opened', 'overrun', 'closed']);
  await memory.close();
});

test('whoever closes while it is told of links, or runs what was scheduled, is told nothing more', async () => {
  const memory = createMemoryGroup({ group: createGroup({ nodes: 3 }) });
  const told: string[] = [];
  const closing = new RawPeer(memory, 0, {
    link: () => {
      told.push('link');
      void closing.transport.close();
    },
  });
  const other = new RawPeer(memory, 1);
  new RawPeer(memory, 2).transport.flush();
  await memory.quiet();
  expect(told).toEqual(['link']);
  other.transport.schedule(() => {
    told.push('scheduled');
    void other.transport.close();
  });
  other.transport.schedule(() => void told.push('scheduled after closing'));
  await memory.quiet();
  expect(told).toEqual(['link', 'scheduled']);
  await memory.close();
});

test('a node that dies holds nothing any more', async () => {
  const memory = pair();
  const release = memory.transport(0).hold();
  memory.transport(1).hold();
  memory.crash(0);
  await memory.transport(1).close();
  await memory.quiet();
  // Letting go afterwards, and twice, changes nothing.
  release();
  release();
  let quiet = false;
  const again = memory.restart(0).hold();
  const waiting = memory.quiet().then(() => void (quiet = true));
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  expect(quiet).toBe(false);
  again();
  await waiting;
  await memory.close();
});
