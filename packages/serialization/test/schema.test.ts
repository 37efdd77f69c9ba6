import { describe, expect, it } from 'vitest';
import {
  anyValue,
  bigint,
  boolean,
  bytes,
  choice,
  errors,
  float,
  integer,
  list,
  mapping,
  optional,
  QuorateError,
  record,
  text,
  union,
} from '../src/index.js';

describe('a schema that cannot be held is refused where it is built', () => {
  it.each<[string, () => unknown]>([
    ['an empty range', () => integer({ min: 2, max: 1 })],
    ['a range of fractions', () => integer({ max: 1.5 })],
    ['integers beyond 2^53', () => integer({ max: 2 ** 53 })],
    ['an empty range of bigints', () => bigint({ min: 2n, max: 1n })],
    ['bigints beyond 64 bits', () => bigint({ min: 0n, max: 2n ** 64n })],
    ['bigints below 64 bits', () => bigint({ min: -(2n ** 63n) - 1n, max: 0n })],
    ['floats up to infinity', () => float({ max: Infinity })],
    ['floats from NaN', () => float({ min: Number.NaN })],
    ['text of a negative length', () => text({ max: -1 })],
    ['text beyond 2^26 bytes', () => text({ max: 2 ** 26 + 1 })],
    ['bytes beyond 2^31', () => bytes({ max: 2 ** 31 })],
    ['lists beyond 2^26 items', () => list(boolean(), { max: 2 ** 26 + 1 })],
    ['bytes of an empty range', () => bytes({ min: 2, max: 1 })],
    ['a list of an empty range', () => list(boolean(), { min: 2, max: 1 })],
    ['a mapping without a bound', () => mapping(boolean(), { max: Infinity, maxKey: 1 })],
    ['a repeated word', () => choice(['a', 'b', 'a'])],
    ['an optional optional', () => optional(optional(boolean()))],
    ['an optional value, which may be nil itself', () => optional(anyValue({ max: 1 }))],
    ['a value without end', () => anyValue({ max: 1, maxDepth: 65 })],
    ['a field that is no identifier', () => record<{ 'a-b': boolean }>({ 'a-b': boolean() })],
    ['a field of digits', () => record<{ 0: boolean }>({ 0: boolean() })],
    ['a case of digits', () => union<{ kind: '7' }>({ 7: {} })],
    ['a field named as what tells cases apart', () => union<{ kind: 'a' }>({ a: { kind: boolean() } })],
    ['no case', () => union<never>({})],
  ])('%s', (_, build) => {
    expect(build).toThrow(QuorateError);
    expect(build).toThrow(expect.objectContaining({ code: 'Q2001' }));
    expect(build).toThrow(/^a schema cannot hold /);
  });

  it('has its codes explained', () => {
    expect(Object.keys(errors)).toEqual(['Q2001', 'Q2002', 'Q2003']);
    for (const { title, text: explanation } of Object.values(errors)) {
      expect(title).not.toBe('');
      expect(explanation.length).toBeGreaterThan(30);
    }
  });
});
