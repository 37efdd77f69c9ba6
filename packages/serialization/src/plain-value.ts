/**
 * Values without a schema: null, booleans, numbers, bigints, text, byte strings, arrays and plain objects, to a depth.
 * Integers of at most 32 bits travel as integers, all other numbers as floats, and bigints in eight bytes: so `1`, `1n` and
 * their kin never meet.
 */
import { Encoder } from '@msgpack/msgpack';
import type { Cursor } from './cursor.js';
import { isArray, isPlain } from './fits.js';
import {
  readBig,
  readBytesLength,
  readEntries,
  readFloat,
  readInteger,
  readItems,
  readTextLength,
} from './read-format.js';
import type { Value } from './schema.js';
import { compareUtf8 } from './utf8.js';

const encoder = new Encoder({ useBigInt64: true });

/** The bytes of what `inOrder` returned, if it fits. Valid until the next call. */
export function plainValueBytes(ordered: unknown): Uint8Array {
  return encoder.encodeSharedRef(ordered);
}

/**
 * A copy of a value, which no getter can change any more, its objects showing their keys in the order of their bytes: so
 * @msgpack/msgpack writes them. What is nested deeper than `depth` stays as it is.
 */
export function inOrder(value: unknown, depth: number): unknown {
  if (depth === 0) {
    return value;
  }
  if (isArray(value)) {
    return Array.from(value, (item) => inOrder(item, depth - 1));
  }
  if (!isPlain(value)) {
    return value;
  }
  const keys = Object.keys(value).toSorted(compareUtf8);
  const entries = Object.fromEntries(keys.map((key) => [key, inOrder(value[key], depth - 1)]));
  // A plain object shows keys such as "10" and "9" first, and as numbers in order.
  return keys.some((key) => /^\d/.test(key)) ? new Proxy(entries, { ownKeys: () => keys }) : entries;
}

/** Reads the value whose first byte was `format`. */
export function readPlainValue(cursor: Cursor, format: number, max: number, depth: number, expected: string): Value {
  if (format === 0xc0) {
    return null;
  }
  if (format === 0xc2 || format === 0xc3) {
    return format === 0xc3;
  }
  if (format === 0xcf || format === 0xd3) {
    return readBig(cursor, format, expected);
  }
  if (format === 0xca || format === 0xcb) {
    return readPlainFloat(cursor, format, expected);
  }
  if ((format >= 0xa0 && format <= 0xbf) || (format >= 0xd9 && format <= 0xdb)) {
    const length = readTextLength(cursor, format, max, expected);
    return length < 0 ? '' : cursor.text(length, expected);
  }
  if (format >= 0xc4 && format <= 0xc6) {
    const length = readBytesLength(cursor, format, 0, max, expected);
    return length < 0 ? null : cursor.view(length, expected);
  }
  const array = (format >= 0x90 && format <= 0x9f) || format === 0xdc || format === 0xdd;
  if (!array && !(format >= 0x80 && format <= 0x8f) && format !== 0xde && format !== 0xdf) {
    return readInteger(cursor, format, expected);
  }
  if (depth === 0) {
    return cursor.refuse('too-deep', cursor.at - 1, expected) ?? null;
  }
  return array ? readArray(cursor, format, max, depth, expected) : readObject(cursor, format, max, depth, expected);
}

function readPlainFloat(cursor: Cursor, format: number, expected: string): number {
  const value = readFloat(cursor, format, expected);
  if (Number.isInteger(value) && value >= -0x8000_0000 && value <= 0xffff_ffff) {
    cursor.refuse('non-canonical', cursor.at - 9, 'an integer format for an integer of at most 32 bits');
  }
  return value;
}

function readArray(cursor: Cursor, format: number, max: number, depth: number, expected: string): readonly Value[] {
  const count = readItems(cursor, format, 0, max, expected);
  const items: Value[] = [];
  for (let i = 0; i < count && cursor.refusal === undefined; i++) {
    items.push(readPlainValue(cursor, cursor.byte(expected), max, depth - 1, expected));
  }
  return items;
}

function readObject(cursor: Cursor, format: number, max: number, depth: number, expected: string): Value {
  const count = readEntries(cursor, format, max, expected);
  const entries: [string, Value][] = [];
  let key: string | undefined;
  for (let i = 0; i < count && cursor.refusal === undefined; i++) {
    key = readKey(cursor, key, max);
    entries.push([key, readPlainValue(cursor, cursor.byte(expected), max, depth - 1, expected)]);
  }
  return Object.fromEntries(entries);
}

/** The next key of a map, of at most `max` bytes; it must stand behind `last`. */
export function readKey(cursor: Cursor, last: string | undefined, max: number): string {
  const from = cursor.at;
  const length = readTextLength(cursor, cursor.byte('a key'), max, `a key of at most ${max} bytes`);
  const key = length < 0 ? '' : cursor.text(length, 'a key in UTF-8');
  if (key === '__proto__') {
    cursor.refuse('reserved-key', from, 'any key but __proto__');
  }
  const order = last === undefined ? 1 : compareUtf8(key, last);
  if (order <= 0) {
    cursor.refuse(order === 0 ? 'duplicate-key' : 'unordered-keys', from, 'keys in ascending order of their bytes');
  }
  return key;
}
