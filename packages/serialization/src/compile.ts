import { assembly as fastest, type Assembly } from './assembly.js';
import { type Codec, Refusal } from './codec.js';
import { Cursor } from './cursor.js';
import { show } from './describe.js';
import { QuorateError } from './error.js';
import { doesNotFit, misfit } from './fits.js';
import { maxBytes } from './max-bytes.js';
import { type Read, readerOf } from './reader.js';
import type { Schema, Shape } from './schema.js';
import { type Write, writerOf } from './writer.js';

/** Most messages are shorter: they are written here first, so that their own array has the right length at once. */
const scratchBytes = 4096;
const cursor = new Cursor();

/** The codec of a schema. Compiles it: make one beside the schema, not one per message. Throws Q2001 on a shape that is none. */
export function codec<T>(schema: Schema<T>): Codec<T> {
  return codecWith(schema, fastest);
}

/** `codec`, with the assembly that the tests want to see. */
export function codecWith<T>(schema: Schema<T>, assembly: Assembly): Codec<T> {
  return new CompiledCodec<T>(schema.shape, assembly);
}

class CompiledCodec<T> implements Codec<T> {
  readonly maxBytes: number;
  readonly #shape: Shape;
  readonly #write: Write;
  readonly #read: Read;
  /** Absent while in use: a getter of the value may encode something itself. */
  #scratch: Uint8Array | undefined;

  constructor(shape: Shape, assembly: Assembly) {
    this.maxBytes = maxBytes(shape);
    this.#shape = shape;
    this.#write = writerOf(shape, assembly);
    this.#read = readerOf(shape, assembly);
  }

  encode(value: T): Uint8Array {
    const scratch = this.#scratch ?? new Uint8Array(Math.min(this.maxBytes, scratchBytes));
    this.#scratch = undefined;
    const end = this.#put(value, scratch, 0);
    this.#scratch = scratch;
    if (end <= scratch.length) {
      return scratch.slice(0, end);
    }
    const target = new Uint8Array(end);
    if (this.#put(value, target, 0) !== end) {
      throw changed();
    }
    return target;
  }

  encodeInto(value: T, target: Uint8Array, start: number): number {
    if (!(Number.isSafeInteger(start) && start >= 0)) {
      throw new QuorateError('Q2003', `cannot write at offset ${start}`, 'offsets are whole numbers from 0 on');
    }
    const end = this.#put(value, target, start);
    return end > target.length ? -1 : end;
  }

  decode(bytes: Uint8Array, start = 0, end: number = bytes.length): T | Refusal {
    if (!(start >= 0 && start <= end && end <= bytes.length)) {
      return new Refusal('truncated', 0, 'a range within the bytes');
    }
    cursor.open(bytes, start, end);
    // What the schema describes is a T.
    const value = this.#read(cursor, cursor.byte('a message')) as T;
    if (cursor.at !== end) {
      const reason = end - start > this.maxBytes ? 'too-large' : 'trailing-bytes';
      cursor.refuse(reason, cursor.at, 'the end of the message');
    }
    const { refusal } = cursor;
    cursor.close();
    return refusal ?? value;
  }

  #put(value: T, target: Uint8Array, at: number): number {
    try {
      return this.#write(value, target, at);
    } catch (error) {
      throw error === doesNotFit ? this.#explained(value) : error;
    }
  }

  #explained(value: T): QuorateError {
    const found = misfit(this.#shape, value);
    return found === undefined
      ? changed()
      : new QuorateError(
          'Q2002',
          `${found.path} must be ${found.expected}, but is ${show(found.found)}`,
          'see the schema',
        );
  }
}

const changed = (): QuorateError => new QuorateError('Q2002', 'the value changed while it was written');
