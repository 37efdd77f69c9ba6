/**
 * MessagePack's formats, written in their shortest form. Every function returns the offset behind what it wrote. A target
 * that is too short is not an error here: what lies beyond its end is dropped, and the offset tells how long it should have been.
 */
const scratch = new DataView(new ArrayBuffer(8));

export function writeInteger(target: Uint8Array, at: number, value: number): number {
  if (value >= 0) {
    if (value < 0x80) {
      target[at] = value;
      return at + 1;
    }
    return value < 0x100
      ? write8(target, at, 0xcc, value)
      : value < 0x10000
        ? write16(target, at, 0xcd, value)
        : value < 0x1_0000_0000
          ? write32(target, at, 0xce, value)
          : writeBig(target, at, BigInt(value));
  }
  if (value >= -0x20) {
    target[at] = value;
    return at + 1;
  }
  return value >= -0x80
    ? write8(target, at, 0xd0, value)
    : value >= -0x8000
      ? write16(target, at, 0xd1, value)
      : value >= -0x8000_0000
        ? write32(target, at, 0xd2, value)
        : writeBig(target, at, BigInt(value));
}

/** Always nine bytes: what makes `1n` and `1` two values. */
export function writeBig(target: Uint8Array, at: number, value: bigint): number {
  scratch.setBigInt64(0, BigInt.asIntN(64, value));
  return write64(target, at, value < 0n ? 0xd3 : 0xcf);
}

/** Always nine bytes; −0 becomes 0. */
export function writeFloat(target: Uint8Array, at: number, value: number): number {
  scratch.setFloat64(0, value + 0);
  return write64(target, at, 0xcb);
}

export function writeArrayHeader(target: Uint8Array, at: number, count: number): number {
  if (count < 16) {
    target[at] = 0x90 | count;
    return at + 1;
  }
  return count < 0x10000 ? write16(target, at, 0xdc, count) : write32(target, at, 0xdd, count);
}

export function writeMapHeader(target: Uint8Array, at: number, count: number): number {
  if (count < 16) {
    target[at] = 0x80 | count;
    return at + 1;
  }
  return count < 0x10000 ? write16(target, at, 0xde, count) : write32(target, at, 0xdf, count);
}

export function writeTextHeader(target: Uint8Array, at: number, length: number): number {
  if (length < 32) {
    target[at] = 0xa0 | length;
    return at + 1;
  }
  return length < 0x100
    ? write8(target, at, 0xd9, length)
    : length < 0x10000
      ? write16(target, at, 0xda, length)
      : write32(target, at, 0xdb, length);
}

export function writeBytes(target: Uint8Array, at: number, bytes: Uint8Array): number {
  const { length } = bytes;
  const start =
    length < 0x100
      ? write8(target, at, 0xc4, length)
      : length < 0x10000
        ? write16(target, at, 0xc5, length)
        : write32(target, at, 0xc6, length);
  return writeRaw(target, start, bytes);
}

/** The bytes themselves, without a header. */
export function writeRaw(target: Uint8Array, at: number, bytes: Uint8Array): number {
  const end = at + bytes.length;
  if (end <= target.length) {
    target.set(bytes, at);
  }
  return end;
}

function write8(target: Uint8Array, at: number, format: number, value: number): number {
  target[at] = format;
  target[at + 1] = value;
  return at + 2;
}

function write16(target: Uint8Array, at: number, format: number, value: number): number {
  target[at] = format;
  target[at + 1] = value >> 8;
  target[at + 2] = value;
  return at + 3;
}

function write32(target: Uint8Array, at: number, format: number, value: number): number {
  target[at] = format;
  target[at + 1] = value >> 24;
  target[at + 2] = value >> 16;
  target[at + 3] = value >> 8;
  target[at + 4] = value;
  return at + 5;
}

function write64(target: Uint8Array, at: number, format: number): number {
  target[at] = format;
  for (let i = 0; i < 8; i++) {
    target[at + 1 + i] = scratch.getUint8(i);
  }
  return at + 9;
}
