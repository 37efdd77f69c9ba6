import { deepStrictEqual } from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codec, integer, mutate, sample, type Shape } from '../src/index.js';
import { seededRandom, shapes, shapesWithValues } from './arbitrary.js';

const codecOf = (shape: Shape): ReturnType<typeof codec<unknown>> => codec<unknown>({ shape });

/** How many values a shape has, counted up to two. */
function values(shape: Shape): number {
  switch (shape.kind) {
    case 'integer':
    case 'bigint':
    case 'float':
      return shape.min < shape.max ? 2 : 1;
    case 'text':
      return shape.max === 0 ? 1 : 2;
    case 'bytes':
      return shape.max === 0 ? 1 : 2;
    case 'choice':
      return Math.min(2, shape.words.length);
    case 'list':
      return shape.min < shape.max ? 2 : shape.min === 0 ? 1 : values(shape.item);
    case 'tuple':
      return Math.max(1, ...shape.items.map(values));
    case 'mapping':
      return shape.max === 0 ? 1 : 2;
    case 'record':
      return Math.max(1, ...shape.fields.map((field) => values(field.shape)));
    case 'union':
      return shape.cases.length > 1
        ? 2
        : Math.max(1, ...shape.cases.flatMap(({ fields }) => fields.map((field) => values(field.shape))));
    default:
      return 2;
  }
}

describe('sample', () => {
  it('makes values that fit, and the same ones for the same numbers', () => {
    fc.assert(
      fc.property(shapes(2), fc.integer(), (shape, seed) => {
        const value = sample(shape, seededRandom(seed));
        deepStrictEqual(codecOf(shape).decode(codecOf(shape).encode(value)), value);
        deepStrictEqual(sample({ shape }, seededRandom(seed)), value);
      }),
      { numRuns: 300 },
    );
  });

  it('reaches both ends of a range, and the ends of formats', () => {
    const random = seededRandom(1);
    const seen = new Set(Array.from({ length: 5000 }, () => sample(integer({ min: -200, max: 70_000 }), random)));
    expect([...seen]).toEqual(expect.arrayContaining([-200, 70_000, 127, 128, 255, 256, 65_535, -1]));
    expect(seen.size).toBeGreaterThan(500);
  });

  it('asks for small numbers alone', () => {
    fc.assert(
      fc.property(shapes(2), fc.integer(), (shape, seed) => {
        const random = seededRandom(seed);
        sample(shape, {
          below(n) {
            expect(Number.isInteger(n) && n > 0 && n <= 2 ** 30).toBe(true);
            return random.below(n);
          },
        });
      }),
    );
  });
});

describe('mutate', () => {
  it('makes another value that fits, wherever the schema has one, and leaves the first alone', () => {
    fc.assert(
      fc.property(shapesWithValues(2), fc.integer(), ({ shape, value }, seed) => {
        const before = codecOf(shape).encode(value);
        const other = mutate(shape, value, seededRandom(seed));
        expect(codecOf(shape).encode(value)).toEqual(before);
        const after = codecOf(shape).encode(other);
        expect(Buffer.compare(before, after) === 0).toBe(values(shape) === 1);
        expect(isDeepStrictEqual(other, value)).toBe(values(shape) === 1);
        deepStrictEqual(mutate({ shape }, value, seededRandom(seed)), other);
      }),
      { numRuns: 600 },
    );
  });

  it('makes a value that fits of one that does not', () => {
    const schema = integer({ max: 9 });
    expect(codec(schema).encode(mutate(schema, 77, seededRandom(1)))).toHaveLength(1);
  });

  it('keeps the length of bytes', () => {
    const other = mutate({ kind: 'bytes', min: 0, max: 64 }, new Uint8Array(32), seededRandom(5));
    expect(other).toHaveLength(32);
    expect(other).not.toEqual(new Uint8Array(32));
  });
});
