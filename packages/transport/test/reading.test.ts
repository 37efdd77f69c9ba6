import { expect, it } from 'vitest';
import { createGroup, createMemoryGroup, nodeId } from '../src/index.js';
import { Reading } from '../src/reading.js';
import { WrappedTransport } from './wrapped-transport.js';

/** A real transport that notes when it is told to pause and to go on. */
class Noted extends WrappedTransport {
  readonly told: string[] = [];

  override pause(): void {
    this.told.push('pause');
    super.pause();
  }

  override resume(): void {
    this.told.push('resume');
    super.resume();
  }
}

it('pauses for the first of two reasons, and goes on when neither is left', async () => {
  const group = createGroup({ nodes: 1 });
  await using memory = createMemoryGroup({ group });
  const transport = new Noted(memory.transport(nodeId(group, 0)));
  const reading = new Reading(transport);
  reading.choke(false);
  expect([reading.stalled, transport.told]).toEqual([false, []]);
  reading.stall(true);
  reading.stall(true);
  reading.choke(true);
  expect([reading.stalled, transport.told]).toEqual([true, ['pause']]);
  reading.stall(false);
  expect([reading.stalled, transport.told]).toEqual([false, ['pause']]);
  reading.choke(false);
  reading.choke(false);
  expect(transport.told).toEqual(['pause', 'resume']);
  reading.choke(true);
  expect([reading.stalled, transport.told]).toEqual([false, ['pause', 'resume', 'pause']]);
});
