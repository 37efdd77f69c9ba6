import type { Bench, TestGroup } from './test-group.js';
import { openNodes } from './test-group.js';

const opened = { kind: 'link', event: { kind: 'opened', incarnation: 0 } };
const frames = (first: number, last: number): unknown => ({ kind: 'frames', first, last });

/** What a node saw of each peer in turn. */
export const logsOf = (group: TestGroup, node: number, peers: readonly number[]): Promise<unknown[]> =>
  Promise.all(peers.map((peer) => group.run(node, 'log', { peer })));

/** Frames and who sent them. */
export function linkTests({ describe, expect, test }: Bench): void {
  describe('links', () => {
    test('says who a node is, and opens once', { nodes: 4, maxFrameBytes: 5000, closed: true }, async (group) => {
      expect(await group.run(2, 'identify', null)).toEqual({
        self: 2,
        n: 4,
        f: 1,
        incarnation: 0,
        maxFrameBytes: 5000,
      });
      expect(await group.run(2, 'send', { to: 0, count: 1, bytes: 8 })).toBe('Q3002');
      expect(await group.run(2, 'open', null)).toBe(null);
      expect(await group.run(2, 'open', null)).toBe('Q3002');
    });

    test('from is the link, and each link keeps its order', { nodes: 3 }, async (group) => {
      const nodes = [0, 1, 2];
      await Promise.all(nodes.map((node) => group.run(node, 'send', { to: 'all', count: 2000, bytes: 40 })));
      for (const node of nodes) {
        const peers = nodes.filter((peer) => peer !== node);
        for (const from of peers) await group.run(node, 'untilFrames', { from, count: 2000 });
        expect(await logsOf(group, node, peers)).toEqual(peers.map(() => [opened, frames(0, 1999)]));
        expect(await group.run(node, 'log', { peer: node })).toEqual([]);
      }
    });

    test(
      'carries every length byte for byte, and no longer frame',
      { nodes: 2, maxFrameBytes: 300_000 },
      async (group) => {
        const lengths = [
          ...Array(130).keys(),
          255,
          256,
          257,
          4095,
          4096,
          4097,
          65_535,
          65_536,
          65_537,
          299_999,
          300_000,
        ];
        await group.run(0, 'sendLengths', { to: 1, lengths });
        await group.run(1, 'untilFrames', { from: 0, count: lengths.length });
        const short = { kind: 'short', lengths: [...Array(8).keys()] };
        expect(await group.run(1, 'log', { peer: 0 })).toEqual([opened, short, frames(8, lengths.length - 1)]);
        expect(await group.run(0, 'send', { to: 1, count: 1, bytes: 300_001 })).toBe('Q3001');
        expect(await group.run(0, 'send', { to: 'all', count: 1, bytes: 300_001 })).toBe('Q3001');
      },
    );

    test('refuses what is no frame, and frames to oneself', { nodes: 2 }, async (group) => {
      expect(await group.run(0, 'sendRange', { to: 1, length: 10, start: 5, end: 11 })).toBe('Q3001');
      expect(await group.run(0, 'sendRange', { to: 1, length: 10, start: 5, end: 4 })).toBe('Q3001');
      expect(await group.run(0, 'sendRange', { to: 1, length: 10, start: -1, end: 4 })).toBe('Q3001');
      expect(await group.run(0, 'sendRange', { to: 0, length: 10, start: 0, end: 10 })).toBe('Q3003');
    });

    test('what was sent before the peer opened arrives when it does', { nodes: 3, closed: true }, async (group) => {
      await openNodes(group, [0, 1]);
      await group.run(0, 'send', { to: 'all', count: 50, bytes: 100 });
      await group.run(1, 'untilFrames', { from: 0, count: 50 });
      await group.run(2, 'open', null);
      await group.run(2, 'untilFrames', { from: 0, count: 50 });
      expect(await group.run(2, 'log', { peer: 0 })).toEqual([opened, frames(0, 49)]);
    });

    test('NET-11 bursts: 10,000 frames from everybody at once', { nodes: 4 }, async (group) => {
      const nodes = [0, 1, 2, 3];
      await Promise.all(nodes.map((node) => group.run(node, 'send', { to: 'all', count: 10_000, bytes: 64 })));
      for (const node of nodes) {
        const peers = nodes.filter((peer) => peer !== node);
        for (const from of peers) await group.run(node, 'untilFrames', { from, count: 10_000 });
        expect(await logsOf(group, node, peers)).toEqual(peers.map(() => [opened, frames(0, 9999)]));
        expect(await group.run(node, 'offences', null)).toEqual({ afterClose: 0, nested: 0 });
      }
    });

    test('a group of one has nobody to talk to', { nodes: 1 }, async (group) => {
      expect(await group.run(0, 'send', { to: 'all', count: 10, bytes: 64 })).toBe(null);
      expect(await group.run(0, 'congested', null)).toBe(false);
    });
  });
}
