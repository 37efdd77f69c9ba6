/** Readers made from schemas: one closure per shape. */
import type { Assembly, ReadField } from './assembly.js';
import type { Cursor } from './cursor.js';
import { describe } from './describe.js';
import { fieldName } from './field-name.js';
import { readKey, readPlainValue } from './plain-value.js';
import {
  readArity,
  readBig,
  readBytesLength,
  readEntries,
  readFloat,
  readInteger,
  readItems,
  readTextLength,
} from './read-format.js';
import type { Field, Shape, ShapeOf } from './schema.js';

/**
 * Reads the value whose first byte, `format`, was read just before. After a refusal (`cursor.refusal`) what it returns
 * means nothing.
 */
export type Read = (cursor: Cursor, format: number) => unknown;

export function readerOf(shape: Shape, assembly: Assembly): Read {
  const expected = describe(shape);
  switch (shape.kind) {
    case 'boolean':
      return (cursor, format) =>
        format === 0xc3 ? true : format === 0xc2 ? false : cursor.refuseFormat(format, expected);
    case 'integer':
      return integerReader(shape.min, shape.max, expected);
    case 'bigint':
      return (cursor, format) => inRange(cursor, 9, readBig(cursor, format, expected), shape, expected);
    case 'float':
      return (cursor, format) => inRange(cursor, 9, readFloat(cursor, format, expected), shape, expected);
    case 'text':
      return textReader(shape.max, expected);
    case 'bytes':
      return bytesReader(shape, expected);
    case 'choice':
      return choiceReader(shape.words, expected);
    case 'optional':
      return optionalReader(readerOf(shape.item, assembly));
    case 'list':
      return listReader(readerOf(shape.item, assembly), shape, expected);
    case 'tuple':
      return tupleReader(
        shape.items.map((item) => readerOf(item, assembly)),
        expected,
      );
    case 'mapping':
      return mappingReader(readerOf(shape.value, assembly), shape, expected);
    case 'record':
      return recordReader(shape.fields, assembly, expected);
    case 'union':
      return unionReader(shape, assembly, expected);
    default:
      return (cursor, format) => readPlainValue(cursor, format, shape.max, shape.maxDepth, expected);
  }
}

function inRange<N extends number | bigint>(
  cursor: Cursor,
  size: number,
  value: N,
  bounds: { readonly min: N; readonly max: N },
  expected: string,
): N | undefined {
  return value >= bounds.min && value <= bounds.max ? value : cursor.refuse('out-of-range', cursor.at - size, expected);
}

function integerReader(min: number, max: number, expected: string): Read {
  return (cursor, format) => {
    const from = cursor.at - 1;
    const value = readInteger(cursor, format, expected);
    return value >= min && value <= max ? value : cursor.refuse('out-of-range', from, expected);
  };
}

function textReader(max: number, expected: string): Read {
  return (cursor, format) => {
    const length = readTextLength(cursor, format, max, expected);
    return length < 0 ? undefined : cursor.text(length, expected);
  };
}

function bytesReader({ min, max }: ShapeOf<'bytes'>, expected: string): Read {
  return (cursor, format) => {
    const length = readBytesLength(cursor, format, min, max, expected);
    return length < 0 ? undefined : cursor.view(length, expected);
  };
}

function choiceReader(words: readonly string[], expected: string): Read {
  return (cursor, format) => {
    const from = cursor.at - 1;
    return words[readInteger(cursor, format, expected)] ?? cursor.refuse('unknown-case', from, expected);
  };
}

function optionalReader(read: Read): Read {
  return (cursor, format) => (format === 0xc0 ? undefined : read(cursor, format));
}

function listReader(read: Read, { min, max }: ShapeOf<'list'>, expected: string): Read {
  return (cursor, format) => {
    const count = readItems(cursor, format, min, max, expected);
    const items: unknown[] = [];
    for (let i = 0; i < count && cursor.refusal === undefined; i++) {
      items.push(read(cursor, cursor.byte(expected)));
    }
    return items;
  };
}

function tupleReader(readers: readonly Read[], expected: string): Read {
  return (cursor, format) => {
    const from = cursor.at - 1;
    if (readArity(cursor, format, expected) !== readers.length) {
      return cursor.refuse('wrong-arity', from, expected);
    }
    const items: unknown[] = [];
    for (let i = 0; i < readers.length && cursor.refusal === undefined; i++) {
      items.push(readers[i]?.(cursor, cursor.byte(expected)));
    }
    return items;
  };
}

function mappingReader(read: Read, { max, maxKey }: ShapeOf<'mapping'>, expected: string): Read {
  return (cursor, format) => {
    const count = readEntries(cursor, format, max, expected);
    const entries: [string, unknown][] = [];
    let key: string | undefined;
    for (let i = 0; i < count && cursor.refusal === undefined; i++) {
      key = readKey(cursor, key, maxKey);
      entries.push([key, read(cursor, cursor.byte(expected))]);
    }
    return Object.fromEntries(entries);
  };
}

function recordReader(fields: readonly Field[], assembly: Assembly, expected: string): Read {
  const read = assembly.reader(readFields(fields, assembly), undefined);
  const arity = fields.length;
  return (cursor, format) => {
    const from = cursor.at - 1;
    return readArity(cursor, format, expected) === arity ? read(cursor) : cursor.refuse('wrong-arity', from, expected);
  };
}

function unionReader(shape: ShapeOf<'union'>, assembly: Assembly, expected: string): Read {
  const cases = shape.cases.map(({ name, fields }) => ({
    arity: fields.length + 1,
    read: assembly.reader(readFields(fields, assembly), name),
  }));
  return (cursor, format) => {
    const from = cursor.at - 1;
    const arity = readArity(cursor, format, expected);
    const first = cursor.at;
    const chosen = cases[readInteger(cursor, cursor.byte(expected), expected)];
    if (chosen === undefined) {
      return cursor.refuse('unknown-case', first, expected);
    }
    return arity === chosen.arity ? chosen.read(cursor) : cursor.refuse('wrong-arity', from, expected);
  };
}

function readFields(fields: readonly Field[], assembly: Assembly): readonly ReadField[] {
  return fields.map(({ name, shape }) => ({
    name: fieldName(name),
    read: readerOf(shape, assembly),
    expected: describe(shape),
  }));
}
