import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InThread } from './in-thread.js';

/** What two nodes do, in any order. Lengths up to a frame of many parts. */
const plans = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('send' as const),
        from: fc.constantFrom(0, 1),
        length: fc.oneof({ weight: 4, arbitrary: fc.nat(100) }, fc.nat(2048)),
        count: fc.integer({ min: 1, max: 20 }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('turn' as const), turns: fc.integer({ min: 1, max: 5 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constantFrom('pause' as const, 'resume' as const), node: fc.constantFrom(0, 1) }),
    },
  ),
  { maxLength: 60 },
);

/** A frame that says which one it is, and whose every byte follows from that. */
const frameOf = (index: number, length: number): string =>
  Array.from({ length: Math.max(6, length) }, (_, at) =>
    at < 6 ? String(index).padStart(6, '0').charAt(at) : String.fromCharCode((index + at) & 0xff),
  ).join('');

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Scribbles anywhere in a ring: control words more often than data. */
const scribbles = fc.array(
  fc.record({
    word: fc.oneof(fc.constantFrom(0, 32, 64, 65, 66, 67, 96, 97, 128, 129), fc.nat(128 + 255)),
    value: fc.oneof(fc.integer({ min: -9, max: 130 }), fc.integer({ min: -0x80000000, max: 0x7fffffff })),
    length: fc.nat(700),
    back: fc.boolean(),
  }),
  { minLength: 1, maxLength: 40 },
);

describe('a link that somebody scribbles in', () => {
  it('lives or ends: nothing is thrown, nothing spins, and the other links carry on', async () => {
    await fc.assert(
      fc.asyncProperty(scribbles, async (plan) => {
        const group = new InThread({ nodes: 3 });
        group.open();
        await group.quiet();
        for (const { word, value, length, back } of plan) {
          Atomics.store(group.ring(back ? 1 : 0, back ? 0 : 1), word, value);
          for (const [from, to] of [
            [0, 1],
            [1, 0],
          ] as const)
            group.send(from, to, 'x'.repeat(length));
          for (const { transport } of group.nodes) transport.flush();
          await nextTurn();
        }
        for (const [from, to] of [
          [0, 2],
          [2, 1],
          [1, 2],
          [2, 0],
        ] as const) {
          const told = group.node(to).until(() => group.node(to).log.includes(`${from}: still here`));
          group.send(from, to, 'still here');
          group.node(from).transport.flush();
          await told;
        }
        for (const node of group.nodes) {
          expect(node.events.filter(({ kind }) => /closed|malformed|refused/.test(kind)).length).toBeLessThanOrEqual(1);
        }
        await group.close();
      }),
      { numRuns: 300 },
    );
  });
});

describe('a link with small rings and outboxes', () => {
  it('loses nothing but what it says, and keeps the order', async () => {
    let overruns = 0;
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const group = new InThread();
        const sent: string[][] = [[], []];
        const told: string[][] = [[], []];
        for (const [index, node] of group.nodes.entries()) node.onFrame = (_, text) => told[index]?.push(text);
        group.open();
        for (const step of plan) {
          if (step.kind === 'send') {
            for (let count = 0; count < step.count; count++) {
              const text = frameOf(sent[step.from]?.length ?? 0, step.length);
              sent[step.from]?.push(text);
              group.send(step.from, 1 - step.from, text);
            }
            group.node(step.from).transport.flush();
          } else if (step.kind === 'turn') {
            for (let turn = 0; turn < step.turns; turn++) await nextTurn();
          } else {
            group.node(step.node).transport[step.kind]();
          }
        }
        for (const { transport } of group.nodes) transport.resume();
        await group.quiet();
        for (const [from, to] of [
          [0, 1],
          [1, 0],
        ] as const)
          check(group, from, to, sent[from] ?? [], told[to] ?? []);
        // A link that was cut has opened again, whole.
        for (const [from, to] of [
          [0, 1],
          [1, 0],
        ] as const) {
          const last = group.node(to).until(() => told[to]?.at(-1) === 'the last');
          group.send(from, to, 'the last');
          group.node(from).transport.flush();
          await last;
        }
        overruns += group.node(0).events.filter(({ kind }) => kind === 'overrun').length;
        await group.close();
      }),
      { numRuns: 300 },
    );
    expect(overruns).toBeGreaterThan(10);
  });
});

function check(group: InThread, from: number, to: number, sent: readonly string[], told: readonly string[]): void {
  // What was told is what was sent, with gaps.
  let next = 0;
  for (const text of told) {
    const index = Number(text.slice(0, 6));
    expect(text).toBe(sent[index]);
    expect(index).toBeGreaterThanOrEqual(next);
    next = index + 1;
  }
  const out = group.node(from).log.filter((entry) => /overrun out|reopened/.test(entry));
  const overruns = group.node(from).events.filter((event) => event.kind === 'overrun' && event.direction === 'out');
  const inward = group.node(to).events.filter((event) => event.kind === 'overrun' && event.direction === 'in');
  // Both ends know of the same cuts, and without one there are no gaps.
  expect(inward.map((event) => ({ ...event, direction: 'out' }))).toEqual(overruns);
  if (overruns.length === 0) expect(told.length).toBe(sent.length);
  else expect(out.length).toBeGreaterThan(overruns.length);
}
