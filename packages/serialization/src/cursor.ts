import { Refusal, type RefusalReason } from './codec.js';
import { readUtf8 } from './utf8.js';

const none = new Uint8Array(0);
const scratch = new DataView(new ArrayBuffer(8));

/**
 * Reads one message from front to back. Every byte is read once. A reader that meets what it must refuse calls `refuse`
 * and returns anything: whoever called it looks at `refusal` before it goes on.
 */
export class Cursor {
  bytes: Uint8Array = none;
  at = 0;
  end = 0;
  start = 0;
  refusal: Refusal | undefined = undefined;

  open(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.at = start;
    this.start = start;
    this.end = end;
    this.refusal = undefined;
  }

  close(): void {
    this.bytes = none;
    this.refusal = undefined;
  }

  refuse(reason: RefusalReason, at: number, expected: string): undefined {
    this.refusal ??= new Refusal(reason, at - this.start, expected);
    return undefined;
  }

  /** What stands where something else was expected. */
  refuseFormat(format: number, at: number, expected: string): undefined {
    const extension = (format >= 0xd4 && format <= 0xd8) || (format >= 0xc7 && format <= 0xc9);
    return this.refuse(extension ? 'extension-type' : 'wrong-type', at, expected);
  }

  /** The next byte; past the end 0xc1, which no format uses, and a refusal. */
  byte(expected: string): number {
    if (this.at >= this.end) {
      this.refuse('truncated', this.end, expected);
      return 0xc1;
    }
    return this.bytes[this.at++] ?? 0xc1;
  }

  /** An unsigned number of `size` bytes (1, 2, 4), or −1. */
  unsigned(size: number, expected: string): number {
    if (this.end - this.at < size) {
      this.refuse('truncated', this.end, expected);
      return -1;
    }
    let value = 0;
    for (let i = 0; i < size; i++) {
      value = value * 256 + (this.bytes[this.at++] ?? 0);
    }
    return value;
  }

  /** Eight bytes, as a view that is valid until the next call; `undefined` when they are not there. */
  eight(expected: string): DataView | undefined {
    if (this.end - this.at < 8) {
      return this.refuse('truncated', this.end, expected);
    }
    for (let i = 0; i < 8; i++) {
      scratch.setUint8(i, this.bytes[this.at++] ?? 0);
    }
    return scratch;
  }

  /** A length, in 1, 2 or 4 bytes, that must not have fitted into less: at least `least`. −1 after a refusal. */
  length(size: number, least: number, from: number, expected: string): number {
    const value = this.unsigned(size, expected);
    if (value >= 0 && value < least) {
      this.refuse('non-canonical', from, 'the shortest form of a length');
      return -1;
    }
    return value;
  }

  /** `length` bytes as a view; the caller has checked nothing. */
  view(length: number, expected: string): Uint8Array {
    if (this.end - this.at < length) {
      this.refuse('truncated', this.end, expected);
      return none;
    }
    const at = this.at;
    this.at += length;
    return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset + at, length);
  }

  /** `length` bytes as text; the caller has checked nothing. */
  text(length: number, expected: string): string {
    if (this.end - this.at < length) {
      this.refuse('truncated', this.end, expected);
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
}
