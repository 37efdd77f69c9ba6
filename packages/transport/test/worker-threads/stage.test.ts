import { describe, expect, it } from 'vitest';
import { Block, copyBlock } from '../../src/worker-threads/block.js';
import { Stage } from '../../src/worker-threads/stage.js';

/** What stands in a target after the range was loaded and copied there. */
function carried(stage: Stage, bytes: Uint8Array, start: number, end: number): number[] {
  stage.load(bytes, start, end);
  const target = Block.ofLength(end - start + 8);
  copyBlock(target, 8, stage.source, stage.from, end - start);
  return [...target.bytes.subarray(8, 8 + end - start)];
}

const numbered = (bytes: Uint8Array): Uint8Array => bytes.map((_, at) => (at * 7 + 1) & 0xff);

describe('a stage', () => {
  const memories: readonly (readonly [string, Uint8Array])[] = [
    ['memory of its own', numbered(new Uint8Array(1024))],
    ['a small array', numbered(new Uint8Array(61))],
    ['the middle of a buffer', numbered(new Uint8Array(new ArrayBuffer(1100), 64, 1001))],
    ['an odd place in a buffer', numbered(new Uint8Array(1100)).subarray(13, 1000)],
    ['shared memory', new Uint8Array(new SharedArrayBuffer(1024)).map((_, at) => (at * 5 + 3) & 0xff)],
    ['a pooled Buffer', Buffer.from(numbered(new Uint8Array(600)))],
  ];
  for (const [name, bytes] of memories) {
    it(`takes any range of ${name}, again and again`, () => {
      const stage = new Stage(1024);
      for (let start = 0; start < 20; start++) {
        for (let length = 0; start + length <= bytes.length; length += length < 40 ? 1 : 97) {
          const expected = [...bytes.subarray(start, start + length)];
          for (let again = 0; again < 3; again++)
            expect(carried(stage, bytes, start, start + length)).toEqual(expected);
        }
        const { length } = bytes;
        expect(carried(stage, bytes, start, length)).toEqual([...bytes.subarray(start)]);
      }
    });
  }

  it('sees what was written to the array since', () => {
    const stage = new Stage(64);
    const bytes = new Uint8Array(64);
    for (let value = 1; value < 6; value++) {
      bytes.fill(value);
      expect(carried(stage, bytes, 8, 16)).toEqual(Array(8).fill(value));
    }
  });

  it('NET-17 refuses a detached array, also when it has been optimised', () => {
    const stage = new Stage(4096);
    for (let round = 0; round < 2000; round++) {
      for (const [, bytes] of memories) for (let start = 0; start < 4; start++) stage.load(bytes, start, 32 + start);
      const bytes = new Uint8Array(8 + (round % 3) * 64);
      stage.load(bytes, 0, 8);
      structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
      expect(() => stage.load(bytes, 0, 8)).toThrow(expect.objectContaining({ code: 'Q3001' }) as Error);
      stage.load(bytes, 0, 0);
    }
  });

  it('is not deceived by an array that grows and shrinks', () => {
    // Node 20 has resizable buffers; the types of the library that we compile against do not.
    const buffer = Reflect.construct(ArrayBuffer, [64, { maxByteLength: 128 }]) as ArrayBuffer & {
      resize(length: number): void;
    };
    const bytes = new Uint8Array(buffer);
    const stage = new Stage(128);
    for (const length of [64, 128, 32, 64]) {
      buffer.resize(length);
      bytes.fill(length);
      for (let again = 0; again < 3; again++) {
        expect(carried(stage, bytes, 0, bytes.length)).toEqual(Array(length).fill(length));
      }
    }
  });
});
