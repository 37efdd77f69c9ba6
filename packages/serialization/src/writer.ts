/** Writers made from schemas: one closure per shape, which checks and writes in one pass. */
import type { Assembly, WriteField } from './assembly.js';
import { fieldName } from './field-name.js';
import { doesNotFit, isArray, isBytes, isFloat, isInteger, isObject, isPlain, misfit } from './fits.js';
import { inOrder, plainValueBytes } from './plain-value.js';
import type { Field, Shape, ShapeOf } from './schema.js';
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
} from './write-format.js';

/**
 * Writes `value` at `at` and returns the offset behind it, which lies beyond a target that is too short. Throws
 * `doesNotFit` when the value does not fit.
 */
export type Write = (value: unknown, target: Uint8Array, at: number) => number;

export function writerOf(shape: Shape, assembly: Assembly): Write {
  switch (shape.kind) {
    case 'boolean':
      return writeBoolean;
    case 'integer':
      return integerWriter(shape);
    case 'bigint':
      return bigintWriter(shape);
    case 'float':
      return floatWriter(shape);
    case 'text':
      return (value, target, at) => writeText(value, shape.max, target, at);
    case 'bytes':
      return bytesWriter(shape);
    case 'choice':
      return choiceWriter(shape.words);
    case 'optional':
      return optionalWriter(writerOf(shape.item, assembly));
    case 'list':
      return listWriter(writerOf(shape.item, assembly), shape);
    case 'tuple':
      return tupleWriter(shape.items.map((item) => writerOf(item, assembly)));
    case 'mapping':
      return mappingWriter(writerOf(shape.value, assembly), shape);
    case 'record':
      return recordWriter(shape.fields, assembly);
    case 'union':
      return unionWriter(shape, assembly);
    default:
      return plainValueWriter(shape);
  }
}

function refuse(): never {
  throw doesNotFit;
}

function writeBoolean(value: unknown, target: Uint8Array, at: number): number {
  if (typeof value !== 'boolean') {
    return refuse();
  }
  target[at] = value ? 0xc3 : 0xc2;
  return at + 1;
}

function integerWriter({ min, max }: ShapeOf<'integer'>): Write {
  return (value, target, at) => (isInteger(value, min, max) ? writeInteger(target, at, value) : refuse());
}

function bigintWriter({ min, max }: ShapeOf<'bigint'>): Write {
  return (value, target, at) =>
    typeof value === 'bigint' && value >= min && value <= max ? writeBig(target, at, value) : refuse();
}

function floatWriter({ min, max }: ShapeOf<'float'>): Write {
  return (value, target, at) => (isFloat(value, min, max) ? writeFloat(target, at, value) : refuse());
}

function bytesWriter({ min, max }: ShapeOf<'bytes'>): Write {
  return (value, target, at) =>
    isBytes(value) && value.length >= min && value.length <= max ? writeBytes(target, at, value) : refuse();
}

function writeText(value: unknown, max: number, target: Uint8Array, at: number): number {
  if (typeof value !== 'string' || value.length > max) {
    return refuse();
  }
  const length = utf8Length(value);
  return length >= 0 && length <= max
    ? writeUtf8(value, length, target, writeTextHeader(target, at, length))
    : refuse();
}

function choiceWriter(words: readonly string[]): Write {
  const indices = new Map<unknown, number>(words.map((word, index) => [word, index]));
  return (value, target, at) => writeInteger(target, at, indices.get(value) ?? refuse());
}

function optionalWriter(write: Write): Write {
  return (value, target, at) => {
    if (value !== undefined) {
      return write(value, target, at);
    }
    target[at] = 0xc0;
    return at + 1;
  };
}

function listWriter(write: Write, { min, max }: ShapeOf<'list'>): Write {
  return (value, target, at) => {
    if (!isArray(value) || value.length < min || value.length > max) {
      return refuse();
    }
    const { length } = value;
    let next = writeArrayHeader(target, at, length);
    for (let index = 0; index < length; index++) {
      next = write(value[index], target, next);
    }
    return next;
  };
}

function tupleWriter(writers: readonly Write[]): Write {
  const { length } = writers;
  return (value, target, at) =>
    isArray(value) && value.length === length
      ? writers.reduce((next, write, index) => write(value[index], target, next), writeArrayHeader(target, at, length))
      : refuse();
}

function mappingWriter(write: Write, { max, maxKey }: ShapeOf<'mapping'>): Write {
  return (value, target, at) => {
    const keys = isPlain(value) ? Object.keys(value) : [];
    if (!isPlain(value) || keys.length > max) {
      return refuse();
    }
    let next = writeMapHeader(target, at, keys.length);
    for (const key of keys.toSorted(compareUtf8)) {
      next = key === '__proto__' ? refuse() : writeText(key, maxKey, target, next);
      next = write(value[key], target, next);
    }
    return next;
  };
}

function recordWriter(fields: readonly Field[], assembly: Assembly): Write {
  const write = assembly.writer(writeFields(fields, assembly));
  const arity = fields.length;
  return (value, target, at) =>
    isObject(value) ? write(value, target, writeArrayHeader(target, at, arity)) : refuse();
}

function unionWriter(shape: ShapeOf<'union'>, assembly: Assembly): Write {
  const cases = new Map<unknown, Write>(
    shape.cases.map(({ name, fields }, index) => {
      const write = assembly.writer(writeFields(fields, assembly));
      const arity = fields.length + 1;
      return [
        name,
        (value, target, at) => write(value, target, writeInteger(target, writeArrayHeader(target, at, arity), index)),
      ];
    }),
  );
  return (value, target, at) => {
    const write = isObject(value) ? cases.get(value['kind']) : undefined;
    return write === undefined ? refuse() : write(value, target, at);
  };
}

function plainValueWriter(shape: ShapeOf<'value'>): Write {
  return (value, target, at) => {
    const ordered = inOrder(value, shape.maxDepth);
    return misfit(shape, ordered) === undefined ? writeRaw(target, at, plainValueBytes(ordered)) : refuse();
  };
}

function writeFields(fields: readonly Field[], assembly: Assembly): readonly WriteField[] {
  return fields.map(({ name, shape }) => ({ name: fieldName(name), write: writerOf(shape, assembly) }));
}
