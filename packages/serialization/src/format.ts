/** Readers of MessagePack's formats: the shortest form alone, lengths checked against their bound before anything else. */
import type { Cursor } from './cursor.js';

/** The integer behind `format`; 0 after a refusal. */
export function readInteger(cursor: Cursor, format: number, expected: string): number {
  const from = cursor.at - 1;
  if (format < 0x80) {
    return format;
  }
  if (format >= 0xe0) {
    return format - 0x100;
  }
  switch (format) {
    case 0xcc:
      return atLeast(cursor, cursor.unsigned(1, expected), 0x80, from);
    case 0xcd:
      return atLeast(cursor, cursor.unsigned(2, expected), 0x100, from);
    case 0xce:
      return atLeast(cursor, cursor.unsigned(4, expected), 0x10000, from);
    case 0xd0:
      return below(cursor, cursor.unsigned(1, expected) - 0x100, -0x20, -0x80, from);
    case 0xd1:
      return below(cursor, cursor.unsigned(2, expected) - 0x10000, -0x80, -0x8000, from);
    case 0xd2:
      return below(cursor, cursor.unsigned(4, expected) - 0x1_0000_0000, -0x8000, -0x8000_0000, from);
    case 0xcf:
    case 0xd3:
      return readLongInteger(cursor, format, expected);
    default:
      cursor.refuseFormat(format, from, expected);
      return 0;
  }
}

function atLeast(cursor: Cursor, value: number, least: number, from: number): number {
  if (value < least) {
    cursor.refuse('non-canonical', from, 'the shortest form of an integer');
  }
  return value;
}

function below(cursor: Cursor, value: number, limit: number, least: number, from: number): number {
  // A non-negative number in a signed format comes out below the format's range here.
  if (value >= limit || value < least) {
    cursor.refuse('non-canonical', from, 'the shortest form of an integer');
  }
  return value;
}

function readLongInteger(cursor: Cursor, format: number, expected: string): number {
  const from = cursor.at - 1;
  const view = cursor.eight(expected);
  if (view === undefined) {
    return 0;
  }
  const value = Number(format === 0xcf ? view.getBigUint64(0) : view.getBigInt64(0));
  if (format === 0xcf ? value < 0x1_0000_0000 : value >= -0x8000_0000) {
    cursor.refuse('non-canonical', from, 'the shortest form of an integer');
  } else if (!Number.isSafeInteger(value)) {
    cursor.refuse('out-of-range', from, expected);
  }
  return value;
}

/** The eight-byte integer behind `format`. */
export function readBig(cursor: Cursor, format: number, expected: string): bigint {
  const from = cursor.at - 1;
  if (format !== 0xcf && format !== 0xd3) {
    cursor.refuseFormat(format, from, expected);
    return 0n;
  }
  const view = cursor.eight(expected);
  if (view === undefined) {
    return 0n;
  }
  const value = format === 0xcf ? view.getBigUint64(0) : view.getBigInt64(0);
  if (format === 0xd3 && value >= 0n) {
    cursor.refuse('non-canonical', from, 'an unsigned format for what is not negative');
  }
  return value;
}

/** The eight-byte float behind `format`. */
export function readFloat(cursor: Cursor, format: number, expected: string): number {
  const from = cursor.at - 1;
  if (format === 0xca) {
    cursor.refuse('non-canonical', from, 'a float of eight bytes');
    return 0;
  }
  if (format !== 0xcb) {
    cursor.refuseFormat(format, from, expected);
    return 0;
  }
  const value = cursor.eight(expected)?.getFloat64(0) ?? 0;
  if (!Number.isFinite(value)) {
    cursor.refuse('not-finite', from, expected);
  } else if (Object.is(value, -0)) {
    cursor.refuse('non-canonical', from, '0 rather than −0');
  }
  return value;
}

/** The length of the text behind `format`, at most `max`; −1 after a refusal. */
export function readTextLength(cursor: Cursor, format: number, max: number, expected: string): number {
  const from = cursor.at - 1;
  let length = -1;
  if (format >= 0xa0 && format < 0xc0) {
    length = format - 0xa0;
  } else if (format === 0xd9) {
    length = cursor.length(1, 32, from, expected);
  } else if (format === 0xda) {
    length = cursor.length(2, 0x100, from, expected);
  } else if (format === 0xdb) {
    length = cursor.length(4, 0x10000, from, expected);
  } else {
    cursor.refuseFormat(format, from, expected);
  }
  return within(cursor, length, 0, max, from, expected);
}

/** The length of the byte string behind `format`. */
export function readBytesLength(
  cursor: Cursor,
  format: number,
  bounds: { readonly min: number; readonly max: number },
  expected: string,
): number {
  const from = cursor.at - 1;
  let length = -1;
  if (format === 0xc4) {
    length = cursor.length(1, 0, from, expected);
  } else if (format === 0xc5) {
    length = cursor.length(2, 0x100, from, expected);
  } else if (format === 0xc6) {
    length = cursor.length(4, 0x10000, from, expected);
  } else {
    cursor.refuseFormat(format, from, expected);
  }
  return within(cursor, length, bounds.min, bounds.max, from, expected);
}

/** The count of items of the array (`tiny` 0x90) or of entries of the map (0x80) behind `format`. */
export function readCount(
  cursor: Cursor,
  format: number,
  tiny: 0x80 | 0x90,
  bounds: { readonly min: number; readonly max: number },
  expected: string,
): number {
  const from = cursor.at - 1;
  let count = -1;
  const wide = tiny === 0x90 ? 0xdc : 0xde;
  if (format >= tiny && format < tiny + 16) {
    count = format - tiny;
  } else if (format === wide) {
    count = cursor.length(2, 16, from, expected);
  } else if (format === wide + 1) {
    count = cursor.length(4, 0x10000, from, expected);
  } else {
    cursor.refuseFormat(format, from, expected);
  }
  const checked = within(cursor, count, bounds.min, bounds.max, from, expected);
  // Every item takes at least a byte: a count that the rest cannot hold is refused before the first item.
  if (checked > cursor.end - cursor.at) {
    cursor.refuse('truncated', cursor.end, expected);
    return -1;
  }
  return checked;
}

function within(cursor: Cursor, length: number, min: number, max: number, from: number, expected: string): number {
  if (cursor.refusal !== undefined) {
    return -1;
  }
  if (length < min || length > max) {
    cursor.refuse(length < min ? 'too-short' : 'too-long', from, expected);
    return -1;
  }
  return length;
}
