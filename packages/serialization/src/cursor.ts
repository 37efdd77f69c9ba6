import { Refusal, type RefusalReason } from './codec.js';
import { readUtf8 } from './utf8.js';

const none = new Uint8Array(0);
const scratch = new DataView(new ArrayBuffer(8));

/**
 * Reads one message from front to back, every byte once. Whoever meets what must be refused calls `refuse` and returns
 * anything; the first refusal stands, and whoever reads several things in a row looks at it in between.
 */
export class Cursor {
  /** A plain `Uint8Array`, whatever the caller brought. */
  bytes: Uint8Array = none;
  /** Offset of the next byte in `bytes`. */
  at = 0;
  end = 0;
  start = 0;
  refusal: Refusal | undefined = undefined;
  /** The array that a view was made of last, and where it lies: to ask an array for its buffer costs as much as a view. */
  #viewed: Uint8Array = none;
  #buffer: ArrayBufferLike = none.buffer;
  #offset = 0;

  open(bytes: Uint8Array, start: number, end: number): void {
    // Views of a `Buffer` would be Buffers again, whose `slice` does not copy.
    this.bytes =
      bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = start;
    this.start = start;
    this.end = end;
    this.refusal = undefined;
  }

  /** Lets go of the message. */
  close(): void {
    this.bytes = none;
    this.refusal = undefined;
  }

  /** Notes why the message is refused, unless that is already known. `at` is an offset in `bytes`. */
  refuse(reason: RefusalReason, at: number, expected: string): undefined {
    this.refusal ??= new Refusal(reason, at - this.start, expected);
    return undefined;
  }

  /** `format`, which was read just before, opens something else than what was expected. */
  refuseFormat(format: number, expected: string): undefined {
    const extension = (format >= 0xd4 && format <= 0xd8) || (format >= 0xc7 && format <= 0xc9);
    return this.refuse(extension ? 'extension-type' : 'wrong-type', this.at - 1, expected);
  }

  /** The next byte; past the end a refusal, and 0xc1, which opens nothing. */
  byte(expected: string): number {
    if (this.at >= this.end) {
      this.refuse('truncated', this.end, expected);
      return 0xc1;
    }
    return this.bytes[this.at++] ?? 0xc1;
  }

  /** The next `count` bytes are there; if not, a refusal. */
  has(count: number, expected: string): boolean {
    if (this.end - this.at < count) {
      this.refuse('truncated', this.end, expected);
      return false;
    }
    return true;
  }

  /** An unsigned number of `size` bytes; 0 and a refusal when they are not there. */
  unsigned(size: 1 | 2 | 4, expected: string): number {
    if (!this.has(size, expected)) {
      return 0;
    }
    const { bytes, at } = this;
    this.at = at + size;
    let value = 0;
    for (let i = at; i < at + size; i++) {
      value = (value << 8) | (bytes[i] ?? 0);
    }
    return value >>> 0;
  }

  /** Eight bytes, as a view that is valid until the next call; zeros and a refusal when they are not there. */
  eight(expected: string): DataView {
    const there = this.has(8, expected);
    for (let i = 0; i < 8; i++) {
      scratch.setUint8(i, there ? this.#next() : 0);
    }
    return scratch;
  }

  /** The next `length` bytes, as a view. */
  view(length: number, expected: string): Uint8Array {
    if (!this.has(length, expected)) {
      return none;
    }
    const { at, bytes } = this;
    this.at = at + length;
    if (bytes !== this.#viewed) {
      this.#viewed = bytes;
      this.#buffer = bytes.buffer;
      this.#offset = bytes.byteOffset;
    }
    // Half the price of `subarray`.
    return new Uint8Array(this.#buffer, this.#offset + at, length);
  }

  /** The next `length` bytes, as text. */
  text(length: number, expected: string): string {
    if (!this.has(length, expected)) {
      return '';
    }
    const text = readUtf8(this.bytes, this.at, length);
    if (text === undefined) {
      this.refuse('invalid-utf8', this.at, expected);
      return '';
    }
    this.at += length;
    return text;
  }

  #next(): number {
    return this.bytes[this.at++] ?? 0;
  }
}
