import {
  anyValue,
  bigint,
  boolean,
  bytes,
  choice,
  codec,
  float,
  integer,
  list,
  mapping,
  optional,
  record,
  sample,
  text,
  tuple,
  union,
  type Schema,
} from '@quorate/transport';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edited, hasContent, hasLeaf, isNode, isNumber, kept, originates } from '../src/adversaries/content.js';
import { Face } from '../src/adversaries/face.js';
import { Memory } from '../src/adversaries/memory.js';
import { seededRandom } from '../src/index.js';

type Parts = Readonly<Record<string, unknown>>;
const word = fc.constantFrom('a', 'b', 'c', 'd');
const leaf = fc.constantFrom<Schema<unknown>[]>(
  boolean(),
  integer({ max: 3, meaning: 'node' }),
  integer({ max: 1000, meaning: 'sequence' }),
  integer({ min: -5, max: 5 }),
  bigint({ min: -9n, max: 2n ** 60n }),
  float({ min: -1, max: 1 }),
  text({ max: 20 }),
  bytes({ max: 40 }),
  bytes({ min: 32, max: 32 }),
  bytes({ min: 2, max: 2, meaning: 'nodes' }),
  bytes({ max: 40, of: record<{ readonly at: number }>({ at: integer({ max: 9 }) }) }),
  integer({ max: 255, meaning: 'nodes' }),
  list(integer({ max: 3, meaning: 'node' }), { max: 4 }),
  choice(['yes', 'no']),
  anyValue({ max: 8, maxDepth: 2 }),
);
const { schema } = fc.letrec<{ schema: Schema<unknown> }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    leaf.filter(({ shape }) => shape.kind !== 'value').map((item): Schema<unknown> => optional(item)),
    tie('schema').map((item): Schema<unknown> => list(item, { max: 3 })),
    tie('schema').map((item): Schema<unknown> => mapping(item, { max: 3, maxKey: 4 })),
    fc.array(tie('schema'), { maxLength: 3 }).map((items): Schema<unknown> => tuple(items)),
    fc.dictionary(word, tie('schema')).map((fields): Schema<unknown> => record<Parts>(fields)),
    fc
      .dictionary(word, fc.dictionary(word, tie('schema')), { minKeys: 1 })
      .map((cases): Schema<unknown> => union<{ readonly kind: string }>(cases)),
  ),
}));

describe('content of a message, whatever its schema', () => {
  it('a face is a message of the same schema, and the same every time', () => {
    fc.assert(
      fc.property(schema, fc.integer(), (one, seed) => {
        const random = seededRandom(seed);
        const face = new Face(one, random);
        const message = sample(one, random);
        const told = codec(one).encode(face.of(message));
        expect(codec(one).encode(face.of(message))).toEqual(told);
        if (!hasContent(one.shape)) expect(told).toEqual(codec(one).encode(message));
      }),
      { numRuns: 150 },
    );
  });

  it('what is made up, and what is kept, are messages of the same schema', () => {
    fc.assert(
      fc.property(schema, fc.integer(), (one, seed) => {
        const random = seededRandom(seed);
        const memory = new Memory(one, random);
        for (let heard = 0; heard < 3; heard++) memory.heard(sample(one, random));
        for (let made = 0; made < 3; made++) codec(one).encode(memory.made());
        const message = sample(one, random);
        const copy = codec(one).encode(message);
        expect(codec(one).encode(kept(one, message))).toEqual(copy);
      }),
      { numRuns: 100 },
    );
  });

  it('an edit reaches exactly the leaves that there are', () => {
    fc.assert(
      fc.property(schema, fc.integer(), (one, seed) => {
        const message = sample(one, seededRandom(seed));
        let visited = false;
        const same = edited(one, message, isNode, (_leaf, value) => {
          visited = true;
          return value;
        });
        expect(same).toBe(message);
        if (visited) expect(hasLeaf(one.shape, isNode)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('numbers are edited wherever they stand, and nodes are left alone', () => {
    const one = union<{ kind: 'a'; inner: readonly { at: number; by: number }[] }>({
      a: {
        inner: list(
          record<{ at: number; by: number }>({ at: integer({ max: 9 }), by: integer({ max: 3, meaning: 'node' }) }),
          { max: 3 },
        ),
      },
    });
    const message = { kind: 'a', inner: [{ at: 1, by: 2 }] } as const;
    expect(edited(one, message, isNumber, () => 9)).toEqual({ kind: 'a', inner: [{ at: 9, by: 2 }] });
  });

  it('a carried message originates when every union on the way stands at its first case', () => {
    type Inner = { readonly kind: 'input' | 'echo' };
    type Outer = { readonly kind: 'carry'; readonly inner: Inner } | { readonly kind: 'report' };
    const one = union<Outer>({ carry: { inner: union<Inner>({ input: {}, echo: {} }) }, report: {} });
    const carried = (kind: Inner['kind']): Outer => ({ kind: 'carry', inner: { kind } });
    expect(originates(one.shape, carried('input'))).toBe(true);
    expect(originates(one.shape, carried('echo'))).toBe(false);
    expect(originates(one.shape, { kind: 'report' })).toBe(false);
  });
});
