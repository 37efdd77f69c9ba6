import { expect, test } from 'vitest';
import { createGroup, createMemoryGroup, openNode, type Clock, type Protocol } from '../src/index.js';
import { ManualClock } from './manual-clock.js';
import { RawPeer } from './raw-peer.js';
import { arm, cancel, noteSchema, output, Scripted, send, type Note, type Timer } from './scripted.js';

async function timed(prepare: (protocol: Scripted) => void, outputBuffer = 100) {
  const memory = createMemoryGroup({ group: createGroup({ nodes: 2 }) });
  const clock = new ManualClock();
  const protocol = new Scripted();
  prepare(protocol);
  const node = await openNode({ transport: memory.transport(0), protocol, clock, outputBuffer });
  const peer = new RawPeer(memory, 1);
  await memory.quiet();
  return { memory, clock, protocol, node, peer };
}

test('a timer fires once, after its ticks, and what it sends leaves', async () => {
  const { memory, clock, protocol, node, peer } = await timed((script) => {
    script.onInput = () => [arm('round', 10)];
    script.onExpire = () => [send('all', 1)];
  });
  await node.submit(0);
  clock.advance(9);
  expect(protocol.events).toEqual(['input 0']);
  clock.advance(1);
  clock.advance(100);
  expect(protocol.events.filter((event) => event.startsWith('expire'))).toEqual(['expire "round"']);
  await memory.quiet();
  expect(peer.numbers).toEqual([1]);
  await memory.close();
});

const named = (view: number): Timer => (view % 2 === 0 ? { view: 1, phase: 2 } : { phase: 2, view: 1 });

test('arming anew starts anew, cancelling ends, and names are compared by value', async () => {
  const { memory, clock, protocol, node } = await timed((script) => {
    script.onInput = (value) => {
      if (value < 2) return [arm(named(value), 10)];
      return value === 2 ? [cancel(named(1))] : [arm('other', 5), arm({ view: 2, phase: 2 }, 7)];
    };
  });
  await node.submit(0);
  clock.advance(6);
  await node.submit(1);
  expect(clock.armed).toBe(1);
  clock.advance(6);
  expect(protocol.events).not.toContain('expire {"view":1,"phase":2}');
  clock.advance(4);
  expect(protocol.events.at(-1)).toBe('expire {"phase":2,"view":1}');
  await node.submit(0);
  await node.submit(2);
  expect(clock.armed).toBe(0);
  await node.submit(3);
  expect(clock.armed).toBe(2);
  clock.advance(100);
  expect(protocol.events.slice(-2)).toEqual(['expire "other"', 'expire {"view":2,"phase":2}']);
  await memory.close();
});

test('an armed timer keeps the group from being quiet, and closing cancels it', async () => {
  const { memory, clock, node } = await timed((script) => {
    script.onInput = () => [arm('a', 10), arm('b', 20)];
  });
  await node.submit(0);
  let quiet = false;
  const waiting = memory.quiet().then(() => void (quiet = true));
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  clock.advance(10);
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  expect(quiet).toBe(false);
  clock.advance(10);
  await waiting;
  await node.submit(0);
  await node.close();
  expect(clock.armed).toBe(0);
  await memory.quiet();
  await memory.close();
});

test('timers wait while nobody reads the outputs', async () => {
  const { memory, clock, protocol, node } = await timed((script) => {
    script.onInput = () => [output(1), arm('tick', 1)];
    script.onExpire = () => [output(2)];
  }, 1);
  await node.submit(0);
  clock.advance(1);
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  expect(protocol.events).toEqual(['input 0']);
  const outputs = node.outputs();
  expect(await outputs.next()).toEqual({ done: false, value: 1 });
  expect(await outputs.next()).toEqual({ done: false, value: 2 });
  await memory.close();
});

/** A clock that fires when a test says so, as often as it says so, and forgets nothing that was cancelled. */
class StubbornClock implements Clock {
  readonly runs: (() => void)[] = [];

  now(): number {
    return 0;
  }

  schedule(_: number, run: () => void): () => void {
    this.runs.push(run);
    return () => undefined;
  }
}

/** Inputs: 0 arms, 1 cancels, 2 does nothing. */
async function stubborn(clock: Clock = new StubbornClock()) {
  const memory = createMemoryGroup({ group: createGroup({ nodes: 1 }) });
  const protocol = new Scripted();
  protocol.onInput = (value) => [[arm('a', 5)], [cancel('a')], []][value] ?? [];
  const node = await openNode({ transport: memory.transport(0), protocol, clock });
  return { memory, node, expired: () => protocol.events.filter((event) => event.startsWith('expire')).length };
}

test('a timer that fires after cancel, after it was armed anew, or twice, is told once or not at all', async () => {
  const clock = new StubbornClock();
  const { memory, node, expired } = await stubborn(clock);
  await node.submit(0);
  await node.submit(0);
  clock.runs[0]?.();
  expect(expired(), 'armed anew').toBe(0);
  clock.runs[1]?.();
  clock.runs[1]?.();
  expect(expired(), 'twice').toBe(1);
  await node.submit(0);
  await node.submit(1);
  clock.runs[2]?.();
  expect(expired(), 'cancelled').toBe(1);
  await node.submit(0);
  for (const run of clock.runs) run();
  expect(expired(), 'all at once').toBe(2);
  await memory.quiet();
  await node.submit(0);
  await node.close();
  for (const run of clock.runs) run();
  expect(expired(), 'after close').toBe(2);
  expect(await node.failure).toBe(undefined);
  await memory.close();
});

test('a timer that fires early or late is told when it fires, and one that fires within the call, later', async () => {
  const early = new StubbornClock();
  const first = await stubborn(early);
  await first.node.submit(0);
  early.runs[0]?.();
  expect(first.expired()).toBe(1);
  await first.memory.close();

  const hasty: Clock = {
    now: () => 0,
    schedule(_, run) {
      run();
      return () => undefined;
    },
  };
  const second = await stubborn(hasty);
  const submitted = second.node.submit(0);
  expect(second.expired()).toBe(0);
  await submitted;
  await second.memory.quiet();
  expect(second.expired()).toBe(1);
  expect(await second.node.close()).toBe(undefined);
  expect(await second.node.failure).toBe(undefined);
  await second.memory.close();
});

test('a timer that ran out while nobody read the outputs, and was then cancelled or armed anew, is not told', async () => {
  for (const then of [cancel('tick'), arm('tick', 50)]) {
    const { memory, clock, protocol, node } = await timed((script) => {
      script.onInput = () => [output(1), arm('other', 1), arm('tick', 1)];
      script.onExpire = () => [then, output(2)];
    }, 1);
    await node.submit(0);
    clock.advance(1);
    const outputs = node.outputs();
    expect(await outputs.next()).toMatchObject({ value: 1 });
    expect(await outputs.next()).toMatchObject({ value: 2 });
    const third = outputs.next();
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    expect(protocol.events).toEqual(['input 0', 'expire "other"']);
    expect(clock.armed).toBe(then.kind === 'arm' ? 1 : 0);
    await node.close();
    expect(await third).toMatchObject({ done: true });
    await memory.close();
  }
});

test('a protocol with timers needs a clock', async () => {
  const memory = createMemoryGroup({ group: createGroup({ nodes: 1 }) });
  const opening = openNode({ transport: memory.transport(0), protocol: new Scripted() });
  await expect(opening).rejects.toMatchObject({ code: 'Q3007' });
  // One that hides them is found out when it arms the first.
  const hidden: Protocol<number, Note, unknown, string> = {
    schema: noteSchema,
    ready: true,
    input: () => [{ kind: 'arm', timer: 'x', ticks: 1 }],
    receive: () => [],
  };
  const node = await openNode({ transport: memory.transport(0), protocol: hidden });
  await expect(node.submit(0)).rejects.toMatchObject({ code: 'Q3007' });
  expect(await node.failure).toMatchObject({ code: 'Q3007' });
  await memory.close();
});

test('a protocol that arms a timer and cannot be told that it ran out is broken', async () => {
  const memory = createMemoryGroup({ group: createGroup({ nodes: 1 }) });
  const clock = new ManualClock();
  const deaf: Protocol<number, Note, unknown, string> = {
    schema: noteSchema,
    ready: true,
    input: () => [{ kind: 'arm', timer: 'x', ticks: 1 }],
    receive: () => [],
  };
  const node = await openNode({ transport: memory.transport(0), protocol: deaf, clock });
  await node.submit(0);
  clock.advance(1);
  expect(await node.failure).toMatchObject({ code: 'Q3006', cause: { code: 'Q1005' } });
  await memory.close();
});

test('ticks are whole numbers of at least one', async () => {
  for (const ticks of [0, -1, 0.5, NaN, Infinity]) {
    const { memory, node } = await timed((script) => {
      script.onInput = () => [arm('x', ticks)];
    });
    await expect(node.submit(0)).rejects.toMatchObject({ code: 'Q3006' });
    await memory.close();
  }
});
