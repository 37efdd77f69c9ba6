import { afterAll, describe, expect, it } from 'vitest';
import { openAgents } from './agents.js';
import { removeBundles } from './bundles.js';

afterAll(removeBundles);

const kib = 1024;

describe('worker threads under pressure', () => {
  it('NET-15 a reader a hundred times slower than the others, over 10,000 broadcasts: nobody waits for it, and it is told what it missed', async () => {
    const group = await openAgents({ nodes: 4, ringBytes: 64 * kib, outboxBytes: 256 * kib, maxFrameBytes: 16 * kib });
    for (const node of [0, 1, 2, 3]) await group.run(node, 'open', null);
    for (const node of [0, 1, 2, 3]) {
      for (const peer of [0, 1, 2, 3]) if (peer !== node) await group.run(node, 'untilLink', { peer, event: 'opened' });
    }
    // It reads one frame each time its event loop comes round; the others 256 and more.
    await group.run(3, 'behave', { pauseEvery: 1 });
    for (let first = 0; first < 10_000; first += 500) {
      await group.run(0, 'send', { to: 'all', first, count: 500, bytes: 256 });
      for (const node of [1, 2]) await group.run(node, 'untilFrames', { from: 0, count: first + 500 });
    }
    await group.run(0, 'untilLink', { peer: 3, event: 'overrun' });
    expect(await group.run(0, 'congested', null)).toBe(false);
    // It reads on, and is back.
    await group.run(3, 'behave', {});
    await group.run(3, 'resume', null);
    await group.run(3, 'untilLink', { peer: 0, event: 'reopened' });
    await group.run(0, 'send', { to: 3, first: 10_000, count: 10, bytes: 256 });
    await group.run(3, 'untilFrame', { from: 0, index: 10_009 });
    await group.close();
  });

  it('all rings full at once, everybody answering everything: no handler waits, and timers fire', async () => {
    const nodes = [0, 1, 2, 3];
    const group = await openAgents({
      nodes: 4,
      faulty: 0,
      ringBytes: 4 * kib,
      outboxBytes: 4 * kib * kib,
      maxFrameBytes: kib,
    });
    for (const node of nodes) await group.run(node, 'open', null);
    for (const node of nodes) await group.run(node, 'behave', { reply: true });
    await Promise.all(nodes.map((node) => group.run(node, 'send', { to: 'all', count: 500, bytes: 512 })));
    for (const node of nodes) {
      for (const from of nodes) if (from !== node) await group.run(node, 'untilFrames', { from, count: 5000 });
      await group.run(node, 'tick', null);
    }
    for (const node of nodes) await group.run(node, 'behave', {});
    await group.quiet?.();
    for (const node of nodes) expect(await group.run(node, 'offences', null)).toEqual({ afterClose: 0, nested: 0 });
    await group.close();
  });
});

describe('a quiet group', () => {
  it('is never seen while one frame is still on its way through it', async () => {
    const nodes = [0, 1, 2, 3];
    const group = await openAgents({ nodes: 4 });
    for (const node of nodes) await group.run(node, 'open', null);
    await group.quiet?.();
    // One frame, sent back and forth between two nodes for ever: at each moment one thread runs, or a ring is not empty.
    for (const node of [0, 1]) await group.run(node, 'behave', { reply: true });
    await group.run(0, 'send', { to: 1, count: 1, bytes: 64 });
    let looks = 0;
    for (let round = 0; round < 50; round++) {
      for (let look = 0; look < 200; look++, looks++) expect(group.workers.quiet()).toBe(false);
      await group.run(1, 'untilFrames', { from: 0, count: (round + 1) * 20 });
    }
    expect(looks).toBe(10_000);
    await group.run(0, 'behave', {});
    await group.quiet?.();
    await group.close();
  });

  it('counts neither nodes that left nor nodes that stay down', async () => {
    const group = await openAgents({ nodes: 3, faulty: 0 });
    for (const node of [0, 1, 2]) await group.run(node, 'open', null);
    await group.run(0, 'untilLink', { peer: 1, event: 'opened' });
    await group.crash?.(1);
    await group.run(2, 'close', null);
    await group.quiet?.();
    expect(group.workers.activity()).toBeGreaterThan(0);
    await group.close();
  });
});
