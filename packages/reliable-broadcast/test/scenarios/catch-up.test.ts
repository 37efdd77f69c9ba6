import { describe, expect, it } from 'vitest';
import { firstSequence, ReliableBroadcast, type Message } from '@quorate/reliable-broadcast';
import {
  broadcastAll,
  bytes,
  counts,
  echo,
  id,
  input,
  kindsSent,
  payloadOf,
  reopen,
  single,
  start,
  vote,
} from '../harness.js';

describe('catch-up', () => {
  it.each([
    [120, 16],
    [64, 64],
    [65, 64],
  ])('a node that was cut off for %i broadcasts with a window of %i gets all of them afterwards', (values, window) => {
    const run = start(4, 0, 11, { limits: { window, openInstances: window } });
    run.network.hold(({ to }) => to === 3);
    broadcastAll(run, [0, 1], values);
    run.network.held = [];
    run.network.release();
    reopen(run, 3, [0, 1, 2]);
    run.network.run();
    expect(run.finish()).toEqual([]);
    expect(run.network.faults.flat()).toEqual([]);
  });

  it('one cut link and one silent node of four stop nobody for longer than the cut', () => {
    const run = start(4, 1, 13);
    run.network.hold(({ from, to }) => from === 0 && to === 1);
    for (const sender of [0, 1, 2]) run.network.input(id(sender), payloadOf(sender, 0));
    run.network.run();
    run.network.held = [];
    run.network.release();
    reopen(run, 1, [0]);
    run.network.run();
    expect(run.finish()).toEqual([]);
    expect(counts(run)).toEqual([3, 3, 3, 0]);
  });

  it('payloads that exceed a quota are asked for again when there is room', () => {
    const limits = { window: 64, windowBytes: 4096, retainedBytes: 4096 + 2048, openInstances: 64 };
    const run = start(4, 1, 14, { limits, maxPayload: 2048 });
    // The sender is slow to learn of its own deliveries, and node 2 hears nothing of them until the end.
    run.network.hold(({ to }) => to === 2);
    for (let i = 0; i < 100; i++) {
      if (!run.network.node(id(0)).ready) run.network.run();
      if (!run.network.node(id(0)).ready) break;
      run.network.input(id(0), new Uint8Array(1500).fill(i));
    }
    run.network.release();
    run.network.run();
    expect(run.finish()).toEqual([]);
  });

  it('a node started anew without its memory gets what the logs keep, and never repeats a number', () => {
    let restarted = false;
    const run = start(4, 0, 15);
    broadcastAll(run, [0, 1, 2, 3], 50);
    // The network replaces node 3 by a new incarnation that knows nothing.
    const fresh = new ReliableBroadcast({ group: run.group, self: id(3), incarnation: 1 });
    run.network.replace(id(3), fresh);
    restarted = true;
    reopen(run, 3, [0, 1, 2]);
    for (const node of [0, 1, 2]) reopen(run, node, [3], 1);
    run.network.run();
    expect(restarted).toBe(true);
    expect(fresh.nextSequence).toBe(firstSequence(1));
    run.network.input(id(3), bytes(1));
    run.network.run();
    for (const node of [0, 1, 2]) {
      const last = run.network.outputs[node]?.at(-1);
      expect(last).toMatchObject({ sender: 3, sequence: firstSequence(1) });
    }
    // Everything of the others, and of its own first life, a second time: it is a new node.
    expect(run.network.outputs[3]?.length).toBe(200 + 200 + 1);
  });

  it('a node that is further behind than every log goes on above the gap, and says that it counts among the faulty', () => {
    const limits = { loggedInstances: 64 };
    const run = start(4, 0, 16, { limits });
    run.network.hold(({ to }) => to === 3);
    broadcastAll(run, [0], 500);
    run.network.held = [];
    run.network.release();
    reopen(run, 3, [0, 1, 2]);
    run.network.run();
    broadcastAll(run, [0], 10);
    // The log, what was delivered late (less than a window of it), and what came afterwards.
    const got = run.network.outputs[3]?.map(({ sequence }) => sequence) ?? [];
    expect(got.length).toBeGreaterThanOrEqual(64 + 10);
    expect(got.length).toBeLessThan(64 + 128 + 10);
    for (let sequence = 500; sequence < 510; sequence++) expect(got).toContain(sequence);
    expect(run.network.faults[3]).toMatchObject([{ peer: 3, fault: { kind: 'beyond-the-log', certainty: 'proof' } }]);
  });

  it('f liars who claim that nothing is left make nobody give up', () => {
    const node = single(4, 1);
    node.reopened(id(3), 0);
    const lie: Message = { kind: 'progress', sender: id(0), sequence: 0, oldest: 1000, next: 1000, head: 2000 };
    expect(node.receive(id(3), lie).some((effect) => effect.kind === 'fault')).toBe(false);
    expect(kindsSent(node.receive(id(0), input(0, 0, bytes(1))))).toEqual(['echo']);
  });

  it('f + 1 answers deliver; f do not', () => {
    const node = single(4, 1);
    const answer: Message = { kind: 'delivered', sender: id(0), sequence: 0, payload: bytes(4) };
    const outputs = (from: number): number =>
      node.receive(id(from), answer).filter((effect) => effect.kind === 'output').length;
    expect(outputs(3)).toBe(0);
    expect(outputs(3)).toBe(0);
    expect(outputs(2)).toBe(1);
  });

  it('asking again and again for the same gets no more than what the group delivers pays for', () => {
    const run = start(4, 1, 17);
    broadcastAll(run, [0, 1, 2], 100);
    const before = run.network.delivered;
    const node = run.network.node(id(0));
    let answered = 0;
    for (let i = 0; i < 100_000; i++) {
      const step = node.receive(id(3), { kind: 'request', sender: id(1), sequence: 0, count: 64 });
      answered += kindsSent(step).filter((kind) => kind !== 'progress').length;
    }
    expect(before).toBeGreaterThan(0);
    expect(answered).toBeLessThan(10_000);
  });
});

describe('lives', () => {
  it('what a sender says about its own lives begins none, and closes none', () => {
    const node = single(4, 1);
    node.receive(id(3), input(3, 0, bytes(1)));
    for (let life = 1; life < 20; life++) node.receive(id(3), input(3, firstSequence(life), bytes(1)));
    expect(node.usage().openInstances).toEqual([0, 0, 0, 1]);
    for (const from of [0, 2]) node.receive(id(from), vote(3, 0, bytes(1)));
    expect(node.receive(id(1), vote(3, 0, bytes(1))).map((effect) => effect.kind)).toEqual(['output']);
  });

  it('a life begins on the word of the transport, or of f + 1 nodes, who are then asked for what was missed', () => {
    const told = single(4, 1);
    told.reopened(id(3), 2);
    expect(kindsSent(told.receive(id(3), input(3, firstSequence(2), bytes(1))))).toEqual(['echo']);
    const heard = single(4, 1);
    expect(heard.receive(id(0), echo(3, firstSequence(2), bytes(1)))).toEqual([]);
    expect(heard.receive(id(0), echo(3, firstSequence(2), bytes(1)))).toEqual([]);
    expect(kindsSent(heard.receive(id(2), echo(3, firstSequence(2), bytes(1))))).toContain('request');
    expect(kindsSent(heard.receive(id(3), input(3, firstSequence(2), bytes(1))))).toEqual(['echo']);
  });

  it('a node has 1,024 lives: one more is refused with Q4004, and nobody believes in it', () => {
    expect(() => single(4, 1, { incarnation: 1024 })).toThrow(/1024/);
    const node = single(4, 1);
    expect(node.reopened(id(3), 5_000)).toEqual(single(4, 1).reopened(id(3), 0));
  });

  it('lives before the last four are closed', () => {
    const node = single(4, 1);
    node.receive(id(3), input(3, 0, bytes(1)));
    node.reopened(id(3), 4);
    expect(node.usage().openInstances[3]).toBe(0);
    expect(node.receive(id(0), echo(3, 0, bytes(1)))).toEqual([]);
    expect(kindsSent(node.receive(id(3), input(3, firstSequence(1), bytes(1))))).toEqual(['echo']);
  });
});

describe('memory', () => {
  it('a peer that fills its quota with large payloads adds nothing beyond it', () => {
    const node = single(4, 1);
    for (let i = 0; i < 50; i++) node.receive(id(3), echo(0, i, new Uint8Array(256 * 1024).fill(i)));
    const { retainedBytes, maxRetainedBytes } = node.usage();
    expect(retainedBytes[3]).toBeLessThanOrEqual(maxRetainedBytes / 4);
  });

  it('a peer that says very much without effect is suspected of flooding, once', () => {
    const node = single(4, 1);
    const faults: string[] = [];
    for (let i = 0; i < 50_000; i++) {
      for (const effect of node.receive(id(3), vote(0, 5_000 + i, bytes(1)))) {
        if (effect.kind === 'fault') faults.push(`${effect.fault.kind} ${effect.fault.certainty}`);
      }
    }
    expect(faults).toEqual(['flooding suspicion']);
  });

  it('RBC-17 everything of a delivered instance, replayed three times, does nothing and keeps nothing', () => {
    const sent: { from: number; to: number; message: Message }[] = [];
    const run = start(4, 0, 19, { limits: { loggedInstances: 1 } });
    run.network.hold((message) => {
      sent.push(message);
      return false;
    });
    broadcastAll(run, [0, 1], 20);
    const before = counts(run);
    const usage = (run.network.node(id(2)) as ReliableBroadcast).usage();
    const replayed = sent.splice(0);
    run.network.hold(() => false);
    for (let again = 0; again < 3; again++) {
      for (const { from, to, message } of replayed) run.network.send(id(from), id(to), message);
    }
    run.network.run();
    expect(counts(run)).toEqual(before);
    expect((run.network.node(id(2)) as ReliableBroadcast).usage()).toEqual(usage);
    expect(run.finish()).toEqual([]);
  });
});
