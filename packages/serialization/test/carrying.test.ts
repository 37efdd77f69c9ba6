import { describe, expect, it } from 'vitest';
import { bytes, carrying, codec, integer, list, mapping, optional, record, tuple, union } from '../src/index.js';

describe('what bytes hold, told in the schema', () => {
  const inner = record<{ round: number }>({ round: integer({ max: 9 }) });

  it('stands in the shape, and changes nothing on the wire', () => {
    const plain = bytes({ min: 1, max: 9 });
    const told = bytes({ min: 1, max: 9, of: inner, meaning: 'frame' });
    expect(told.shape).toEqual({ ...plain.shape, inner: inner.shape, meaning: 'frame' });
    const value = Uint8Array.of(1, 2, 3);
    expect(codec(told).encode(value)).toEqual(codec(plain).encode(value));
    // Not even a frame of the inner schema: nobody looks.
    expect(codec(told).decode(codec(plain).encode(value))).toEqual(value);
  });

  it('is said of the field of that name, wherever it stands', () => {
    interface Part {
      readonly payload: Uint8Array;
      readonly other: Uint8Array;
    }
    const part = record<Part>({ payload: bytes({ max: 4 }), other: bytes({ max: 4 }) });
    const whole = union<{
      kind: 'a';
      list: readonly Part[];
      pair: readonly [Part];
      map: Readonly<Record<string, Part>>;
      some: Part | undefined;
    }>({
      a: {
        list: list(part, { max: 2 }),
        pair: tuple<[Part]>([part]),
        map: mapping(part, { max: 2, maxKey: 3 }),
        some: optional(part),
      },
    });
    const told = carrying(whole, 'payload', inner);
    const text = JSON.stringify(told.shape);
    expect(text.split('"inner"')).toHaveLength(5);
    expect(text.replaceAll(`,"inner":${JSON.stringify(inner.shape)}`, '')).toBe(JSON.stringify(whole.shape));
    const message = {
      kind: 'a',
      list: [],
      pair: [{ payload: Uint8Array.of(1), other: Uint8Array.of() }],
      map: {},
      some: undefined,
    } as const;
    expect(codec(told).encode(message)).toEqual(codec(whole).encode(message));
  });

  it('is said of what a frame carries, where the bytes are one already', () => {
    const lower = record<{ payload: Uint8Array }>({ payload: bytes({ max: 9 }) });
    const middle = record<{ above: Uint8Array; payload: Uint8Array }>({
      above: bytes({ max: 4 }),
      payload: bytes({ max: 4 }),
    });
    const two = carrying(carrying(lower, 'payload', middle), 'payload', inner);
    const three = carrying(lower, 'payload', carrying(middle, 'payload', inner));
    expect(two.shape).toEqual(three.shape);
    expect(JSON.stringify(two.shape)).not.toBe(JSON.stringify(carrying(lower, 'payload', middle).shape));
  });
});
