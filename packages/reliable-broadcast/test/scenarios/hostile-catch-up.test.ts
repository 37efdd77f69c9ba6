/** Catch-up under attack: what liars, quotas and logs could do to a node that is correct and slow. */
import { describe, expect, it } from 'vitest';
import {
  firstSequence,
  ReliableBroadcast,
  type Effect,
  type Delivery,
  type Message,
} from '@quorate/reliable-broadcast';
import { bytes, echo, id, input, kindsSent, single, start, vote, type Run } from '../harness.js';

type Effects = readonly Effect<Message, Delivery>[];

const delivered = (sender: number, sequence: number, payload: Uint8Array): Message => ({
  kind: 'delivered',
  sender: id(sender),
  sequence,
  payload,
});

const faultsIn = (step: Effects): readonly string[] =>
  step.flatMap((effect) => (effect.kind === 'fault' ? [effect.fault.kind] : []));

const outputsIn = (step: Effects): readonly Delivery[] =>
  step.flatMap((effect) => (effect.kind === 'output' ? [effect.value] : []));

/** Who is asked about an instance. */
const askedAbout = (step: Effects, sequence: number): readonly unknown[] =>
  step.flatMap((effect) =>
    effect.kind === 'send' && effect.message.kind === 'request' && effect.message.sequence === sequence
      ? [effect.to]
      : [],
  );

const large = (...seed: number[]): Uint8Array => new Uint8Array(2000).fill(seed.reduce((a, b) => a * 16 + b));
const tight = { window: 64, windowBytes: 4096, retainedBytes: 4096 + 2048, openInstances: 64 };

function reopen(run: Run, node: number, peer: number, incarnation = 0): void {
  run.network.apply(id(node), run.network.node(id(node)).reopened?.(id(peer), incarnation) ?? []);
}

const progress = (sequence: number, oldest: number): Message => ({
  kind: 'progress',
  sender: id(3),
  sequence,
  oldest,
  next: 0,
  head: 0,
});

/** Node 0, with no room left for anybody's payloads in the lane of node 3, whose number 0 never comes. */
const full = (): ReliableBroadcast => {
  const node = single(4, 0, { limits: tight, maxPayload: 2048 });
  for (const from of [1, 2, 3]) {
    for (const i of [1, 2, 3]) node.receive(id(from), echo(3, i, large(from, i)));
  }
  return node;
};

describe('answers', () => {
  it('a node that delivers on f + 1 answers votes as well: one of them lies, and the others may need the vote', () => {
    const node = single(4);
    node.receive(id(1), delivered(3, 0, bytes(1)));
    expect(kindsSent(node.receive(id(3), delivered(3, 0, bytes(1))))).toContain('vote');
  });

  it('a sender with two lives: a node that was cut off gets all of both', () => {
    for (const ordered of [true, false]) {
      const run = start(4, 0, 21, { ordered });
      run.network.input(id(3), bytes(1));
      run.network.run();
      run.network.replace(id(3), new ReliableBroadcast({ group: run.group, self: id(3), incarnation: 1 }));
      for (const node of [0, 1, 2]) reopen(run, node, 3, 1);
      for (const node of [0, 1, 2]) reopen(run, 3, node);
      run.network.run();
      run.network.hold(({ to }) => to === 0);
      for (let i = 0; i < 300; i++) {
        if (!run.network.node(id(3)).ready) run.network.run();
        run.network.input(id(3), bytes(2, i & 0xff));
      }
      run.network.run();
      run.network.held = [];
      run.network.release();
      for (const node of [1, 2, 3]) reopen(run, 0, node, node === 3 ? 1 : 0);
      run.network.run();
      expect(run.network.outputs[0]?.filter(({ sequence }) => sequence >= firstSequence(1)).length).toBe(300);
    }
  });

  it('one peer that answers fast and one that answers slowly: nothing is asked in vain, nothing stays unasked', () => {
    const run = start(4, 0, 22, { ordered: true, limits: { openInstances: 128 } });
    run.network.hold(({ to }) => to === 0);
    for (let i = 0; i < 3000; i++) {
      if (!run.network.node(id(1)).ready) run.network.run();
      run.network.input(id(1), bytes(1, i & 0xff, i >> 8));
    }
    run.network.run();
    // From here on node 3 is silent; node 2's answers arrive one at a time, when nothing else is under way.
    run.network.held = [];
    run.network.hold(({ from, to }) => from === 3 || to === 3 || (from === 2 && to === 0));
    for (const peer of [1, 2]) reopen(run, 0, peer);
    const queue: typeof run.network.held = [];
    for (;;) {
      run.network.run();
      queue.push(...run.network.held.splice(0).filter(({ from }) => from === 2));
      const next = queue.shift();
      if (next === undefined) break;
      run.network.deliver(next);
    }
    expect(run.network.outputs[0]?.length).toBe(3000);
    // Every value three times (two answers, one vote each way), and little besides.
    expect(run.network.faults.flat()).toEqual([]);
  });

  it('an open instance below delivered ones is repeated, and given up by nobody, however short the log', () => {
    const node = single(4, 0, { limits: { loggedInstances: 1 } });
    node.receive(id(3), input(3, 0, bytes(9)));
    for (const sequence of [1, 2, 3]) {
      for (const from of [1, 2, 3]) node.receive(id(from), vote(3, sequence, bytes(1)));
    }
    const answer = node.receive(id(1), { kind: 'request', sender: id(3), sequence: 0, count: 64 });
    const messages = answer.flatMap((effect) => (effect.kind === 'send' ? [effect.message] : []));
    expect(messages.filter(({ kind }) => kind === 'echo')).toMatchObject([{ sequence: 0, payload: bytes(9) }]);
    expect(messages.at(-1)).toMatchObject({ kind: 'progress', oldest: 0, next: 4, head: 4 });
  });

  it('what was delivered last is kept, also when later numbers were delivered before', () => {
    const node = single(4, 0, { limits: { loggedInstances: 2 } });
    for (const sequence of [1, 2, 3, 0]) {
      for (const from of [1, 2, 3]) node.receive(id(from), vote(3, sequence, bytes(sequence)));
    }
    const answer = node.receive(id(1), { kind: 'request', sender: id(3), sequence: 0, count: 64 });
    expect(answer.flatMap((effect) => (effect.kind === 'send' ? [effect.message] : []))).toMatchObject([
      { kind: 'delivered', sequence: 0 },
      { kind: 'delivered', sequence: 2 },
      { kind: 'delivered', sequence: 3 },
      { kind: 'progress', sequence: 0, oldest: 0, next: 4, head: 4 },
    ]);
  });

  it('a node that waits for what one log alone still keeps goes on when that one forgets it too', () => {
    const limits = { openInstances: 64, window: 64 };
    const node = single(4, 0, { limits });
    for (const peer of [1, 2]) node.reopened(id(peer), 0);
    node.receive(id(1), progress(0, 0));
    node.receive(id(2), progress(0, 1));
    expect(faultsIn(node.receive(id(1), vote(3, 100, bytes(1))))).toEqual([]);
    const asked = askedAbout(node.receive(id(1), vote(3, 200, bytes(1))), 0);
    expect(asked).toEqual([1]);
    expect(faultsIn(node.receive(id(1), progress(0, 150)))).toEqual(['beyond-the-log']);
    expect(askedAbout(node.receive(id(1), vote(3, 201, bytes(1))), 0)).toEqual([]);
  });

  it('a question about a life that nobody began is answered all the same, so that it does not stay under way', () => {
    const sequence = firstSequence(7) + 5;
    expect(single(4).receive(id(1), { kind: 'request', sender: id(3), sequence, count: 1 })).toMatchObject([
      { kind: 'send', to: 1, message: { kind: 'progress', sequence, next: sequence, head: sequence } },
    ]);
  });

  it('a refused question is asked again later, not at once and not never', () => {
    const node = single(4);
    node.reopened(id(1), 0);
    const refusal: Message = { kind: 'progress', sender: id(3), sequence: 0, oldest: 0, next: 0, head: 10 };
    expect(kindsSent(node.receive(id(1), refusal))).toEqual([]);
    node.receive(id(1), delivered(3, 0, bytes(1)));
    expect(askedAbout(node.receive(id(2), delivered(3, 0, bytes(1))), 1)).toEqual([1]);
  });
});

describe('a sender that fills every quota of its own lane', () => {
  it('cannot keep a node from what others delivered: it asks for the payload once 2f + 1 votes are there', () => {
    const node = full();
    const value = large(9);
    for (const from of [1, 2]) expect(askedAbout(node.receive(id(from), echo(3, 9, value)), 9)).toEqual([]);
    const asked = [1, 2, 3].flatMap((from) => askedAbout(node.receive(id(from), vote(3, 9, value)), 9));
    expect(asked).toEqual([1, 2]);
    expect(outputsIn(node.receive(id(1), delivered(3, 9, value)))).toMatchObject([{ sequence: 9 }]);
  });

  it('cannot keep a payload away that comes after the votes, and not one that f + 1 nodes answer with', () => {
    const late = full();
    for (const from of [1, 2, 3]) late.receive(id(from), vote(3, 9, large(9)));
    expect(outputsIn(late.receive(id(2), echo(3, 9, large(8))))).toEqual([]);
    expect(outputsIn(late.receive(id(1), echo(3, 9, large(9))))).toMatchObject([{ sequence: 9 }]);
    const answered = full();
    expect(outputsIn(answered.receive(id(1), delivered(3, 9, large(9))))).toEqual([]);
    expect(outputsIn(answered.receive(id(2), delivered(3, 9, large(9))))).toMatchObject([{ sequence: 9 }]);
  });

  it('cannot keep short payloads away, which votes carry whole', () => {
    const node = single(4, 0, { limits: { ...tight, windowBytes: 4048, retainedBytes: 6096 }, maxPayload: 2048 });
    for (const from of [1, 2, 3]) {
      for (const i of [1, 2, 3]) node.receive(id(from), echo(3, i, new Uint8Array(2032).fill(from * 16 + i)));
    }
    const outputs = [1, 2, 3].flatMap((from) => outputsIn(node.receive(id(from), vote(3, 9, bytes(1, 2, 3)))));
    expect(outputs).toMatchObject([{ sequence: 9 }]);
  });

  it('what was dropped is asked for when the instance is the lowest, and not before', () => {
    const node = single(4, 0, { limits: tight, maxPayload: 2048 });
    for (const i of [0, 1, 2]) node.receive(id(3), input(3, i, large(i)));
    expect(kindsSent(node.receive(id(3), input(3, 3, large(3))))).toEqual([]);
    const asked = [0, 1, 2].map((i) =>
      [1, 2, 3].flatMap((from) => askedAbout(node.receive(id(from), vote(3, i, large(i))), 3)),
    );
    expect(asked).toEqual([[], [], [3]]);
  });
});

describe('floods', () => {
  it('the same message again and again is suspected', () => {
    const node = single(4);
    const faults = Array.from({ length: 50_000 }, () => faultsIn(node.receive(id(3), echo(1, 0, bytes(1))))).flat();
    expect(faults).toEqual(['flooding']);
  });

  it.each<[string, Message]>([
    ['a conflict', echo(1, 0, bytes(2))],
    ['a forgery', input(1, 0, bytes(2))],
    ['a fabrication', echo(0, 0, bytes(2))],
    ['a request beyond all credit', { kind: 'request', sender: id(1), sequence: 0, count: 64 }],
  ])('%s again and again makes a bounded number of reports', (_, message) => {
    const node = single(4);
    node.receive(id(3), echo(1, 0, bytes(1)));
    let reports = 0;
    let last = '';
    for (let i = 0; i < 100_000; i++) {
      for (const fault of faultsIn(node.receive(id(3), message))) {
        reports++;
        last = fault;
      }
    }
    expect(last).toBe('flooding');
    expect(reports).toBeLessThan(9000);
  });
});

describe('memory that is not counted', () => {
  it('payloads that are kept for others do not keep the liars’ payloads beside them', () => {
    const node = single(4);
    const buffers = new Set<unknown>();
    for (let i = 0; i < 500; i++) {
      node.receive(id(2), echo(3, i, new Uint8Array(16_000).fill(i)));
      for (const from of [1, 2, 3]) node.receive(id(from), vote(3, i, bytes(i & 0xff)));
    }
    for (let at = 0; at < 500; at += 64) {
      for (const effect of node.receive(id(1), { kind: 'request', sender: id(3), sequence: at, count: 64 })) {
        if (effect.kind === 'send' && effect.message.kind === 'delivered') buffers.add(effect.message.payload.buffer);
      }
    }
    const pinned = [...buffers].reduce<number>((sum, buffer) => sum + (buffer as ArrayBuffer).byteLength, 0);
    expect(pinned).toBeLessThan(64 * 1024);
  });

  it('usage states bounds that hold for a sender with several lives', () => {
    const node = single(4);
    node.reopened(id(3), 1);
    for (let i = 0; i < 1024; i++) {
      for (const life of [0, 1]) node.receive(id(3), echo(3, firstSequence(life) + i, bytes(1)));
    }
    const { openInstances, maxOpenInstances } = node.usage();
    expect(openInstances[3]).toBe(2048);
    expect(maxOpenInstances).toBe(2048);
  });
});
