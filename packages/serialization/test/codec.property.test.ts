import { deepStrictEqual } from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { decode, Encoder } from '@msgpack/msgpack';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assembly, interpreted } from '../src/assembly.js';
import { codecWith } from '../src/compile.js';
import { codec, float, list, Refusal, type Codec, type Shape } from '../src/index.js';
import { seededRandom, shapes, shapesWithValues, valuesOf } from './arbitrary.js';
import { holdsSmallInteger, reference } from './reference.js';
import { rewrite } from './rewrite.js';

const codecOf = (shape: Shape): Codec<unknown> => codec<unknown>({ shape });

/** Whether some float of the value could be taken for an integer by who has no schema. */
function holdsIntegralFloat(shape: Shape, value: unknown): boolean {
  switch (shape.kind) {
    case 'float':
      return holdsSmallInteger(value);
    case 'optional':
      return value !== undefined && holdsIntegralFloat(shape.item, value);
    case 'list':
      return Array.isArray(value) && value.some((item) => holdsIntegralFloat(shape.item, item));
    case 'tuple':
      return Array.isArray(value) && shape.items.some((item, index) => holdsIntegralFloat(item, value[index]));
    case 'mapping':
      return Object.values(value ?? {}).some((item) => holdsIntegralFloat(shape.value, item));
    case 'record':
    case 'union': {
      const entries: Record<string, unknown> = Object.fromEntries(Object.entries(value ?? {}));
      const fields =
        shape.kind === 'record' ? shape.fields : shape.cases.find(({ name }) => name === entries['kind'])?.fields;
      return fields?.some((field) => holdsIntegralFloat(field.shape, entries[field.name])) ?? false;
    }
    default:
      return false;
  }
}

describe('any value of any schema', () => {
  it('is written byte for byte as @msgpack/msgpack writes it', () => {
    fc.assert(
      fc.property(shapesWithValues(2), ({ shape, value }) => {
        fc.pre(!holdsIntegralFloat(shape, value));
        expect(codecOf(shape).encode(value)).toEqual(reference(shape, value));
      }),
      { numRuns: 300 },
    );
  });

  it('is written, where its floats hold integers, as @msgpack/msgpack writes it when told to write floats', () => {
    const whole = fc.array(fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(whole, (values) => {
        const positive = values.map((value) => value + 0);
        expect(codec(list(float(), { max: 40 })).encode(values)).toEqual(
          new Encoder({ forceIntegerToFloat: true }).encode(positive),
        );
      }),
    );
  });

  it('is what @msgpack/msgpack reads back', () => {
    const anything: Shape = { kind: 'value', max: 100, maxDepth: 3 };
    fc.assert(
      fc.property(valuesOf(anything), (value) => {
        expect(decode(codecOf(anything).encode(value), { useBigInt64: true })).toEqual(value);
      }),
    );
  });

  it('comes back equal, in objects of literals', () => {
    fc.assert(
      fc.property(shapesWithValues(2), ({ shape, value }) => {
        deepStrictEqual(codecOf(shape).decode(codecOf(shape).encode(value)), value);
      }),
      { numRuns: 300 },
    );
  });

  it('takes at most maxBytes, and encodeInto says so when there is less room', () => {
    fc.assert(
      fc.property(shapesWithValues(2), fc.nat(20), ({ shape, value }, start) => {
        const subject = codecOf(shape);
        const encoded = subject.encode(value);
        expect(encoded.length).toBeLessThanOrEqual(subject.maxBytes);
        const exact = new Uint8Array(start + encoded.length);
        expect(subject.encodeInto(value, exact, start)).toBe(exact.length);
        expect(exact.subarray(start)).toEqual(encoded);
        for (let room = 0; room < Math.min(encoded.length, 50); room++) {
          expect(subject.encodeInto(value, new Uint8Array(start + room), start)).toBe(-1);
        }
      }),
    );
  });

  it('NET-09 truncation: is refused at every prefix, and with a byte behind it', () => {
    fc.assert(
      fc.property(shapesWithValues(2), fc.nat(255), ({ shape, value }, extra) => {
        const subject = codecOf(shape);
        const encoded = subject.encode(value);
        const ends = Array.from(encoded, (_, end) => end);
        deepStrictEqual(
          ends.map((end) => subject.decode(encoded, 0, end)).map(reasonAndOffset),
          ends.map((end) => ['truncated', end]),
        );
        const longer = Uint8Array.of(...encoded, extra);
        const reason = longer.length > subject.maxBytes ? 'too-large' : 'trailing-bytes';
        expect(subject.decode(longer)).toMatchObject({ reason, offset: encoded.length });
        deepStrictEqual(subject.decode(longer, 0, encoded.length), value);
      }),
    );
  });
});

const reasonAndOffset = (verdict: unknown): readonly unknown[] =>
  verdict instanceof Refusal ? [verdict.reason, verdict.offset] : ['accepted'];

/** Valid bytes with a few changed, and bytes from nowhere. */
const hostile: fc.Arbitrary<{ shape: Shape; bytes: Uint8Array }> = fc
  .tuple(shapesWithValues(2), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.uint8Array())
  .map(([{ shape, value }, edits, noise]) => {
    const bytes = edits.length === 0 ? Uint8Array.from(noise) : codecOf(shape).encode(value);
    for (const [place, byte] of edits) {
      bytes[place % bytes.length] = byte;
    }
    return { shape, bytes };
  });

describe("a peer's bytes", () => {
  it('RBC-23 one value, two encodings: the same value in other formats is refused', () => {
    fc.assert(
      fc.property(shapesWithValues(2), fc.integer(), ({ shape, value }, seed) => {
        const canonical = codecOf(shape).encode(value);
        const random = seededRandom(seed);
        const other = rewrite(canonical, (choices) => random.below(choices));
        fc.pre(Buffer.compare(canonical, other) !== 0);
        const verdict = codecOf(shape).decode(other);
        // Without a schema, eight bytes make a bigint: `1n` is another value than `1`, not another encoding of it.
        expect(verdict instanceof Refusal || !isDeepStrictEqual(verdict, value)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('RBC-23 one value, two encodings: whatever is decoded is encoded to the same bytes', () => {
    fc.assert(
      fc.property(hostile, ({ shape, bytes }) => {
        const value = codecOf(shape).decode(bytes);
        if (value instanceof Refusal) {
          expect(value.offset).toBeGreaterThanOrEqual(0);
          expect(value.offset).toBeLessThanOrEqual(bytes.length);
        } else {
          expect(codecOf(shape).encode(value)).toEqual(bytes);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('are judged alike by generated code and by loops, and in shared memory', () => {
    expect(assembly).not.toBe(interpreted);
    fc.assert(
      fc.property(hostile, fc.nat(9), ({ shape, bytes }, start) => {
        const shared = new Uint8Array(new SharedArrayBuffer(bytes.length + 20));
        shared.set(bytes, start);
        const verdict = codecOf(shape).decode(bytes);
        deepStrictEqual(codecWith<unknown>({ shape }, interpreted).decode(bytes), verdict);
        deepStrictEqual(codecOf(shape).decode(shared, start, start + bytes.length), verdict);
        deepStrictEqual(codecOf(shape).decode(Buffer.from(bytes)), verdict);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('what encode refuses', () => {
  it('is what no bytes decode to: values of one schema under another', () => {
    fc.assert(
      fc.property(shapesWithValues(1), shapes(1), ({ shape, value }, other) => {
        const encoded = attempt(() => codecOf(other).encode(value));
        deepStrictEqual(
          attempt(() => codecWith<unknown>({ shape: other }, interpreted).encode(value)),
          encoded,
        );
        if (encoded instanceof Uint8Array) {
          // Only fields that the other schema does not know were left out.
          const decoded = codecOf(other).decode(encoded);
          expect(decoded).not.toBeInstanceOf(Refusal);
          expect(codecOf(other).encode(decoded)).toEqual(encoded);
        } else {
          expect(encoded).toHaveProperty('code', 'Q2002');
          expect(String(encoded)).toMatch(/^QuorateError: value.* must be /);
          const bytes = codecOf(shape).encode(value);
          const decoded = codecOf(other).decode(bytes);
          expect(decoded instanceof Refusal || !isDeepStrictEqual(decoded, value)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

function attempt(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
