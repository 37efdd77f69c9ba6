import { describe, expect, it } from 'vitest';
import { greetingBytes, refuseGreeting, writeGreeting, type Greeting } from '../../src/worker-threads/hello.js';
import {
  acknowledgedWord,
  controlBytes,
  droppedHighWord,
  headWord,
  stateWord,
  tailWord,
  verdictWord,
} from '../../src/worker-threads/layout.js';
import { InThread } from './in-thread.js';

const greeting: Greeting = {
  groupId: '00112233445566778899aabbccddeeff',
  nodes: 4,
  faulty: 1,
  from: 2,
  to: 0,
  incarnation: 7,
};

describe('the greeting', () => {
  const { bytes } = writeGreeting(greeting);
  const refused = (expected: Partial<Greeting>): string | undefined =>
    refuseGreeting(bytes, 0, greetingBytes, { ...greeting, ...expected });

  it('agrees with itself', () => {
    expect(refused({})).toBe(undefined);
  });

  it('is refused from another group, another place in it, or another life', () => {
    expect(refused({ groupId: '00112233445566778899aabbccddeefe' })).toBe('a node of another group');
    expect(refused({ nodes: 5 })).toBe('a group of n = 4, f = 1');
    expect(refused({ faulty: 0 })).toBe('a group of n = 4, f = 1');
    expect(refused({ from: 1 })).toBe('a link from 2 to 0');
    expect(refused({ to: 1 })).toBe('a link from 2 to 0');
    expect(refused({ incarnation: 8 })).toBe('incarnation 7, expected 8');
  });

  it('is refused with another wire version, and when it is none', () => {
    const words = new Int32Array(bytes.slice().buffer);
    words[1] = 9;
    expect(refuseGreeting(new Uint8Array(words.buffer), 0, greetingBytes, greeting)).toBe('wire version 9, ours is 1');
    words[0] = 0;
    expect(refuseGreeting(new Uint8Array(words.buffer), 0, greetingBytes, greeting)).toBe(
      'the greeting is no greeting',
    );
    for (let end = 0; end < greetingBytes; end++) {
      expect(refuseGreeting(bytes, 0, end, greeting)).toBe('the greeting is no greeting');
    }
  });
});

describe('links', () => {
  it('tell who refused whom', async () => {
    const group = new InThread({ nodes: 3, groupId: (node) => (node === 2 ? 'f'.repeat(32) : '0'.repeat(32)) });
    group.open();
    await group.quiet();
    expect(group.node(0).log).toEqual(['1 opened', '2 refused']);
    expect(group.node(2).log).toEqual(['0 refused', '1 refused']);
    expect(group.node(2).events.every((event) => event.kind === 'refused' && event.reason !== '')).toBe(true);
    await group.close();
  });

  it('carry frames of many parts, and many of them', async () => {
    const group = new InThread();
    group.open();
    const text = 'x'.repeat(2048);
    for (let count = 0; count < 3; count++) {
      group.send(0, 1, text);
      group.node(0).transport.flush();
      await group.quiet();
    }
    expect([group.node(1).frames, group.node(1).bytes]).toEqual([3, 3 * 2048]);
    await group.close();
  });

  it('NET-17 carry bytes and nothing else: what is passed instead is refused at the sender', async () => {
    const group = new InThread();
    group.open();
    const id = group.id(1);
    const detached = new Uint8Array(8);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    const cycle: unknown[] = [];
    cycle.push(cycle);
    const { transport } = group.node(0);
    for (const odd of [
      null,
      undefined,
      () => 1,
      new Map(),
      cycle,
      { length: 8 },
      new Float64Array(8),
      new ArrayBuffer(8),
      'text',
      detached,
    ]) {
      // What a program in JavaScript can pass.
      const bytes = odd as Uint8Array;
      expect(() => transport.send(id, bytes, 0, 1)).toThrow(expect.objectContaining({ code: 'Q3001' }) as Error);
      expect(() => transport.broadcast(bytes, 0, 1)).toThrow(expect.objectContaining({ code: 'Q3001' }) as Error);
    }
    for (const [start, end] of [
      [0, 9],
      [-1, 4],
      [5, 4],
      [0.5, 4],
      [0, 4.5],
      [Number.NaN, 4],
      [0, Number.NaN],
    ] as const) {
      expect(() => transport.send(id, new Uint8Array(8), start, end)).toThrow(
        expect.objectContaining({ code: 'Q3001' }) as Error,
      );
    }
    for (let again = 0; again < 3; again++) transport.send(id, detached, 0, 0);
    transport.flush();
    await group.quiet();
    expect(group.node(1).log).toEqual(['0 opened', '0: ', '0: ', '0: ']);
    await group.close();
  });

  it('stay usable in the other direction while one is cut', async () => {
    const group = new InThread();
    group.open();
    await group.quiet();
    group.node(1).transport.pause();
    while (!group.node(0).log.includes('1 overrun out')) {
      group.send(0, 1, 'x'.repeat(500));
      group.node(0).transport.flush();
      await new Promise((resolve) => void setImmediate(resolve));
    }
    // What is sent now is lost, and says so when the link opens again.
    group.send(0, 1, 'lost');
    group.send(1, 0, 'the other way');
    group.node(1).transport.flush();
    await group.node(0).until(() => group.node(0).log.includes('1: the other way'));
    group.node(1).transport.resume();
    await group.quiet();
    expect(group.node(0).log).toEqual(['1 opened', '1 overrun out', '1: the other way', '1 reopened']);
    expect(group.node(1).log).toEqual(['0 opened', '0 overrun in', '0 reopened']);
    await group.close();
  });

  it('are drained before their end is told, and hold up nobody when their reader is gone', async () => {
    const group = new InThread({ nodes: 3 });
    group.open();
    await group.quiet();
    group.send(0, 1, 'the last words');
    await group.node(0).transport.close();
    for (let count = 0; count < 4; count++) group.send(1, 0, 'x'.repeat(1000));
    group.node(1).transport.flush();
    await group.quiet([0]);
    expect(group.node(1).log.filter((entry) => entry.startsWith('0'))).toEqual([
      '0 opened',
      '0: the last words',
      '0 closed',
    ]);
    expect(group.node(1).transport.congested).toBe(false);
    await group.close();
  });

  it('are told as ended when the group ends, and what a host still sends goes nowhere', async () => {
    const group = new InThread();
    group.open();
    await group.quiet();
    const [node] = group.nodes;
    node?.transport.end();
    expect(node?.log).toEqual(['1 opened', '1 closed']);
    group.send(0, 1, 'too late');
    await group.quiet([0]);
    expect(group.node(1).log).toEqual(['0 opened', '0 closed']);
    await group.close();
  });
});

/** What somebody else in the process can write where only the peer should: every word, and what it must not lead to. */
describe('memory that somebody scribbles in', () => {
  const words = [
    tailWord,
    headWord,
    stateWord,
    acknowledgedWord,
    verdictWord,
    droppedHighWord,
    controlBytes / 4,
    controlBytes / 4 + 1,
  ];
  const values = [-1, 1, 2, 3, 4, 7, 8, 0x7fffffff, -0x80000000];

  for (const word of words) {
    it(`word ${word}: the link lives or ends, the others go on, nothing is thrown`, async () => {
      for (const value of values) {
        const group = new InThread({ nodes: 3, outboxBytes: 4096 });
        group.open();
        await group.quiet();
        const ring = group.ring(0, 1);
        for (let count = 0; count < 40; count++) {
          Atomics.store(ring, word, value);
          group.send(0, 1, 'x'.repeat(100));
          group.node(0).transport.flush();
          await new Promise((resolve) => void setImmediate(resolve));
        }
        group.send(0, 2, 'to the third');
        group.send(2, 1, 'from the third');
        for (const { transport } of group.nodes) transport.flush();
        await group.node(2).until(() => group.node(2).log.includes('0: to the third'));
        await group.node(1).until(() => group.node(1).log.includes('2: from the third'));
        const ends = group.node(1).events.filter(({ kind }) => kind === 'malformed' || kind === 'closed');
        expect(ends.length).toBeLessThanOrEqual(1);
        await group.close();
      }
    });
  }
});
