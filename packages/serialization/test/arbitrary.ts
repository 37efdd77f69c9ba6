/** Random schemas, and random values of any schema, for fast-check: what fails is shrunk to the smallest schema and value. */
import * as fc from 'fast-check';
import type { Field, Random, Shape, Value } from '../src/index.js';

/** Well-formed text of at most `max` UTF-8 bytes. */
const texts = (max: number): fc.Arbitrary<string> =>
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => fitting(text, max));

function fitting(text: string, max: number): string {
  let bytes = 0;
  let fits = '';
  for (const letter of text) {
    bytes += new TextEncoder().encode(letter).length;
    if (bytes > max) {
      break;
    }
    fits += letter;
  }
  return fits;
}

const byteStrings = (min: number, max: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: min, maxLength: Math.min(max, min + 40) }).map((bytes) => Uint8Array.from(bytes));

const edges = [
  0n,
  ...[5, 7, 8, 15, 16, 31, 32, 53, 63, 64].flatMap((bits) => [1n << BigInt(bits), -(1n << BigInt(bits))]),
];

/** Whole numbers, as often where a format ends as anywhere. */
function wholes(min: bigint, max: bigint): fc.Arbitrary<bigint> {
  const near = edges.flatMap((edge) => [edge - 1n, edge, edge + 1n]).filter((edge) => edge >= min && edge <= max);
  return fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(min, max, ...near));
}

const doubles = (min: number, max: number): fc.Arbitrary<number> =>
  fc.double({ min, max, noNaN: true }).map((number) => number + 0);

const keys = (max: number): fc.Arbitrary<string> =>
  fc
    .oneof(texts(max), fc.nat(99).map(String), fc.constantFrom('constructor', 'toString', '\uffff', '😀', ''))
    .map((key) => fitting(key, max))
    .filter((key) => key !== '__proto__');

const mappings = <T>(maxKey: number, value: fc.Arbitrary<T>, max: number): fc.Arbitrary<Readonly<Record<string, T>>> =>
  fc.dictionary(keys(maxKey), value, { maxKeys: Math.min(max, 20), noNullPrototype: true });

/** Any value of the shape. */
export function valuesOf(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return wholes(BigInt(shape.min), BigInt(shape.max)).map(Number);
    case 'bigint':
      return wholes(shape.min, shape.max);
    case 'float':
      return doubles(shape.min, shape.max);
    case 'text':
      return texts(shape.max);
    case 'bytes':
      return byteStrings(shape.min, shape.max);
    case 'choice':
      return fc.constantFrom(...shape.words);
    case 'optional':
      return fc.option(valuesOf(shape.item), { nil: undefined });
    case 'list':
      return fc.array(valuesOf(shape.item), { minLength: shape.min, maxLength: Math.min(shape.max, shape.min + 20) });
    case 'tuple':
      return fc.tuple(...shape.items.map(valuesOf));
    case 'mapping':
      return mappings(shape.maxKey, valuesOf(shape.value), shape.max);
    case 'record':
      return recordsOf(shape.fields);
    case 'union':
      return fc.oneof(
        ...shape.cases.map(({ name, fields }) =>
          recordsOf(fields).map((fieldValues) => ({ kind: name, ...fieldValues })),
        ),
      );
    default:
      return plainValues(shape.max, shape.maxDepth);
  }
}

const recordsOf = (fields: readonly Field[]): fc.Arbitrary<object> =>
  fc.record(Object.fromEntries(fields.map(({ name, shape }) => [name, valuesOf(shape)])), { noNullPrototype: true });

/** Any plain value. Numbers that hold more than 32 bits, or a fraction, are floats there. */
function plainValues(max: number, depth: number): fc.Arbitrary<Value> {
  const scalars: fc.Arbitrary<Value> = fc.oneof(
    fc.constantFrom(null, true, false),
    wholes(-(2n ** 53n), 2n ** 53n).map(Number),
    doubles(-Number.MAX_VALUE, Number.MAX_VALUE),
    wholes(-(2n ** 63n), 2n ** 64n - 1n),
    texts(max),
    byteStrings(0, max),
  );
  if (depth === 0) {
    return scalars;
  }
  const inner = plainValues(max, Math.min(depth - 1, 2));
  return fc.oneof(scalars, fc.array(inner, { maxLength: Math.min(max, 18) }), mappings(max, inner, max));
}

const ranges = <T extends number | bigint>(numbers: fc.Arbitrary<T>): fc.Arbitrary<{ min: T; max: T }> =>
  fc.tuple(numbers, numbers).map(([a, b]) => (a <= b ? { min: a, max: b } : { min: b, max: a }));

const names = fc.stringMatching(/^[a-z_$][\w$]{0,6}$/).filter((name) => name !== 'kind' && name !== '__proto__');

/** Any shape, nested at most `depth` deep. */
export function shapes(depth = 3): fc.Arbitrary<Shape> {
  const leaves: fc.Arbitrary<Shape>[] = [
    fc.constant({ kind: 'boolean' }),
    ranges(wholes(-(2n ** 53n) + 1n, 2n ** 53n - 1n)).map(({ min, max }) => ({
      kind: 'integer',
      min: Number(min),
      max: Number(max),
    })),
    ranges(wholes(-(2n ** 63n), 2n ** 64n - 1n)).map((range) => ({ kind: 'bigint', ...range })),
    ranges(doubles(-Number.MAX_VALUE, Number.MAX_VALUE)).map((range) => ({ kind: 'float', ...range })),
    fc.nat(300).map((max) => ({ kind: 'text', max })),
    ranges(fc.nat(300)).map((range) => ({ kind: 'bytes', ...range })),
    fc
      .uniqueArray(fc.string({ maxLength: 4 }), { minLength: 1, maxLength: 140 })
      .map((words) => ({ kind: 'choice', words })),
    fc.record({ kind: fc.constant('value'), max: fc.nat(100), maxDepth: fc.nat(3) }),
  ];
  return depth === 0 ? fc.oneof(...leaves) : fc.oneof(...leaves, ...nestedShapes(shapes(depth - 1)));
}

function nestedShapes(inner: fc.Arbitrary<Shape>): fc.Arbitrary<Shape>[] {
  const fields = fc.uniqueArray(fc.record({ name: names, shape: inner }), {
    selector: ({ name }) => name,
    maxLength: 20,
  });
  return [
    inner.filter(({ kind }) => kind !== 'optional' && kind !== 'value').map((item) => ({ kind: 'optional', item })),
    fc.tuple(inner, ranges(fc.nat(20))).map(([item, range]) => ({ kind: 'list', item, ...range })),
    fc.array(inner, { maxLength: 18 }).map((items) => ({ kind: 'tuple', items })),
    fc.record({ kind: fc.constant('mapping'), value: inner, max: fc.nat(20), maxKey: fc.nat(40) }),
    fields.map((each) => ({ kind: 'record', fields: each })),
    fc
      .uniqueArray(fc.record({ name: names, fields }), { selector: ({ name }) => name, minLength: 1, maxLength: 4 })
      .map((cases) => ({ kind: 'union', cases })),
  ];
}

/** A shape and a value of it. */
export const shapesWithValues = (depth = 3): fc.Arbitrary<{ shape: Shape; value: unknown }> =>
  shapes(depth).chain((shape) => valuesOf(shape).map((value) => ({ shape, value })));

/** Numbers that depend on the seed alone. */
export function seededRandom(seed: number): Random {
  let state = seed;
  return {
    below(n) {
      state = (Math.imul(state ^ (state >>> 15), 0x2c1b_3c6d) + 0x9e37_79b9) | 0;
      return ((state ^ (state >>> 12)) >>> 0) % n;
    },
  };
}
