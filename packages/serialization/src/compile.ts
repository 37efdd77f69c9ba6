import { type Codec, Refusal } from './codec.js';
import { Cursor } from './cursor.js';
import { QuorateError } from './error.js';
import { doesNotFit, misfit } from './fits.js';
import { maxBytes } from './max-bytes.js';
import { readerOf } from './read.js';
import type { Schema, Shape } from './schema.js';
import { writerOf } from './write.js';

/** The codec of a schema. Make it once, beside the schema: it compiles. */
export function codec<T>(schema: Schema<T>): Codec<T> {
  return new CompiledCodec<T>(schema.shape);
}

class CompiledCodec<T> implements Codec<T> {
  readonly maxBytes: number;
  readonly #shape: Shape;
  readonly #write: (value: unknown, target: Uint8Array, at: number) => number;
  readonly #read: (cursor: Cursor, format: number) => unknown;
  readonly #cursor = new Cursor();

  constructor(shape: Shape) {
    this.maxBytes = maxBytes(shape);
    this.#shape = shape;
    this.#write = writerOf(shape);
    this.#read = readerOf(shape);
  }

  encode(value: T): Uint8Array {
    let target = new Uint8Array(Math.min(this.maxBytes, 256));
    for (;;) {
      const end = this.#put(value, target, 0);
      if (end === target.length) {
        return target;
      }
      if (end < target.length) {
        return target.slice(0, end);
      }
      target = new Uint8Array(end);
    }
  }

  encodeInto(value: T, target: Uint8Array, start: number): number {
    const end = this.#put(value, target, start);
    return end > target.length ? -1 : end;
  }

  decode(bytes: Uint8Array, start = 0, end: number = bytes.length): T | Refusal {
    if (!(start >= 0 && start <= end && end <= bytes.length)) {
      return new Refusal('truncated', 0, 'a range within the bytes');
    }
    if (end - start > this.maxBytes) {
      return new Refusal('too-large', this.maxBytes, `at most ${this.maxBytes} bytes`);
    }
    const cursor = this.#cursor;
    cursor.open(bytes, start, end);
    const value = this.#read(cursor, cursor.byte('a value'));
    if (cursor.at < end) {
      cursor.refuse('trailing-bytes', cursor.at, 'the end of the message');
    }
    const { refusal } = cursor;
    cursor.close();
    return refusal ?? (value as T);
  }

  #put(value: T, target: Uint8Array, at: number): number {
    try {
      return this.#write(value, target, at);
    } catch (error) {
      if (error !== doesNotFit) {
        throw error;
      }
      throw this.#misfit(value);
    }
  }

  #misfit(value: T): QuorateError {
    const found = misfit(this.#shape, value);
    return new QuorateError(
      'Q2002',
      found === undefined ? 'a value that changed while it was written' : `${found.path} must be ${found.expected}`,
      'see the schema of the message',
    );
  }
}
