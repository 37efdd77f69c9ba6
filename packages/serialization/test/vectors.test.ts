import { readFileSync, writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  anyValue,
  bigint,
  boolean,
  bytes,
  choice,
  codec,
  digestOf,
  float,
  integer,
  list,
  mapping,
  optional,
  record,
  text,
  tuple,
  union,
  type Schema,
} from '../src/index.js';

const safe = Number.MAX_SAFE_INTEGER;
const zeros = (length: number): Uint8Array => new Uint8Array(length);
const truths = (length: number): readonly boolean[] => Array.from({ length }, () => true);

/** Every kind with the values at the ends of its formats. */
const kinds: Readonly<Record<string, { readonly schema: Schema<unknown>; readonly values: readonly unknown[] }>> = {
  boolean: { schema: boolean(), values: [false, true] },
  integer: {
    schema: integer({ min: -safe, max: safe }),
    values: [0, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, safe].concat([
      -1,
      -32,
      -33,
      -128,
      -129,
      -32_768,
      -32_769,
      -(2 ** 31),
      -(2 ** 31) - 1,
      -safe,
    ]),
  },
  bigint: {
    schema: bigint({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
    values: [0n, 1n, -1n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 63n)],
  },
  float: { schema: float(), values: [0, 1, -1, 0.5, -0.1, 2 ** 53, Number.MAX_VALUE, Number.MIN_VALUE] },
  text: {
    schema: text({ max: 70_000 }),
    values: [
      '',
      'a',
      'é€😀',
      '\ufeff',
      '\0',
      'x'.repeat(31),
      'x'.repeat(32),
      'x'.repeat(255),
      'x'.repeat(256),
      'x'.repeat(65_536),
    ],
  },
  bytes: {
    schema: bytes({ max: 70_000 }),
    values: [zeros(0), Uint8Array.of(0, 255), zeros(255), zeros(256), zeros(65_536)],
  },
  choice: { schema: choice(['heads', 'tails', 'edge']), values: ['heads', 'tails', 'edge'] },
  optional: { schema: optional(integer({ max: 255 })), values: [undefined, 0, 255] },
  list: {
    schema: list(boolean(), { max: 70_000 }),
    values: [[], [true, false], truths(15), truths(16), truths(65_535), truths(65_536)],
  },
  tuple: { schema: tuple([integer({ max: 9 }), text({ max: 9 }), boolean()]), values: [[1, 'a', true]] },
  mapping: {
    schema: mapping(integer({ max: 9 }), { max: 20, maxKey: 20 }),
    values: [
      {},
      { b: 1, a: 2 },
      { 10: 1, 9: 2 },
      { '😀': 1, '\uffff': 2 },
      { constructor: 1, '': 0 },
      Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`k${i}`, 0])),
    ],
  },
  record: {
    schema: record<{ epoch: number; leader: number | undefined }>({
      epoch: integer({ max: 255 }),
      leader: optional(integer({ max: 255 })),
    }),
    values: [
      { epoch: 7, leader: 3 },
      { epoch: 200, leader: undefined },
    ],
  },
  union: {
    schema: union<{ kind: 'ask' } | { kind: 'vote'; sender: number; sequence: number; value: Uint8Array }>({
      ask: {},
      vote: {
        sender: integer({ max: 255 }),
        sequence: integer({ max: 2 ** 32 - 1 }),
        value: bytes({ min: 32, max: 32 }),
      },
    }),
    values: [{ kind: 'ask' }, { kind: 'vote', sender: 3, sequence: 100_000, value: zeros(32) }],
  },
  value: {
    schema: anyValue({ max: 100 }),
    values: [
      null,
      true,
      1,
      1n,
      -1,
      0.5,
      2 ** 32,
      -(2 ** 31) - 1,
      2n ** 63n,
      'a',
      zeros(2),
      [1, [2n]],
      { b: [], a: {} },
    ],
  },
};

const update = process.env['UPDATE_VECTORS'] === '1';
const file = (kind: string): URL => new URL(`vectors/${kind}.json`, import.meta.url);

/** The value as a person would write it, what it travels as, and its digest. Long bytes are told by their digest alone. */
function vector(schema: Schema<unknown>, value: unknown): Readonly<Record<string, unknown>> {
  const encoded = codec(schema).encode(value);
  const digest = Buffer.from(digestOf(codec(schema), value)).toString('hex');
  return {
    value: inspect(value, { breakLength: Infinity, maxArrayLength: 20, maxStringLength: 40, depth: 9 }),
    length: encoded.length,
    bytes: Buffer.from(encoded.subarray(0, 100)).toString('hex') + (encoded.length > 100 ? '…' : ''),
    digest,
  };
}

describe('golden vectors: the wire format does not change by accident', () => {
  it.each(Object.entries(kinds))('%s', (kind, { schema, values }) => {
    const vectors = values.map((value) => vector(schema, value));
    if (update) {
      writeFileSync(file(kind), `${JSON.stringify(vectors, undefined, 2)}\n`);
    }
    expect(
      vectors,
      `The encoding of ${kind} differs from test/vectors/${kind}.json: nodes of two versions would not understand each other.
If that is intended, record it anew: UPDATE_VECTORS=1 npx vitest run packages/serialization/test/vectors.test.ts`,
    ).toEqual(JSON.parse(readFileSync(file(kind), 'utf8')));
    for (const value of values) {
      expect(codec(schema).decode(codec(schema).encode(value))).toEqual(value);
    }
  });

  it('cover every kind of schema', () => {
    expect(Object.entries(kinds).map(([kind, { schema }]) => [kind, schema.shape.kind])).toEqual(
      Object.keys(kinds).map((kind) => [kind, kind]),
    );
  });
});
