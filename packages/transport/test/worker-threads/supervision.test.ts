import { once } from 'node:events';
import { afterAll, describe, expect, it } from 'vitest';
import { createGroup, nodeId, nodeIds } from '../../src/index.js';
import { startGroup, type GroupOptions, type WorkerGroup } from '../../src/worker-threads/index.js';
import { bundled, removeBundles } from './bundles.js';
import { Planned } from './planned.js';
import type { Plan } from './planned-worker.js';

afterAll(removeBundles);

const group = createGroup({ nodes: 3, faulty: 0 });
const [first, second, third] = nodeIds(group);
const last = third ?? nodeId(group, 2);

/** From one file: starting workers is most of what these tests do. */
const plannedFile = bundled('planned-worker');
const plan = async (of: Plan | ((node: number) => Plan)): Promise<Planned> => new Planned(of, await plannedFile);

/** A group whose last node ends as planned when it is told to, linked throughout. */
async function startPlanned(
  end: Plan['end'],
  options: Partial<GroupOptions> = {},
): Promise<{ planned: Planned; started: WorkerGroup }> {
  const planned = await plan((node) => (node === 2 && end !== undefined ? { end } : {}));
  const started = await startGroup({ group, spawn: planned.spawn, onEvent: planned.onEvent, ...options });
  for (const node of [0, 1, 2]) await planned.untilLinked(node, 'opened', 2);
  return { planned, started };
}

const kinds = (planned: Planned): string[] =>
  planned.events.map(({ kind, node, incarnation }) => `${kind} ${node} ${incarnation}`);
const happened = (planned: Planned, event: string): Promise<void> =>
  planned.until(() => kinds(planned).includes(event));

describe('a worker that is lost', () => {
  const ways: readonly (readonly [string, Plan['end'], RegExp])[] = [
    ['throws', 'throw', /^thrown in life 0$/],
    ['rejects and nobody catches', 'reject', /^nobody catches this$/],
    ['calls process.exit', 'exit', /^exited with code 0 without leaving$/],
  ];
  for (const [name, end, reason] of ways) {
    it(`because it ${name}: reported once, told to the peers, and stays down by default`, async () => {
      const { planned, started } = await startPlanned(end);
      started.worker(last).postMessage('end');
      await happened(planned, 'failed 2 0');
      for (const node of [0, 1]) await planned.untilLinked(node, 'closed', 1);
      expect(started.failures).toHaveLength(1);
      expect(started.failures[0]).toMatchObject({
        node: 2,
        incarnation: 0,
        reason: expect.stringMatching(reason) as unknown,
      });
      expect(planned.linkEvents(0)).toContain('2 closed');
      expect(kinds(planned).filter((event) => !event.startsWith('joined'))).toEqual(['failed 2 0']);
      expect(started.incarnation(last)).toBe(0);
      await started.close();
    });
  }

  it('because it is terminated from outside, while it hangs', async () => {
    const { planned, started } = await startPlanned('hang');
    const worker = started.worker(last);
    worker.postMessage('end');
    await worker.terminate();
    await happened(planned, 'failed 2 0');
    for (const node of [0, 1]) await planned.untilLinked(node, 'closed', 1);
    await started.close();
  });

  it('is a process warning when nobody listens', async () => {
    const planned = await plan({ end: 'throw' });
    const started = await startGroup({ group: createGroup({ nodes: 1 }), spawn: planned.spawn });
    const warned = once(process, 'warning');
    started.worker(nodeId(started.group, 0)).postMessage('end');
    const [warning] = (await warned) as [Error];
    expect(warning.message).toBe('node 0 failed: thrown in life 0');
    await started.close();
  });

  it('is started anew as often as the policy says, with its peers linked again each time', async () => {
    const { planned, started } = await startPlanned('throw', { supervision: { restarts: 2 } });
    for (const life of [0, 1, 2]) {
      started.worker(last).postMessage('end');
      await happened(planned, `failed 2 ${life}`);
      if (life === 2) break;
      for (const node of [0, 1]) await planned.untilLinked(node, 'reopened', life + 1);
      await planned.untilLinked(2, 'opened', 2, life + 1);
      expect(started.incarnation(last)).toBe(life + 1);
    }
    await planned.until(() => planned.linkEvents(0).filter((event) => event === '2 closed').length === 3);
    expect(planned.linkEvents(0).filter((event) => event.startsWith('2'))).toEqual([
      '2 opened',
      '2 closed',
      '2 reopened',
      '2 closed',
      '2 reopened',
      '2 closed',
    ]);
    expect(planned.events.flatMap((event) => (event.kind === 'failed' ? [event.restarts] : []))).toEqual([
      true,
      true,
      false,
    ]);
    expect(started.failures.map(({ incarnation, reason }) => [incarnation, reason])).toEqual(
      [0, 1, 2].map((life) => [life, `thrown in life ${life}`]),
    );
    await started.close();
  });

  it('may crash again before it joins: that is a failure of the new life', async () => {
    let lives = 0;
    const planned = await plan((node) => (node === 2 && lives++ > 0 ? { before: 'throw' } : { end: 'throw' }));
    const started = await startGroup({
      group,
      spawn: planned.spawn,
      onEvent: planned.onEvent,
      supervision: { restarts: 2 },
    });
    started.worker(last).postMessage('end');
    await happened(planned, 'failed 2 2');
    expect(started.failures.map(({ incarnation }) => incarnation)).toEqual([0, 1, 2]);
    // The others are not disturbed.
    await planned.untilLinked(0, 'opened', 2);
    await started.close();
  });

  it('whose new life cannot be spawned stays down', async () => {
    const { planned, started } = await startPlanned('throw', {
      supervision: { restarts: 5 },
      data: (_: number, incarnation: number) => (incarnation === 0 ? 'plain' : () => undefined),
    });
    started.worker(last).postMessage('end');
    await happened(planned, 'failed 2 1');
    expect(started.failures.at(-1)).toMatchObject({ incarnation: 1, error: { code: 'Q3031' } });
    await started.close();
  });
});

describe('restarting by hand', () => {
  it('is for nodes that are down', async () => {
    const { planned, started } = await startPlanned('close');
    await expect(started.restart(last)).rejects.toMatchObject({ code: 'Q3039' });
    const exit = once(started.worker(last), 'exit');
    started.worker(last).postMessage('end');
    await exit;
    expect(kinds(planned)).toContain('left 2 0');
    expect(started.failures).toEqual([]);
    await started.restart(last);
    for (const node of [0, 1]) await planned.untilLinked(node, 'reopened', 1);
    await started.close();
    await expect(started.restart(last)).rejects.toMatchObject({ code: 'Q3039' });
  });
});

describe('a node that leaves', () => {
  it('is no failure, also when its worker stays', async () => {
    const { planned, started } = await startPlanned('close and stay', { supervision: { restarts: 1 } });
    started.worker(last).postMessage('end');
    await happened(planned, 'left 2 0');
    for (const node of [0, 1]) await planned.untilLinked(node, 'closed', 1);
    expect(started.failures).toEqual([]);
    await started.close();
    expect(kinds(planned).filter((event) => event.startsWith('restarted'))).toEqual([]);
  });
});

describe('closing a group', () => {
  it('while everybody sends, stops every worker, and happens once', async () => {
    const planned = await plan({ chatter: true });
    const started = await startGroup({ group, spawn: planned.spawn, onEvent: planned.onEvent });
    for (const node of [0, 1, 2]) await planned.untilLinked(node, 'opened', 2);
    const closing = started.close();
    expect(started.close()).toBe(closing);
    await closing;
    expect(planned.workers.map(({ threadId }) => threadId)).toEqual([-1, -1, -1]);
    expect(started.failures).toEqual([]);
    await started[Symbol.asyncDispose]();
  });

  it('does not wait for a worker that hangs', async () => {
    const { planned, started } = await startPlanned('hang');
    started.worker(last).postMessage('end');
    await started.close();
    expect(planned.workers.map(({ threadId }) => threadId)).toEqual([-1, -1, -1]);
  });

  it('may happen from within an event', async () => {
    const planned = await plan((node) => (node === 2 ? { end: 'throw' } : {}));
    const started = await startGroup({
      group,
      spawn: planned.spawn,
      supervision: { restarts: 3 },
      onEvent: planned.onEvent,
    });
    const closed = new Promise<void>((resolve) => {
      planned.onFailure = () => void started.close().then(resolve);
    });
    started.worker(last).postMessage('end');
    await closed;
    expect(planned.workers).toHaveLength(3);
    expect(planned.workers.map(({ threadId }) => threadId)).toEqual([-1, -1, -1]);
  });

  it('refuses nodes that are none', async () => {
    const { started } = await startPlanned(undefined);
    for (const node of [first, second]) if (node !== undefined) expect(started.incarnation(node)).toBe(0);
    // What a program in JavaScript can pass.
    expect(() => started.worker(7 as typeof last)).toThrow(expect.objectContaining({ code: 'Q1002' }) as Error);
    await started.close();
  });
});
