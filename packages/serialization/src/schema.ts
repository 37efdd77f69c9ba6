/**
 * Schemas: what a message looks like, as plain data. A codec compiles one; adversaries, fuzzers and documentation read it.
 *
 * A schema is declared beside the type it describes:
 *
 * ```ts
 * interface Vote { readonly kind: 'vote'; readonly sequence: number; readonly digest: Uint8Array }
 * const voteSchema: Schema<Vote> = …
 * ```
 */
import { QuorateError } from './error.js';
import { fieldName } from './field-name.js';

declare const described: unique symbol;

/** Describes values of type `T`. */
export interface Schema<T> {
  readonly shape: Shape;
  /** Never present: carries the type. */
  readonly [described]?: T;
}

/** Every schema as data. Lengths are bytes for `text` and `bytes`, items for `list` and `mapping`. */
export type Shape =
  | { readonly kind: 'boolean' }
  /** A safe integer in `min … max`. `meaning` tells readers of the schema what the number stands for. */
  | { readonly kind: 'integer'; readonly min: number; readonly max: number; readonly meaning?: string }
  | { readonly kind: 'bigint'; readonly min: bigint; readonly max: bigint }
  /** A finite double; never NaN, an infinity or −0. */
  | { readonly kind: 'float'; readonly min: number; readonly max: number }
  | { readonly kind: 'text'; readonly max: number }
  /** `inner` tells readers of the schema what the bytes are themselves a frame of, `meaning` what they stand for (`nodes`: a bit for each); codecs look at neither. */
  | {
      readonly kind: 'bytes';
      readonly min: number;
      readonly max: number;
      readonly inner?: Shape;
      readonly meaning?: string;
    }
  /** One of a few words; travels as its index. */
  | { readonly kind: 'choice'; readonly words: readonly string[] }
  /** A value or `undefined`; absence travels as nil. */
  | { readonly kind: 'optional'; readonly item: Shape }
  | { readonly kind: 'list'; readonly item: Shape; readonly min: number; readonly max: number }
  | { readonly kind: 'tuple'; readonly items: readonly Shape[] }
  /** String keys in ascending UTF-8 byte order, each once; `__proto__` is refused. */
  | { readonly kind: 'mapping'; readonly value: Shape; readonly maxKey: number; readonly max: number }
  /** An object that travels as the array of its fields, in this order. */
  | { readonly kind: 'record'; readonly fields: readonly Field[] }
  /** Objects told apart by `kind`; travels as `[index of the case, ...its fields]`. */
  | { readonly kind: 'union'; readonly cases: readonly Case[] }
  /** Any plain value (`Value`), to a depth. */
  | { readonly kind: 'value'; readonly max: number; readonly maxDepth: number };

/** The shapes of one kind. */
export type ShapeOf<Kind extends Shape['kind']> = Extract<Shape, { readonly kind: Kind }>;

/** A field of a record, in wire order. */
export interface Field {
  readonly name: string;
  readonly shape: Shape;
}

/** A case of a union: the word that stands in `kind`, and its fields. */
export interface Case {
  readonly name: string;
  readonly fields: readonly Field[];
}

/** What a `value` schema holds. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Value[]
  | { readonly [key: string]: Value };

type Fields<T> = { readonly [K in keyof T]-?: Schema<T[K]> };
type CaseFields<U extends { readonly kind: string }> = {
  readonly [K in U['kind']]: Fields<Omit<Extract<U, { readonly kind: K }>, 'kind'>>;
};

const of = <T>(shape: Shape): Schema<T> => ({ shape });

/** `true` or `false`. */
export const boolean = (): Schema<boolean> => of({ kind: 'boolean' });

/** A safe integer in `min … max`, both included. `min` defaults to 0. Throws Q2001 on bounds that are none. */
export function integer(bounds: { min?: number; max: number; meaning?: string }): Schema<number> {
  const { min = 0, max, meaning } = bounds;
  check(Number.isSafeInteger(min) && Number.isSafeInteger(max) && min <= max, `integer bounds ${min} … ${max}`);
  return of(meaning === undefined ? { kind: 'integer', min, max } : { kind: 'integer', min, max, meaning });
}

/** A 64-bit integer as a `bigint`, within −2^63 … 2^64 − 1. */
export function bigint(bounds: { min: bigint; max: bigint }): Schema<bigint> {
  const { min, max } = bounds;
  check(min >= -(2n ** 63n) && max < 2n ** 64n && min <= max, `bigint bounds ${min} … ${max}`);
  return of({ kind: 'bigint', min, max });
}

/** A finite double in `min … max`; without bounds, any finite double. −0 is encoded as 0. */
export function float(bounds: { min?: number; max?: number } = {}): Schema<number> {
  const { min = -Number.MAX_VALUE, max = Number.MAX_VALUE } = bounds;
  check(Number.isFinite(min) && Number.isFinite(max) && min <= max, `float bounds ${min} … ${max}`);
  return of({ kind: 'float', min, max });
}

/** Well-formed Unicode of at most `max` UTF-8 bytes, themselves at most 2^26. */
export function text(bounds: { max: number }): Schema<string> {
  checkLength(bounds.max, 'text');
  return of({ kind: 'text', max: bounds.max });
}

/**
 * `min … max` bytes, below 2^31. What is decoded is a view of the frame: copy what you keep. `of`: the bytes are themselves a frame of
 * this schema, and `meaning` what they stand for: for readers of the schema alone.
 */
export function bytes(bounds: {
  min?: number;
  max: number;
  of?: Schema<unknown>;
  meaning?: string;
}): Schema<Uint8Array> {
  const { min = 0, max, of: inner, meaning } = bounds;
  checkLength(min, 'bytes', mostBytes);
  checkLength(max, 'bytes', mostBytes);
  check(min <= max, `bytes bounds ${min} … ${max}`);
  return of({
    kind: 'bytes',
    min,
    max,
    ...(inner && { inner: inner.shape }),
    ...(meaning !== undefined && { meaning }),
  });
}

/** One of the given words. */
export function choice<const Words extends readonly [string, ...string[]]>(words: Words): Schema<Words[number]> {
  check(new Set(words).size === words.length, 'a choice with a repeated word');
  return of({ kind: 'choice', words });
}

/** A value or `undefined`. An optional of an optional has no encoding of its own, and is refused (Q2001). */
export function optional<T>(item: Schema<T>): Schema<T | undefined> {
  check(item.shape.kind !== 'optional' && item.shape.kind !== 'value', 'an optional of what may itself be absent');
  return of({ kind: 'optional', item: item.shape });
}

/** `min … max` items, at most 2^26. */
export function list<T>(item: Schema<T>, bounds: { min?: number; max: number }): Schema<readonly T[]> {
  const { min = 0, max } = bounds;
  checkLength(min, 'list');
  checkLength(max, 'list');
  check(min <= max, `list bounds ${min} … ${max}`);
  return of({ kind: 'list', item: item.shape, min, max });
}

/** A fixed number of items, each of its own kind. */
export function tuple<T extends readonly unknown[]>(items: { readonly [I in keyof T]: Schema<T[I]> }): Schema<T> {
  return of({ kind: 'tuple', items: (items as readonly Schema<unknown>[]).map((item) => item.shape) });
}

/** At most `max` entries under string keys of at most `maxKey` bytes each; both at most 2^26. */
export function mapping<T>(
  value: Schema<T>,
  bounds: { max: number; maxKey: number },
): Schema<Readonly<Record<string, T>>> {
  checkLength(bounds.max, 'mapping');
  checkLength(bounds.maxKey, 'mapping key');
  return of({ kind: 'mapping', value: value.shape, max: bounds.max, maxKey: bounds.maxKey });
}

/** An object with these fields; the order of declaration is the order on the wire. */
export function record<T extends object>(fields: Fields<T>): Schema<T> {
  return of({ kind: 'record', fields: fieldsOf(fields) });
}

/** Objects told apart by `kind`; the order of declaration numbers the cases. Add new cases at the end. */
export function union<U extends { readonly kind: string }>(cases: CaseFields<U>): Schema<U> {
  const entries = Object.entries<Fields<object>>(cases);
  check(entries.length > 0 && entries.length <= 128, `a union of ${entries.length} cases`);
  const shapes = entries.map(([name, fields]) => {
    // Such a name would change its place among an object's keys, and with it the number of the case.
    check(!/^\d+$/.test(name), `a case named ${name}`);
    check(!Object.hasOwn(fields, 'kind'), `a field named kind in the case ${JSON.stringify(name)}`);
    return { name, fields: fieldsOf(fields) };
  });
  return of({ kind: 'union', cases: shapes });
}

/**
 * Any plain value whose strings, byte strings and collections have at most `max` bytes or items each (at most 2^26), nested at
 * most `maxDepth` deep (at most 64; 0 is no collection at all).
 */
export function anyValue(bounds: { max: number; maxDepth?: number }): Schema<Value> {
  const { max, maxDepth = 16 } = bounds;
  checkLength(max, 'value');
  check(Number.isInteger(maxDepth) && maxDepth >= 0 && maxDepth <= 64, `value depth ${maxDepth}`);
  return of({ kind: 'value', max, maxDepth });
}

function fieldsOf(fields: Fields<object>): readonly Field[] {
  return Object.entries(fields as Record<string, Schema<unknown>>).map(([name, schema]) => {
    fieldName(name);
    return { name, shape: schema.shape };
  });
}

/** Longer texts and larger collections are beyond what some engine can hold, and no two engines agree on the limit. */
const mostItems = 2 ** 26;
const mostBytes = 2 ** 31 - 1;

function checkLength(length: number, what: string, most: number = mostItems): void {
  check(Number.isInteger(length) && length >= 0 && length <= most, `${what} length ${length}`);
}

function check(condition: boolean, what: string): void {
  if (!condition) {
    throw new QuorateError('Q2001', `a schema cannot hold ${what}`, 'see the bounds in the doc comment of the builder');
  }
}
