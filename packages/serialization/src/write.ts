/** Writers made from closures: one per shape, which checks and writes in one pass. */
import { Encoder } from '@msgpack/msgpack';
import { doesNotFit, isArray, isBytes, isFloat, isInteger, isKey, isObject, isPlain } from './fits.js';
import { misfit } from './fits.js';
import type { Field, Shape } from './schema.js';
import { compareUtf8, utf8Length, writeUtf8 } from './utf8.js';
import {
  writeArrayHeader,
  writeBig,
  writeBytes,
  writeFloat,
  writeInteger,
  writeMapHeader,
  writeRaw,
  writeTextHeader,
} from './wire.js';

/**
 * Writes `value` at `at` and returns the offset behind it, beyond the end of a target that is too short. Throws
 * `doesNotFit` when the value does not fit.
 */
export type Write = (value: unknown, target: Uint8Array, at: number) => number;

export function writerOf(shape: Shape): Write {
  switch (shape.kind) {
    case 'boolean':
      return (value, target, at) => {
        target[at] = value === true ? 0xc3 : 0xc2;
        return typeof value === 'boolean' ? at + 1 : refuse();
      };
    case 'integer':
      return (value, target, at) =>
        isInteger(value, shape.min, shape.max) ? writeInteger(target, at, value) : refuse();
    case 'bigint':
      return (value, target, at) =>
        typeof value === 'bigint' && value >= shape.min && value <= shape.max ? writeBig(target, at, value) : refuse();
    case 'float':
      return (value, target, at) => (isFloat(value, shape.min, shape.max) ? writeFloat(target, at, value) : refuse());
    case 'text':
      return (value, target, at) => (typeof value === 'string' ? writeText(value, shape.max, target, at) : refuse());
    case 'bytes':
      return (value, target, at) =>
        isBytes(value) && value.length >= shape.min && value.length <= shape.max
          ? writeBytes(target, at, value)
          : refuse();
    case 'choice':
      return choiceWriter(shape.words);
    case 'optional':
      return optionalWriter(writerOf(shape.item));
    case 'list':
      return listWriter(writerOf(shape.item), shape.min, shape.max);
    case 'tuple':
      return tupleWriter(shape.items.map(writerOf));
    case 'mapping':
      return mappingWriter(writerOf(shape.value), shape.max, shape.maxKey);
    case 'record':
      return recordWriter(shape.fields);
    case 'union':
      return unionWriter(shape);
    case 'value':
      return valueWriter(shape);
  }
}

function refuse(): never {
  throw doesNotFit;
}

function writeText(value: string, max: number, target: Uint8Array, at: number): number {
  const length = value.length > max ? -1 : utf8Length(value);
  if (length < 0 || length > max) {
    refuse();
  }
  return writeUtf8(value, target, writeTextHeader(target, at, length));
}

function choiceWriter(words: readonly string[]): Write {
  const indices = new Map<unknown, number>(words.map((word, index) => [word, index]));
  return (value, target, at) => writeInteger(target, at, indices.get(value) ?? refuse());
}

function optionalWriter(write: Write): Write {
  return (value, target, at) => {
    if (value === undefined) {
      target[at] = 0xc0;
      return at + 1;
    }
    return write(value, target, at);
  };
}

function listWriter(write: Write, min: number, max: number): Write {
  return (value, target, at) => {
    if (!isArray(value) || value.length < min || value.length > max) {
      return refuse();
    }
    let next = writeArrayHeader(target, at, value.length);
    for (let index = 0; index < value.length; index++) {
      next = write(value[index], target, next);
    }
    return next;
  };
}

function tupleWriter(writers: readonly Write[]): Write {
  return (value, target, at) => {
    if (!isArray(value) || value.length !== writers.length) {
      return refuse();
    }
    return writers.reduce(
      (next, write, index) => write(value[index], target, next),
      writeArrayHeader(target, at, writers.length),
    );
  };
}

function mappingWriter(write: Write, max: number, maxKey: number): Write {
  return (value, target, at) => {
    const keys = isPlain(value) ? Object.keys(value) : undefined;
    if (!isPlain(value) || keys === undefined || keys.length > max) {
      return refuse();
    }
    let next = writeMapHeader(target, at, keys.length);
    for (const key of keys.toSorted(compareUtf8)) {
      next = isKey(key, maxKey) ? writeText(key, maxKey, target, next) : refuse();
      next = write(value[key], target, next);
    }
    return next;
  };
}

function recordWriter(fields: readonly Field[]): Write {
  const write = fieldsWriter(fields);
  return (value, target, at) =>
    isObject(value) ? write(value, target, writeArrayHeader(target, at, fields.length)) : refuse();
}

function unionWriter(shape: Extract<Shape, { kind: 'union' }>): Write {
  const cases = new Map<unknown, Write>(
    shape.cases.map(({ name, fields }, index) => {
      const write = fieldsWriter(fields);
      return [
        name,
        (value, target, at) =>
          write(value, target, writeInteger(target, writeArrayHeader(target, at, fields.length + 1), index)),
      ];
    }),
  );
  return (value, target, at) => {
    const write = isObject(value) ? cases.get(value['kind']) : undefined;
    return write === undefined ? refuse() : write(value, target, at);
  };
}

/** The fields alone, without a header. */
function fieldsWriter(fields: readonly Field[]): Write {
  const writers = fields.map(({ name, shape }) => ({ name, write: writerOf(shape) }));
  return (value, target, at) => {
    let next = at;
    for (const { name, write } of writers) {
      next = write(isObject(value) ? value[name] : undefined, target, next);
    }
    return next;
  };
}

/** What has no schema is @msgpack/msgpack's to write; only the order of the keys is ours. */
function valueWriter(shape: Extract<Shape, { kind: 'value' }>): Write {
  const encoder = new Encoder({ useBigInt64: true });
  return (value, target, at) =>
    misfit(shape, value) === undefined ? writeRaw(target, at, encoder.encodeSharedRef(ordered(value))) : refuse();
}

/** The same value, its objects showing their keys in canonical order. */
function ordered(value: unknown): unknown {
  if (isArray(value)) {
    return value.map(ordered);
  }
  if (!isPlain(value) || isBytes(value)) {
    return value;
  }
  const keys = Object.keys(value).toSorted(compareUtf8);
  const items = Object.fromEntries(keys.map((key) => [key, ordered(value[key])]));
  // An object shows keys such as "10" and "9" in numeric order, however they were added.
  return new Proxy(items, { ownKeys: () => keys });
}
