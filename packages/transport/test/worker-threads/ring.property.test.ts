import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Block } from '../../src/worker-threads/block.js';
import {
  controlBytes,
  headWord,
  kindFirst,
  kindHello,
  kindMore,
  kindWhole,
  kindWrap,
  recordBytes,
  tailWord,
} from '../../src/worker-threads/layout.js';
import { RingReader, type RingListener } from '../../src/worker-threads/ring-reader.js';
import { RingWriter } from '../../src/worker-threads/ring-writer.js';

const maxFrameBytes = 4096;

/** A ring whose greeting was exchanged, and what its reader told. */
function openRing(
  size: number,
  cursor = 0,
): {
  memory: SharedArrayBuffer;
  writer: RingWriter;
  reader: RingReader;
  listener: Heard;
} {
  const memory = new SharedArrayBuffer(controlBytes + size);
  new Int32Array(memory).set([cursor], headWord);
  new Int32Array(memory).set([cursor], tailWord);
  const writer = new RingWriter(memory);
  const reader = new RingReader(memory, maxFrameBytes);
  const listener = new Heard();
  writer.write(kindHello, Block.ofLength(8), 0, 8);
  writer.publish();
  reader.read(listener, 1);
  return { memory, writer, reader, listener };
}

class Heard implements RingListener {
  readonly frames: string[] = [];
  readonly controls: number[] = [];

  frame(bytes: Uint8Array, start: number, end: number): void {
    if (!(start >= 0 && start <= end && end <= bytes.length)) throw new Error(`a frame at ${start} … ${end}`);
    this.frames.push(Buffer.from(bytes.subarray(start, end)).toString('latin1'));
  }

  control(_bytes: Uint8Array, start: number, end: number): void {
    this.controls.push(end - start);
  }
}

/** A block that holds `length` bytes which depend on `seed`, at offset 8. */
function blockOf(length: number, seed: number): Block {
  const block = Block.ofLength(8 + length);
  for (let at = 0; at < length; at++) block.bytes[8 + at] = (seed * 31 + at * 7 + length) & 0xff;
  return block;
}

const textOf = (block: Block, length: number): string =>
  Buffer.from(block.bytes.subarray(8, 8 + length)).toString('latin1');

const sizes = fc.constantFrom(64, 128, 256, 1024, 4096);

/** What the two ends do, in any order: lengths are parts of the longest record, so that they fit any ring. */
const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('write' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
    },
    { weight: 2, arbitrary: fc.constant({ kind: 'publish' as const }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('read' as const), limit: fc.integer({ min: 1, max: 20 }) }) },
  ),
  { maxLength: 300 },
);

describe('a ring', () => {
  it('tells what was published, in order, byte for byte, and has room for what was read', () => {
    fc.assert(
      fc.property(sizes, steps, (size, plan) => {
        const { writer, reader, listener } = openRing(size);
        const written: string[] = [];
        let published = 0;
        for (const [index, step] of plan.entries()) {
          if (step.kind === 'write') {
            const length = Math.floor(step.share * (size / 4 - 8));
            const block = blockOf(length, index);
            if (writer.write(kindWhole, block, 8, length)) written.push(textOf(block, length));
            // A record is refused only for want of room: at most a quarter and what is lost at the end of the ring.
            else expect(writer.used()).toBeGreaterThan(size / 2);
          } else if (step.kind === 'publish') {
            writer.publish();
            published = written.length;
          } else {
            reader.read(listener, step.limit);
          }
          expect(listener.frames.length).toBeLessThanOrEqual(published);
        }
        writer.publish();
        while (reader.read(listener, 7) > 0);
        expect(listener.frames).toEqual(written);
        expect(writer.used()).toBe(0);
        expect(reader.broken).toBe(undefined);
      }),
    );
  });

  for (const [name, cursor] of [
    ['2^31', 0x7fffffff],
    ['2^32', -1],
  ] as const) {
    it(`whose cursors pass ${name} goes on`, () => {
      const { memory, writer, reader, listener } = openRing(256, (cursor - 1000) & ~7);
      const control = new Int32Array(memory);
      const before = Math.sign(Atomics.load(control, tailWord));
      for (let count = 0; count < 100; count++) {
        const block = blockOf(count % 50, count);
        expect(writer.write(kindWhole, block, 8, count % 50)).toBe(true);
        writer.publish();
        reader.read(listener, 10);
        expect(listener.frames.splice(0)).toEqual([textOf(block, count % 50)]);
      }
      expect(Math.sign(Atomics.load(control, tailWord))).toBe(-before);
      expect(reader.broken).toBe(undefined);
    });
  }

  it('NET-09 each prefix of a record: what was not written to its end is malformed, not told', () => {
    for (let visible = 8; visible < recordBytes(40); visible += 8) {
      const { memory, writer, reader, listener } = openRing(256);
      writer.write(kindWhole, blockOf(40, 1), 8, 40);
      const control = new Int32Array(memory);
      Atomics.store(control, tailWord, Atomics.load(control, headWord) + visible);
      reader.read(listener, 10);
      expect(listener.frames).toEqual([]);
      expect(reader.broken).toMatch('does not fit');
    }
  });
});

/** A header's two words. */
const record = (kind: number, length: number): [number, number] => [length, kind];

/** Numbers that break things, and some that do not. */
const hostile = fc.oneof(
  fc.constantFrom(0, 1, -1, 7, 8, 9, 0x7fffffff, -0x80000000, 256, 512, 1024, 4096, 4097),
  fc.constantFrom(kindWrap, kindWhole, kindFirst, kindMore, kindHello, 15),
  fc.integer({ min: 0, max: 4096 }).map((total) => (total << 4) | kindFirst),
  fc.integer({ min: -0x80000000, max: 0x7fffffff }),
);

describe('a ring that somebody scribbles in', () => {
  it('tells frames within bounds or breaks; it never throws, and every round ends', () => {
    fc.assert(
      fc.property(
        sizes,
        fc.array(fc.record({ word: fc.nat(), value: hostile, cursor: fc.boolean(), read: fc.boolean() }), {
          maxLength: 60,
        }),
        (size, scribbles) => {
          const { memory, writer, reader, listener } = openRing(size);
          const all = new Int32Array(memory);
          for (const { word, value, cursor, read } of scribbles) {
            all[cursor ? ([tailWord, headWord][word % 2] ?? 0) : word % all.length] = value;
            if (!read) continue;
            // No round takes more records than fit in the ring.
            expect(reader.read(listener, 1e9)).toBeLessThanOrEqual(size / 8);
            expect(listener.frames.every((frame) => frame.length <= maxFrameBytes)).toBe(true);
            if (writer.write(kindWhole, blockOf(8, 1), 8, 8)) writer.publish();
          }
          const told = listener.frames.length;
          if (reader.broken === undefined) return;
          // What is broken stays broken, and silent.
          expect(reader.readable).toBe(false);
          expect(reader.read(listener, 100)).toBe(0);
          expect(listener.frames.length).toBe(told);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('a writer whose reader jumps gives up', () => {
    for (const [head, jumped] of [
      [8, false],
      [-8, true],
      [1 << 20, true],
      [0x7fffffff, true],
    ] as const) {
      const { memory, writer } = openRing(256);
      Atomics.store(new Int32Array(memory), headWord, head);
      for (let count = 0; count < 20; count++) writer.write(kindWhole, blockOf(16, 1), 8, 16);
      expect(writer.broken).toBe(jumped);
    }
  });

  const cases: readonly (readonly [string, readonly [number, number], RegExp])[] = [
    ['a negative length', record(kindWhole, -1), /does not fit/],
    ['a length beyond what was published', record(kindWhole, 57), /does not fit/],
    ['a length beyond any frame', record(kindWhole, 0x7fffffff), /does not fit/],
    ['an unknown kind', record(9, 8), /kind 9/],
    ['kind 0, as fresh memory has it', record(0, 0), /kind 0/],
    ['a second greeting', record(kindHello, 8), /kind 5/],
    ['a part without a beginning', record(kindMore, 8), /out of order/],
    ['an empty part', record((100 << 4) | kindFirst, 0), /a part of 0 bytes/],
    ['a part longer than its frame', record((4 << 4) | kindFirst, 8), /of a frame of 4/],
    ['a frame longer than any', record(((maxFrameBytes + 1) << 4) | kindFirst, 8), /of a frame of 4097/],
    ['a wrap beyond what was published', record(kindWrap, 0), /wrap/],
  ];
  for (const [name, [length, kind], reason] of cases) {
    it(`NET-03 ${name} is malformed`, () => {
      const { memory, reader, listener } = openRing(256);
      const words = new Int32Array(memory, controlBytes);
      words[4] = length;
      words[5] = kind;
      Atomics.store(new Int32Array(memory), tailWord, 16 + 64);
      expect(reader.read(listener, 10)).toBe(0);
      expect(reader.broken).toMatch(reason);
      expect(listener.frames).toEqual([]);
    });
  }
});
