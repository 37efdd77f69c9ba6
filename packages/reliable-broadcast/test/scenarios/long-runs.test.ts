import { describe, expect, it } from 'vitest';
import type { ReliableBroadcast } from '@quorate/reliable-broadcast';
import { broadcastAll, bytes, counts, echo, id, input, reopen, start } from '../harness.js';

/** Bytes in use, after a collection where the process allows one. */
function settle(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed + process.memoryUsage().external;
}

describe('long runs', () => {
  it('a node that was cut off while the others broadcast 10,000 values delivers them all afterwards', () => {
    const run = start(4, 0, 11);
    run.network.hold(({ to }) => to === 3);
    broadcastAll(run, [0, 1], 5000);
    expect(counts(run)).toEqual([10_000, 10_000, 10_000, 0]);
    run.network.held = [];
    run.network.release();
    reopen(run, 3, [0, 1, 2]);
    run.network.run(50_000_000);
    expect(run.finish()).toEqual([]);
    expect(run.network.faults.flat()).toEqual([]);
  });

  it('a node that gets everything, but only after the others have gone on by 3,000, delivers it all', () => {
    for (const ordered of [true, false]) {
      const run = start(4, 0, 12, { ordered });
      run.network.hold(({ to }) => to === 3);
      broadcastAll(run, [0, 1, 2], 1000);
      run.network.release();
      if (ordered) run.network.inFlight.splice(0).forEach((message) => run.network.deliver(message));
      run.network.run(50_000_000);
      expect(run.finish()).toEqual([]);
    }
  });

  it('RBC-15 a million instances that nobody finishes cost a bounded amount, and a correct broadcast delivers meanwhile', () => {
    const run = start(4, 1, 18);
    const node = run.network.node(id(0)) as ReliableBroadcast;
    const before = settle();
    for (let i = 0; i < 1_000_000; i++) {
      node.receive(id(3), input(3, i, bytes(1)));
      node.receive(id(3), echo(2, i, bytes(1)));
    }
    expect(settle() - before).toBeLessThan(64 * 1024 * 1024);
    const { openInstances, maxOpenInstances } = node.usage();
    expect(Math.max(...openInstances)).toBeLessThanOrEqual(maxOpenInstances);
    for (const sender of [0, 1, 2]) run.network.input(id(sender), bytes(sender));
    run.network.run();
    expect(run.finish()).toEqual([]);
    expect(counts(run)).toEqual([3, 3, 3, 0]);
  });

  it('1,000 broadcasts one after the other, and 1,000 from every node at once, with one silent of four', () => {
    const run = start(4, 1, 7, { limits: { window: 1000, openInstances: 1024 } });
    for (let i = 0; i < 1000; i++) {
      run.network.input(id(0), bytes(i & 0xff, i >> 8));
      run.network.run();
    }
    for (const node of run.correct)
      for (let i = 0; i < 1000; i++) run.network.input(node, bytes(node, i & 0xff, i >> 8));
    run.network.run();
    expect(run.finish()).toEqual([]);
    expect(run.network.outputs.map((outputs) => outputs.length)).toEqual([4000, 4000, 4000, 0]);
  });
});
