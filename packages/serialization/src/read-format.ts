/**
 * Reads MessagePack's formats, in their shortest form alone. `format` is always the byte read just before; lengths are
 * held against their bound before anything else happens.
 */
import type { Cursor } from './cursor.js';

const shortest = 'the shortest form';
const twoTo32 = 0x1_0000_0000;

/** A safe integer; anything after a refusal. */
export function readInteger(cursor: Cursor, format: number, expected: string): number {
  if (format < 0x80) {
    return format;
  }
  if (format >= 0xe0) {
    return format - 0x100;
  }
  return readWideInteger(cursor, format, expected);
}

function readWideInteger(cursor: Cursor, format: number, expected: string): number {
  switch (format) {
    case 0xcc:
      return widerThan(cursor, 2, 0, 0x7f, cursor.unsigned(1, expected));
    case 0xcd:
      return widerThan(cursor, 3, 0, 0xff, cursor.unsigned(2, expected));
    case 0xce:
      return widerThan(cursor, 5, 0, 0xffff, cursor.unsigned(4, expected));
    case 0xd0:
      return widerThan(cursor, 2, -0x20, 0x7f, (cursor.unsigned(1, expected) << 24) >> 24);
    case 0xd1:
      return widerThan(cursor, 3, -0x80, 0x7fff, (cursor.unsigned(2, expected) << 16) >> 16);
    case 0xd2:
      return widerThan(cursor, 5, -0x8000, 0x7fff_ffff, cursor.unsigned(4, expected) | 0);
    case 0xcf:
    case 0xd3:
      return readLongInteger(cursor, format, expected);
    default:
      cursor.refuseFormat(format, expected);
      return 0;
  }
}

/** Refuses `value`, just read in `size` bytes, if it lies in `min … max`, where a shorter form or an unsigned one exists. */
function widerThan(cursor: Cursor, size: number, min: number, max: number, value: number): number {
  if (value >= min && value <= max) {
    cursor.refuse('non-canonical', cursor.at - size, shortest);
  }
  return value;
}

function readLongInteger(cursor: Cursor, format: number, expected: string): number {
  const from = cursor.at - 1;
  const view = cursor.eight(expected);
  const high = format === 0xcf ? view.getUint32(0) : view.getInt32(0);
  const low = view.getUint32(4);
  const value = high * twoTo32 + low;
  if (format === 0xcf ? high === 0 : high >= 0 || (high === -1 && low >= 0x8000_0000)) {
    cursor.refuse('non-canonical', from, shortest);
  } else if (!Number.isSafeInteger(value)) {
    cursor.refuse('out-of-range', from, expected);
  }
  return value;
}

/** An integer of eight bytes, the only form of a bigint. */
export function readBig(cursor: Cursor, format: number, expected: string): bigint {
  if (format !== 0xcf && format !== 0xd3) {
    cursor.refuseFormat(format, expected);
    return 0n;
  }
  const from = cursor.at - 1;
  const view = cursor.eight(expected);
  const value = format === 0xcf ? view.getBigUint64(0) : view.getBigInt64(0);
  if (format === 0xd3 && value >= 0n) {
    cursor.refuse('non-canonical', from, 'an unsigned form for what is not negative');
  }
  return value;
}

/** A float of eight bytes, the only form of a float. */
export function readFloat(cursor: Cursor, format: number, expected: string): number {
  const from = cursor.at - 1;
  if (format !== 0xcb) {
    return format === 0xca
      ? (cursor.refuse('non-canonical', from, 'a float of eight bytes') ?? 0)
      : (cursor.refuseFormat(format, expected) ?? 0);
  }
  const value = cursor.eight(expected).getFloat64(0);
  if (!Number.isFinite(value)) {
    cursor.refuse('not-finite', from, expected);
  } else if (Object.is(value, -0)) {
    cursor.refuse('non-canonical', from, '0 rather than −0');
  }
  return value;
}

/** A text's length in bytes; −1 after a refusal. */
export function readTextLength(cursor: Cursor, format: number, max: number, expected: string): number {
  const from = cursor.at - 1;
  const length = format >= 0xa0 && format <= 0xbf ? format - 0xa0 : readLength(cursor, format, 0xd9, 32, expected);
  return within(cursor, length, 0, max, from, expected);
}

/** A byte string's length; −1 after a refusal. */
export function readBytesLength(cursor: Cursor, format: number, min: number, max: number, expected: string): number {
  const from = cursor.at - 1;
  return within(cursor, readLength(cursor, format, 0xc4, 0, expected), min, max, from, expected);
}

/** How many items an array has; −1 after a refusal. */
export function readItems(cursor: Cursor, format: number, min: number, max: number, expected: string): number {
  return readCount(cursor, format, 0x90, min, max, expected);
}

/** How many entries a map has; −1 after a refusal. */
export function readEntries(cursor: Cursor, format: number, max: number, expected: string): number {
  return readCount(cursor, format, 0x80, 0, max, expected);
}

function readCount(
  cursor: Cursor,
  format: number,
  tiny: 0x80 | 0x90,
  min: number,
  max: number,
  expected: string,
): number {
  const from = cursor.at - 1;
  const count = within(cursor, readAnyCount(cursor, format, tiny, expected), min, max, from, expected);
  // Every item takes a byte at least: what the rest cannot hold is refused before the first item.
  return count >= 0 && cursor.has(count, expected) ? count : -1;
}

/** How many items the array of a record, tuple or case has, which the caller compares with what it must have. */
export function readArity(cursor: Cursor, format: number, expected: string): number {
  return format >= 0x90 && format <= 0x9f ? format - 0x90 : readAnyCount(cursor, format, 0x90, expected);
}

function readAnyCount(cursor: Cursor, format: number, tiny: 0x80 | 0x90, expected: string): number {
  if (format >= tiny && format <= tiny + 15) {
    return format - tiny;
  }
  const wide = tiny === 0x90 ? 0xdc : 0xde;
  const from = cursor.at - 1;
  if (format === wide) {
    return atLeast(cursor, cursor.unsigned(2, expected), 16, from);
  }
  if (format === wide + 1) {
    return atLeast(cursor, cursor.unsigned(4, expected), 0x10000, from);
  }
  cursor.refuseFormat(format, expected);
  return -1;
}

/** A length behind one of the formats `byte`, `byte` + 1 and `byte` + 2, of 1, 2 and 4 bytes; `least` needs the first. */
function readLength(cursor: Cursor, format: number, byte: number, least: number, expected: string): number {
  const from = cursor.at - 1;
  switch (format - byte) {
    case 0:
      return atLeast(cursor, cursor.unsigned(1, expected), least, from);
    case 1:
      return atLeast(cursor, cursor.unsigned(2, expected), 0x100, from);
    case 2:
      return atLeast(cursor, cursor.unsigned(4, expected), 0x10000, from);
    default:
      cursor.refuseFormat(format, expected);
      return -1;
  }
}

function atLeast(cursor: Cursor, value: number, least: number, from: number): number {
  if (value < least) {
    cursor.refuse('non-canonical', from, shortest);
    return -1;
  }
  return value;
}

function within(cursor: Cursor, length: number, min: number, max: number, from: number, expected: string): number {
  if (length >= min && length <= max && cursor.refusal === undefined) {
    return length;
  }
  cursor.refuse(length < min ? 'too-short' : 'too-long', from, expected);
  return -1;
}
