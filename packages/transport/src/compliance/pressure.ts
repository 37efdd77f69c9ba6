import { logsOf } from './links.js';
import type { Bench, TestGroup } from './test-group.js';

const kib = 1024;
const opened = { kind: 'link', event: { kind: 'opened', incarnation: 0 } };
const frames = (first: number, last: number): unknown => ({ kind: 'frames', first, last });
/** Outboxes that overrun soon, with room for a few frames. */
const small = { nodes: 4, outboxBytes: 256 * kib, maxFrameBytes: 16 * kib };

/** Readers that are slow or have stopped, and links that are full. */
export function pressureTests({ describe, expect, test }: Bench): void {
  describe('pressure', () => {
    const storm = { nodes: 4, outboxBytes: 64 * kib * kib };
    test('all full at once: handlers that send while draining do not block each other', storm, async (group) => {
      const nodes = [0, 1, 2, 3];
      // Every frame is passed on twice to three others: 3 · (300 + 900 + 2700) frames for each node, a third from each.
      const perLink = 300 + 900 + 2700;
      for (const node of nodes) await group.run(node, 'behave', { forward: true });
      await Promise.all(nodes.map((node) => group.run(node, 'spread', { count: 300, bytes: 2000, hops: 2 })));
      for (const node of nodes) {
        const peers = nodes.filter((peer) => peer !== node);
        for (const from of peers) await group.run(node, 'untilFrames', { from, count: perLink });
        expect(await logsOf(group, node, peers)).toEqual(peers.map(() => [opened, frames(0, perLink - 1)]));
        expect(await group.run(node, 'offences', null)).toEqual({ afterClose: 0, nested: 0 });
      }
    });

    test('a paused reader is told nothing, keeps what waits, and holds up nobody', { nodes: 3 }, async (group) => {
      await group.run(2, 'pause', null);
      await group.run(0, 'send', { to: 'all', count: 1000, bytes: 100 });
      await group.run(1, 'untilFrames', { from: 0, count: 1000 });
      await group.run(1, 'send', { to: 0, count: 1000, bytes: 100 });
      await group.run(0, 'untilFrames', { from: 1, count: 1000 });
      expect(await group.run(2, 'log', { peer: 0 })).toEqual([opened]);
      await group.run(2, 'resume', null);
      await group.run(2, 'untilFrames', { from: 0, count: 1000 });
      expect(await group.run(2, 'log', { peer: 0 })).toEqual([opened, frames(0, 999)]);
    });

    test('pause acts from the next frame on', { nodes: 2 }, async (group) => {
      await group.run(1, 'behave', { pauseAfter: 7 });
      await group.run(0, 'send', { to: 1, count: 100, bytes: 32 });
      expect(await group.run(1, 'untilFrames', { from: 0, count: 7 })).toBe(7);
      expect(await group.run(1, 'log', { peer: 0 })).toEqual([opened, frames(0, 6)]);
      await group.run(1, 'resume', null);
      expect(await group.run(1, 'untilFrames', { from: 0, count: 100 })).toBe(100);
    });

    test('NET-15 slow reader: one reads ten frames a turn, the others go on', { nodes: 3 }, async (group) => {
      await group.run(2, 'behave', { pauseEvery: 10 });
      await group.run(0, 'send', { to: 'all', count: 2000, bytes: 200 });
      await group.run(1, 'untilFrames', { from: 0, count: 2000 });
      await group.run(1, 'send', { to: 0, count: 2000, bytes: 200 });
      await group.run(0, 'untilFrames', { from: 1, count: 2000 });
      await group.run(2, 'untilFrames', { from: 0, count: 2000 });
      expect(await group.run(2, 'log', { peer: 0 })).toEqual([opened, frames(0, 1999)]);
    });

    test(
      'overrun: whoever does not read is cut off, both ends learn it, and the link opens again',
      small,
      async (group) => {
        await group.run(3, 'pause', null);
        const sent = await overrun(group);
        expect(await kinds(group, 0, 3)).toEqual(['opened', 'overrun out']);
        expect(await logsOf(group, 1, [0])).toEqual([[opened, frames(0, sent - 1)]]);
        await group.run(3, 'resume', null);
        await group.run(3, 'untilLink', { peer: 0, event: 'reopened' });
        await group.run(0, 'untilLink', { peer: 3, event: 'reopened' });
        expect(await kinds(group, 0, 3)).toEqual(['opened', 'overrun out', 'reopened']);
        await group.run(0, 'send', { to: 3, first: sent, count: 100, bytes: 64 });
        await group.run(3, 'untilFrame', { from: 0, index: sent + 99 });
        // What came through before the cut is a beginning; what was sent after the link opened again is all there.
        const log = await kinds(group, 3, 0);
        const beginning = log.length === 5 ? ['frames'] : [];
        expect(log).toEqual(['opened', ...beginning, 'overrun in', 'reopened', 'frames']);
        expect((await group.run(3, 'log', { peer: 0 })).at(-1)).toEqual(frames(sent, sent + 99));
        expect(await group.run(0, 'congested', null)).toBe(false);
      },
    );

    test('up to f stopped readers hold up nobody', small, async (group) => {
      await group.run(3, 'pause', null);
      const { congested } = await group.run(0, 'sendUntilCongested', { to: [3], count: 1000, bytes: 4 * kib });
      expect(congested).toBe(false);
      await group.run(0, 'untilLink', { peer: 3, event: 'overrun' });
    });

    test('more than f full outboxes are congestion, until they are read', small, async (group) => {
      await group.run(2, 'pause', null);
      await group.run(3, 'pause', null);
      const { congested } = await group.run(0, 'sendUntilCongested', { to: [2, 3], count: 1000, bytes: 4 * kib });
      expect(congested).toBe(true);
      await group.run(2, 'resume', null);
      await group.run(3, 'resume', null);
      await group.run(0, 'untilWritable', null);
      expect(await group.run(0, 'congested', null)).toBe(false);
      // Congestion comes before anything is lost.
      expect(await kinds(group, 0, 2)).toEqual(['opened']);
      expect(await kinds(group, 0, 3)).toEqual(['opened']);
    });
  });
}

/** Node 0 broadcasts no faster than nodes 1 and 2 read, until node 3 is cut off. Answers how many frames it sent. */
async function overrun(group: TestGroup): Promise<number> {
  let sent = 0;
  while (!(await kinds(group, 0, 3)).includes('overrun out')) {
    await group.run(0, 'send', { to: 'all', first: sent, count: 16, bytes: 4 * kib });
    sent += 16;
    for (const node of [1, 2]) await group.run(node, 'untilFrames', { from: 0, count: sent });
  }
  return sent;
}

/** What a node saw of a peer, in words. */
export async function kinds(group: TestGroup, node: number, peer: number): Promise<string[]> {
  const log = await group.run(node, 'log', { peer });
  return log.map((entry) => {
    if (entry.kind !== 'link') return entry.kind;
    return entry.event.kind === 'overrun' ? `overrun ${entry.event.direction}` : entry.event.kind;
  });
}
