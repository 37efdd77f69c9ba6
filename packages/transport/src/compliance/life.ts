import { logsOf } from './links.js';
import { kinds } from './pressure.js';
import { openNodes, type Bench } from './test-group.js';

const opened = { kind: 'link', event: { kind: 'opened', incarnation: 0 } };
const frames = (first: number, last: number): unknown => ({ kind: 'frames', first, last });

/** How nodes begin, end and begin again. */
export function lifeTests(bench: Bench): void {
  bench.describe('closing', () => closingTests(bench));
  bench.describe('turns', () => turnTests(bench));
  if (bench.transport.restarts === true) bench.describe('crashing', () => crashTests(bench));
  if (bench.transport.tellsQuiet === true) bench.describe('quiet', () => quietTests(bench));
  if (bench.transport.openMisfit !== undefined) bench.describe('handshake', () => handshakeTests(bench));
}

function closingTests({ expect, test }: Bench): void {
  test(
    'what was sent before closing arrives, then the end; closing twice is closing once',
    { nodes: 3 },
    async (group) => {
      await group.run(0, 'send', { to: 'all', count: 20, bytes: 64 });
      await group.run(0, 'close', null);
      await group.run(0, 'close', null);
      for (const node of [1, 2]) {
        await group.run(node, 'untilLink', { peer: 0, event: 'closed' });
        expect(await kinds(group, node, 0)).toEqual(['opened', 'frames', 'closed']);
        expect((await group.run(node, 'log', { peer: 0 })).at(1)).toEqual(frames(0, 19));
      }
      expect(await group.run(0, 'send', { to: 1, count: 1, bytes: 64 })).toBe('Q3002');
      // Whoever stays talks on, and what it sends to the one that left is lost without harm.
      await group.run(1, 'send', { to: 'all', count: 100, bytes: 64 });
      expect(await group.run(2, 'untilFrames', { from: 1, count: 100 })).toBe(100);
      expect(await group.run(0, 'offences', null)).toEqual({ afterClose: 0, nested: 0 });
    },
  );

  test(
    'close while sending: the others go on, and the one that closed is told nothing more',
    { nodes: 3 },
    async (group) => {
      const others = [0, 1];
      await group.run(2, 'behave', { closeAfter: 500 });
      await Promise.all([...others, 2].map((node) => group.run(node, 'send', { to: 'all', count: 1000, bytes: 64 })));
      for (const node of others) {
        for (const from of others.filter((peer) => peer !== node)) {
          await group.run(node, 'untilFrames', { from, count: 1000 });
        }
        await group.run(node, 'untilLink', { peer: 2, event: 'closed' });
      }
      expect(await group.run(2, 'offences', null)).toEqual({ afterClose: 0, nested: 0 });
      const told = await logsOf(group, 2, others);
      const read = told.flat().flatMap((entry) => (isFrames(entry) ? [entry.last - entry.first + 1] : []));
      expect(read.reduce((sum, count) => sum + count, 0)).toBe(500);
    },
  );

  test('closes before it was opened', { nodes: 2, closed: true }, async (group) => {
    await group.run(0, 'close', null);
    expect(await group.run(0, 'open', null)).toBe('Q3002');
  });
}

function turnTests({ transport, expect, test }: Bench): void {
  test('what is scheduled runs later, and never after closing', { nodes: 2 }, async (group) => {
    expect(await group.run(0, 'schedule', null)).toBe('later');
    expect(await group.run(0, 'scheduleAndClose', null)).toBe(false);
  });

  if (transport.leavesEventLoopFree === true) {
    test('the event loop stays free while frames flow without end', { nodes: 2 }, async (group) => {
      for (const node of [0, 1]) await group.run(node, 'behave', { reply: true });
      await group.run(0, 'send', { to: 1, count: 100, bytes: 64, hops: 255 });
      for (const node of [0, 1]) await group.run(node, 'tick', null);
      await group.run(0, 'untilFrames', { from: 1, count: 1000 });
      await group.run(0, 'behave', {});
    });
  }
}

function crashTests({ expect, test }: Bench): void {
  test('a crash is told, and the group goes on', { nodes: 3 }, async (group) => {
    await group.crash?.(2);
    for (const node of [0, 1]) await group.run(node, 'untilLink', { peer: 2, event: 'closed' });
    await group.run(0, 'send', { to: 'all', count: 1000, bytes: 64 });
    expect(await group.run(1, 'untilFrames', { from: 0, count: 1000 })).toBe(1000);
  });

  test('a new life has the next incarnation, and its links open again', { nodes: 3 }, async (group) => {
    await group.run(0, 'send', { to: 2, count: 10, bytes: 64 });
    await group.run(2, 'untilFrames', { from: 0, count: 10 });
    for (const life of [1, 2]) {
      await group.crash?.(2);
      for (const node of [0, 1]) await group.run(node, 'untilLink', { peer: 2, event: 'closed', count: life });
      await group.run(0, 'send', { to: 2, first: 1000, count: 10, bytes: 64 });
      await group.restart?.(2);
      expect((await group.run(2, 'identify', null)).incarnation).toBe(life);
      await group.run(2, 'open', null);
      for (const node of [0, 1]) {
        await group.run(node, 'untilLink', { peer: 2, event: 'reopened', count: life });
        await group.run(2, 'untilLink', { peer: node, event: 'opened' });
      }
      await group.run(2, 'send', { to: 'all', first: life * 100, count: 100, bytes: 64 });
      await group.run(0, 'untilFrame', { from: 2, index: life * 100 + 99 });
      await group.run(0, 'send', { to: 2, first: 2000, count: 100, bytes: 64 });
      await group.run(2, 'untilFrame', { from: 0, index: 2099 });
      // Nothing that was sent to the life before it reaches the new one.
      expect(await group.run(2, 'log', { peer: 0 })).toEqual([opened, frames(2000, 2099)]);
    }
    const told = (await group.run(0, 'log', { peer: 2 })).filter((entry) => entry.kind === 'link');
    expect(
      told.map(({ event }) => ('incarnation' in event ? `${event.kind} ${event.incarnation}` : event.kind)),
    ).toEqual(['opened 0', 'closed', 'reopened 1', 'closed', 'reopened 2']);
  });
}

function quietTests({ expect, test }: Bench): void {
  test('a group is quiet when the last frame was read', { nodes: 4 }, async (group) => {
    await group.quiet?.();
    for (const node of [0, 1, 2, 3]) await group.run(node, 'behave', { forward: true });
    await group.run(0, 'spread', { count: 200, bytes: 64, hops: 2 });
    await group.quiet?.();
    // 200 frames from node 0, two rounds of which are passed on: by then everybody has everything.
    const perNode = await Promise.all([0, 1, 2, 3].map((node) => received(node)));
    expect(perNode.reduce((sum, count) => sum + count, 0)).toBe(200 * (3 + 9 + 27));

    async function received(node: number): Promise<number> {
      const peers = [0, 1, 2, 3].filter((peer) => peer !== node);
      const logs = (await logsOf(group, node, peers)).flat();
      return logs.reduce<number>((sum, entry) => sum + (isFrames(entry) ? entry.last - entry.first + 1 : 0), 0);
    }
  });

  test('neither while a node holds, nor while one does not read', { nodes: 2 }, async (group) => {
    let quiet = false;
    await group.run(0, 'hold', null);
    const released = group.quiet?.().then(() => void (quiet = true));
    // Frames come and go, and the group would have been quiet after them.
    await group.run(0, 'send', { to: 1, count: 100, bytes: 64 });
    await group.run(1, 'untilFrames', { from: 0, count: 100 });
    for (let tick = 0; tick < 10; tick++) await group.run(1, 'tick', null);
    expect(quiet).toBe(false);
    await group.run(0, 'release', null);
    await released;
    quiet = false;
    await group.run(1, 'pause', null);
    await group.run(0, 'send', { to: 1, first: 100, count: 1, bytes: 64 });
    const read = group.quiet?.().then(() => void (quiet = true));
    for (let tick = 0; tick < 10; tick++) await group.run(1, 'tick', null);
    expect(quiet).toBe(false);
    await group.run(1, 'resume', null);
    await read;
    expect(await group.run(1, 'untilFrames', { from: 0, count: 101 })).toBe(101);
  });
}

function handshakeTests({ describe, it, expect, transport }: Bench): void {
  for (const misfit of ['group', 'version'] as const) {
    describe(`another ${misfit}`, () => {
      it('is refused at both ends, and the others go on', async () => {
        const group = await transport.openMisfit?.({ nodes: 3 }, misfit);
        if (group === undefined) return;
        try {
          await openNodes(group, [0, 1]);
          await group.run(2, 'open', null);
          for (const node of [0, 1]) {
            await group.run(node, 'untilLink', { peer: 2, event: 'refused' });
            await group.run(2, 'untilLink', { peer: node, event: 'refused' });
          }
          await group.run(2, 'send', { to: 'all', count: 10, bytes: 64 });
          await group.run(0, 'send', { to: 'all', count: 10, bytes: 64 });
          await group.run(1, 'untilFrames', { from: 0, count: 10 });
          expect(await kinds(group, 0, 2)).toEqual(['refused']);
          expect(await kinds(group, 1, 2)).toEqual(['refused']);
          expect(await kinds(group, 2, 0)).toEqual(['refused']);
        } finally {
          await group.close();
        }
      });
    });
  }
}

const isFrames = (entry: unknown): entry is { first: number; last: number } =>
  typeof entry === 'object' && entry !== null && 'first' in entry;
