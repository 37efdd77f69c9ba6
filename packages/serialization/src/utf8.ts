/**
 * Strict UTF-8: the same verdict on every platform. Every byte of the input is read once, so that whoever shares the memory
 * cannot change what was checked.
 */
import { writeRaw } from './write-format.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Up to so many bytes a loop is faster than a call of the platform. */
const short = 48;
const scratch = new Uint8Array(short);

/** The text of `length` bytes at `at`, or `undefined` when they are not UTF-8. */
export function readUtf8(bytes: Uint8Array, at: number, length: number): string | undefined {
  return length <= short ? readShort(bytes, at, length) : decoded(copied(bytes, at, length));
}

function readShort(bytes: Uint8Array, at: number, length: number): string | undefined {
  let ascii = '';
  let all = 0;
  for (let i = 0; i < length; i++) {
    const byte = bytes[at + i] ?? 0;
    scratch[i] = byte;
    all |= byte;
    ascii += String.fromCharCode(byte);
  }
  return all < 0x80 ? ascii : decoded(scratch.subarray(0, length));
}

/** A private copy: the platform's decoder reads more than once, and browsers refuse shared memory. */
function copied(bytes: Uint8Array, at: number, length: number): Uint8Array {
  const copy = new Uint8Array(length);
  copy.set(bytes.subarray(at, at + length));
  return copy;
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** How many bytes `text` takes, or −1 when it holds half a surrogate pair and so has no encoding. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      continue;
    }
    if (unit < 0x800) {
      length += 1;
    } else if (unit < 0xd800 || unit > 0xdfff) {
      length += 2;
    } else if (unit <= 0xdbff && isLowSurrogate(text.charCodeAt(i + 1))) {
      length += 2;
      i++;
    } else {
      return -1;
    }
  }
  return length;
}

/** Writes well-formed `text` of `length` bytes at `at`; what does not fit is dropped. Returns the offset behind it. */
export function writeUtf8(text: string, length: number, target: Uint8Array, at: number): number {
  if (length > short) {
    // Browsers refuse to encode into shared memory.
    if (target.buffer instanceof ArrayBuffer) {
      encoder.encodeInto(text, target.subarray(at));
      return at + length;
    }
    return writeRaw(target, at, encoder.encode(text));
  }
  let next = at;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      target[next++] = unit;
    } else if (unit < 0x800) {
      target[next++] = 0xc0 | (unit >> 6);
      target[next++] = 0x80 | (unit & 0x3f);
    } else if (unit < 0xd800 || unit > 0xdfff) {
      target[next++] = 0xe0 | (unit >> 12);
      target[next++] = 0x80 | ((unit >> 6) & 0x3f);
      target[next++] = 0x80 | (unit & 0x3f);
    } else {
      const point = 0x10000 + ((unit - 0xd800) << 10) + (text.charCodeAt(++i) - 0xdc00);
      target[next++] = 0xf0 | (point >> 18);
      target[next++] = 0x80 | ((point >> 12) & 0x3f);
      target[next++] = 0x80 | ((point >> 6) & 0x3f);
      target[next++] = 0x80 | (point & 0x3f);
    }
  }
  return next;
}

/** The order of the UTF-8 bytes of two texts, which differs from `<` where surrogate pairs meet U+E000 … U+FFFF. */
export function compareUtf8(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) {
      return rank(x) - rank(y);
    }
  }
  return a.length - b.length;
}

/** Code units in the order of the code points that they stand for: surrogates last. */
function rank(unit: number): number {
  return unit < 0xd800 || unit > 0xdfff ? unit : unit + 0x10000;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
