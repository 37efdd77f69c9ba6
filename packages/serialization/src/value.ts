/** Reads what has no schema: any plain value, to a depth. */
import type { Cursor } from './cursor.js';
import { readBig, readBytesLength, readCount, readFloat, readInteger, readTextLength } from './format.js';
import { readKey } from './key.js';
import type { Value } from './schema.js';

/** Integers of more than 32 bits travel as floats; what takes eight bytes as an integer is a bigint. */
export function readPlain(cursor: Cursor, format: number, max: number, depth: number, expected: string): Value {
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
    const length = readBytesLength(cursor, format, { min: 0, max }, expected);
    return cursor.view(Math.max(length, 0), expected);
  }
  if ((format >= 0x80 && format <= 0x9f) || (format >= 0xdc && format <= 0xdf)) {
    return readCollection(cursor, format, max, depth, expected);
  }
  return readInteger(cursor, format, expected);
}

function readPlainFloat(cursor: Cursor, format: number, expected: string): number {
  const from = cursor.at - 1;
  const value = readFloat(cursor, format, expected);
  if (Number.isInteger(value) && value >= -0x8000_0000 && value <= 0xffff_ffff) {
    cursor.refuse('non-canonical', from, 'an integer format for an integer of at most 32 bits');
  }
  return value;
}

function readCollection(cursor: Cursor, format: number, max: number, depth: number, expected: string): Value {
  if (depth === 0) {
    cursor.refuse('too-deep', cursor.at - 1, expected);
    return null;
  }
  const array = (format >= 0x90 && format <= 0x9f) || format === 0xdc || format === 0xdd;
  const count = readCount(cursor, format, array ? 0x90 : 0x80, { min: 0, max }, expected);
  if (array) {
    const items: Value[] = [];
    for (let i = 0; i < count && cursor.refusal === undefined; i++) {
      items.push(readPlain(cursor, cursor.byte(expected), max, depth - 1, expected));
    }
    return items;
  }
  const entries: [string, Value][] = [];
  let last: string | undefined;
  for (let i = 0; i < count && cursor.refusal === undefined; i++) {
    last = readKey(cursor, last, max);
    entries.push([last, readPlain(cursor, cursor.byte(expected), max, depth - 1, expected)]);
  }
  return Object.fromEntries(entries);
}
