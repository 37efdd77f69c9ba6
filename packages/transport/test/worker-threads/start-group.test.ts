import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { createGroup, nodeId } from '../../src/index.js';
import { errors, joinGroup, startGroup, type GroupOptions } from '../../src/worker-threads/index.js';
import { Planned } from './planned.js';
import type { Report } from './planned-worker.js';

const group = createGroup({ nodes: 3, faulty: 0 });

/** The code of the error with which a start fails; every worker that it started has exited by then. */
async function codeOfStart(
  options: Partial<GroupOptions> & Pick<GroupOptions, 'spawn'>,
  workers: Worker[] = [],
): Promise<unknown> {
  try {
    const started = await startGroup({ group, ...options });
    await started.close();
    return 'started';
  } catch (error) {
    // A worker that was terminated has no thread id any more.
    expect(workers.map(({ threadId }) => threadId)).toEqual(workers.map(() => -1));
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}

/** What the workers said when they had joined. */
const reports = (planned: Planned): Report[] =>
  planned.heard.flatMap(({ report }) => (report.kind === 'joined' ? [report] : []));

describe('starting a group', () => {
  it('passes each node its data, beside what the program passes itself', async () => {
    const planned = new Planned({ chatter: false });
    const started = await startGroup({
      group,
      spawn: planned.spawn,
      data: (node: number, incarnation: number) => ({ node, incarnation }),
    });
    await planned.until(() => reports(planned).length === 3);
    await started.close();
    for (const node of [0, 1, 2]) {
      const data = { node, incarnation: 0 };
      expect(reports(planned)).toContainEqual({ kind: 'joined', self: node, data, plan: { chatter: false } });
    }
  });

  it('NET-17 data that cannot be passed is refused before any worker is started', async () => {
    for (const data of [{ log: [() => undefined] }, () => Symbol('x'), new URL('file:///')]) {
      const { spawn, workers } = new Planned();
      expect(await codeOfStart({ spawn, data })).toBe('Q3031');
      expect(workers).toEqual([]);
    }
  });

  it('NET-17 maps, cycles and bytes arrive as they are', async () => {
    const cycle: Record<string, unknown> = { map: new Map([['bytes', new Uint8Array([1, 2, 3])]]) };
    cycle['self'] = cycle;
    const planned = new Planned();
    const started = await startGroup({ group, spawn: planned.spawn, data: cycle });
    await planned.until(() => reports(planned).length > 0);
    await started.close();
    expect(reports(planned)[0]).toMatchObject({ data: cycle });
  });

  it('fails when a node crashes before it joins, and says why', async () => {
    const { spawn, workers } = new Planned((node) => (node === 1 ? { before: 'throw' } : {}));
    expect(await codeOfStart({ spawn }, workers)).toBe('Q3032');
    const again = new Planned((node) => (node === 1 ? { before: 'throw' } : {}));
    await expect(startGroup({ group, spawn: again.spawn })).rejects.toThrow(
      'node 1 crashed before all had joined: as planned',
    );
  });

  it('fails when a node exits before it joins', async () => {
    const { spawn, workers } = new Planned((node) => (node === 2 ? { before: 'exit' } : {}));
    expect(await codeOfStart({ spawn }, workers)).toBe('Q3032');
  });

  it('fails when a node crashes that has joined, before the others have', async () => {
    const planned = new Planned((node) => (node === 0 ? { end: 'throw' } : { before: 'hang' }));
    const starting = codeOfStart({ spawn: planned.spawn }, planned.workers);
    await planned.until(() => reports(planned).length > 0);
    planned.workers[0]?.postMessage('end');
    expect(await starting).toBe('Q3032');
  });

  it('fails when a node does not join in time', async () => {
    const { spawn, workers } = new Planned((node) => (node === 2 ? { before: 'hang' } : {}));
    // Long enough for the others to join on a slow machine: only the one that hangs can be late.
    expect(await codeOfStart({ spawn, joinTimeout: 3000 }, workers)).toBe('Q3033');
  });

  it('can be aborted, before and while it starts', async () => {
    const { spawn, workers } = new Planned({ before: 'hang' });
    expect(await codeOfStart({ spawn, signal: AbortSignal.abort() }, workers)).toBe('Q3034');
    expect(workers).toEqual([]);
    const abort = new AbortController();
    const starting = codeOfStart({ spawn, signal: abort.signal }, workers);
    await Promise.all(workers.map((worker) => once(worker, 'online')));
    abort.abort();
    expect(await starting).toBe('Q3034');
    expect(workers).toHaveLength(3);
  });

  it('aborted later, closes the group', async () => {
    const { spawn, workers } = new Planned();
    const abort = new AbortController();
    await startGroup({ group, spawn, signal: abort.signal });
    const exits = workers.map((worker) => once(worker, 'exit'));
    abort.abort();
    await Promise.all(exits);
  });

  it('fails when spawn throws, or starts no worker', async () => {
    const { spawn, workers } = new Planned();
    const throwsAt =
      (node: number): GroupOptions['spawn'] =>
      (options, self, incarnation) => {
        if (self === node) throw new Error('no more threads');
        return spawn(options, self, incarnation);
      };
    expect(await codeOfStart({ spawn: throwsAt(2) }, workers)).toBe('Q3035');
    // A program in JavaScript can answer anything.
    expect(await codeOfStart({ spawn: (() => undefined) as unknown as GroupOptions['spawn'] })).toBe('Q3035');
  });

  it('fails when the worker gets no options of ours', async () => {
    const { workers } = new Planned();
    const spawn = (): Worker => {
      const worker = new Worker(new URL('./planned-worker.ts', import.meta.url), { workerData: { plan: {} } });
      workers.push(worker);
      return worker;
    };
    expect(await codeOfStart({ spawn }, workers)).toBe('Q3032');
    await expect(startGroup({ group, spawn })).rejects.toThrow('without the options of a group');
  });

  it('refuses limits that do not fit together', async () => {
    const { spawn, workers } = new Planned();
    const refused: readonly (readonly [Partial<GroupOptions>, string])[] = [
      [{ ringBytes: 1000 }, 'Q3038'],
      [{ ringBytes: 512 }, 'Q3038'],
      [{ ringBytes: 2 ** 29 }, 'Q3038'],
      [{ ringBytes: Number.NaN }, 'Q3038'],
      [{ maxFrameBytes: 0 }, 'Q3004'],
      [{ maxFrameBytes: 2 ** 28, outboxBytes: 2 ** 30 }, 'Q3004'],
      [{ maxFrameBytes: 1.5 }, 'Q3004'],
      [{ outboxBytes: 1000, maxFrameBytes: 1001 }, 'Q3004'],
      [{ outboxBytes: Number.POSITIVE_INFINITY }, 'Q3004'],
      [{ joinTimeout: 0 }, 'Q3004'],
      [{ supervision: { restarts: -1 } }, 'Q3004'],
    ];
    for (const [options, code] of refused)
      expect([options, await codeOfStart({ spawn, ...options })]).toEqual([options, code]);
    expect(workers).toEqual([]);
  });

  it('two groups in one process know nothing of each other', async () => {
    const first = new Planned();
    const second = new Planned();
    const [one, other] = await Promise.all([
      startGroup({ group, spawn: first.spawn, data: 'one' }),
      startGroup({ group: createGroup({ nodes: 2 }), spawn: second.spawn, data: 'other' }),
    ]);
    expect(one.id).not.toBe(other.id);
    await one.close();
    expect(other.worker(nodeId(other.group, 0)).threadId).toBeGreaterThan(0);
    await other.close();
  });
});

describe('joining', () => {
  it('is for workers', async () => {
    await expect(joinGroup()).rejects.toMatchObject({ code: 'Q3030' });
  });

  it('happens once', async () => {
    const planned = new Planned({ twice: true });
    const started = await startGroup({ group: createGroup({ nodes: 1 }), spawn: planned.spawn });
    await planned.until(() => planned.heard.length === 2);
    await started.close();
    expect(planned.heard[1]?.report).toEqual({ kind: 'error', code: 'Q3036' });
  });

  it('refuses a program that shares memory in another way', async () => {
    const { spawn, workers } = new Planned();
    const other: GroupOptions['spawn'] = (options, node, incarnation) => {
      const workerData = Object.fromEntries(
        Object.entries(options.workerData).map(([key, ours]) => [key, { ...(ours as object), wireVersion: 99 }]),
      );
      return spawn({ ...options, workerData }, node, incarnation);
    };
    expect(await codeOfStart({ spawn: other }, workers)).toBe('Q3032');
    await expect(startGroup({ group, spawn: other })).rejects.toThrow('shares memory by version 99');
  });
});

describe('the error catalogue', () => {
  it('explains every code of ours, in our range', () => {
    for (const [code, { title, text }] of Object.entries(errors)) {
      expect(Number(code.slice(1))).toBeGreaterThanOrEqual(3030);
      expect(Number(code.slice(1))).toBeLessThanOrEqual(3059);
      expect(title.length * text.length).toBeGreaterThan(0);
    }
  });
});
