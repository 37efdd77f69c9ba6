import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { QuorateError } from '@quorate/serialization';
import { threadFailure } from '../src/run/control.js';
import { firstFailure } from '../src/run/thread-group.js';
import { NodeThread } from '../src/run/thread-handle.js';

/** A thread's handle, and the port that the thread itself would have. */
function linked() {
  const { port1, port2 } = new MessageChannel();
  const thread = new NodeThread<string>(2, port1);
  return { thread, port: port2 };
}

describe('a thread as the main thread knows it', () => {
  it('answers orders in turn', async () => {
    const { thread, port } = linked();
    port.on('message', (order) =>
      port.postMessage(order === 'report' ? { kind: 'report', report: 'all' } : { kind: 'done' }),
    );
    port.postMessage({ kind: 'ready' });
    await thread.ready();
    await thread.order('start');
    expect(await Promise.all([thread.order('stop'), thread.report()])).toEqual([undefined, 'all']);
    thread.close();
  });

  it('that is gone keeps nobody waiting, before or after', async () => {
    const { thread } = linked();
    const waiting = [thread.ready(), thread.report()];
    thread.end(new Error('out of memory'));
    expect(await Promise.all(waiting)).toEqual([undefined, undefined]);
    expect(await thread.report()).toBeUndefined();
    expect((await thread.gone).message).toBe('out of memory');
    thread.close();
  });

  it('whose node stopped itself fails the run with Q9015, the cause within', async () => {
    const { thread, port } = linked();
    const other = linked();
    const failure = firstFailure([other.thread, thread]);
    port.postMessage({ kind: 'failed', failure: threadFailure(new Error('an invariant is broken')) });
    await expect(failure).rejects.toMatchObject({
      code: 'Q9015',
      message: 'the thread of node 2 failed: an invariant is broken',
      cause: { message: 'an invariant is broken' },
    });
    thread.close();
    other.thread.close();
  });

  it('whose log failed fails it with Q9042: the node, the code of the storage, and what to do', async () => {
    const { thread, port } = linked();
    const failure = firstFailure([thread]);
    const disk = new QuorateError('Q3047', 'the log could not be written: ENOSPC', 'make room');
    port.postMessage({ kind: 'failed', failure: threadFailure(disk) });
    await expect(failure).rejects.toMatchObject({
      code: 'Q9042',
      message: 'the log of node 2 cannot be used (Q3047): the log could not be written: ENOSPC',
      hint: 'make room',
    });
    thread.close();
  });
});
