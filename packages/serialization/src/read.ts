/** Readers made from closures: one per shape. */
import type { Cursor } from './cursor.js';
import { describe } from './describe.js';
import { readBig, readBytesLength, readCount, readFloat, readInteger, readTextLength } from './format.js';
import { readKey } from './key.js';
import type { Field, Shape } from './schema.js';
import { readPlain } from './value.js';

/**
 * Reads the value whose first byte, `format`, was read just before. After a refusal (`cursor.refusal`) what it returns
 * means nothing.
 */
export type Read = (cursor: Cursor, format: number) => unknown;

export function readerOf(shape: Shape): Read {
  const expected = describe(shape);
  switch (shape.kind) {
    case 'boolean':
      return (cursor, format) =>
        format === 0xc2 || format === 0xc3 ? format === 0xc3 : cursor.refuseFormat(format, cursor.at - 1, expected);
    case 'integer':
      return (cursor, format) => ranged(cursor, cursor.at - 1, readInteger(cursor, format, expected), shape, expected);
    case 'bigint':
      return (cursor, format) => ranged(cursor, cursor.at - 1, readBig(cursor, format, expected), shape, expected);
    case 'float':
      return (cursor, format) => ranged(cursor, cursor.at - 1, readFloat(cursor, format, expected), shape, expected);
    case 'text':
      return (cursor, format) => readText(cursor, format, shape.max, expected);
    case 'bytes':
      return (cursor, format) => {
        const length = readBytesLength(cursor, format, shape, expected);
        return length < 0 ? undefined : cursor.view(length, expected);
      };
    case 'choice':
      return choiceReader(shape.words, expected);
    case 'optional':
      return optionalReader(readerOf(shape.item));
    case 'list':
      return listReader(readerOf(shape.item), shape, expected);
    case 'tuple':
      return tupleReader(shape.items.map(readerOf), expected);
    case 'mapping':
      return mappingReader(readerOf(shape.value), shape, expected);
    case 'record':
      return recordReader(shape.fields, expected);
    case 'union':
      return unionReader(shape, expected);
    case 'value':
      return (cursor, format) => readPlain(cursor, format, shape.max, shape.maxDepth, expected);
  }
}

function ranged<N extends number | bigint>(
  cursor: Cursor,
  from: number,
  value: N,
  bounds: { readonly min: N; readonly max: N },
  expected: string,
): N | undefined {
  return value >= bounds.min && value <= bounds.max ? value : cursor.refuse('out-of-range', from, expected);
}

function readText(cursor: Cursor, format: number, max: number, expected: string): string {
  const length = readTextLength(cursor, format, max, expected);
  return length < 0 ? '' : cursor.text(length, expected);
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

function listReader(read: Read, bounds: { readonly min: number; readonly max: number }, expected: string): Read {
  return (cursor, format) => {
    const count = readCount(cursor, format, 0x90, bounds, expected);
    const items: unknown[] = [];
    for (let i = 0; i < count && cursor.refusal === undefined; i++) {
      items.push(read(cursor, cursor.byte(expected)));
    }
    return items;
  };
}

function tupleReader(readers: readonly Read[], expected: string): Read {
  return (cursor, format) => {
    readArity(cursor, format, readers.length, expected);
    const items: unknown[] = [];
    for (const read of readers) {
      if (cursor.refusal !== undefined) {
        return undefined;
      }
      items.push(read(cursor, cursor.byte(expected)));
    }
    return items;
  };
}

function mappingReader(read: Read, bounds: { readonly max: number; readonly maxKey: number }, expected: string): Read {
  return (cursor, format) => {
    const count = readCount(cursor, format, 0x80, { min: 0, max: bounds.max }, expected);
    const entries: [string, unknown][] = [];
    let last: string | undefined;
    for (let i = 0; i < count && cursor.refusal === undefined; i++) {
      last = readKey(cursor, last, bounds.maxKey);
      entries.push([last, read(cursor, cursor.byte(expected))]);
    }
    return Object.fromEntries(entries);
  };
}

function recordReader(fields: readonly Field[], expected: string): Read {
  const read = fieldsReader(fields, []);
  return (cursor, format) => {
    readArity(cursor, format, fields.length, expected);
    return read(cursor);
  };
}

function unionReader(shape: Extract<Shape, { kind: 'union' }>, expected: string): Read {
  const cases = shape.cases.map(({ name, fields }) => ({
    arity: fields.length + 1,
    read: fieldsReader(fields, [['kind', name]]),
  }));
  return (cursor, format) => {
    const from = cursor.at - 1;
    const arity = readCount(cursor, format, 0x90, { min: 1, max: 0xffff_ffff }, expected);
    const index = readInteger(cursor, cursor.byte(expected), expected);
    const chosen = cases[index];
    if (chosen === undefined) {
      return cursor.refuse('unknown-case', cursor.at - 1, expected);
    }
    if (arity !== chosen.arity) {
      return cursor.refuse('wrong-arity', from, expected);
    }
    return chosen.read(cursor);
  };
}

function fieldsReader(fields: readonly Field[], head: readonly [string, unknown][]): (cursor: Cursor) => unknown {
  const readers = fields.map(({ name, shape }) => ({ name, read: readerOf(shape), expected: describe(shape) }));
  return (cursor) => {
    const entries = [...head];
    for (const { name, read, expected } of readers) {
      if (cursor.refusal !== undefined) {
        return undefined;
      }
      entries.push([name, read(cursor, cursor.byte(expected))]);
    }
    // Not assignments: those would run a setter that somebody put on Object.prototype.
    return Object.fromEntries(entries);
  };
}

function readArity(cursor: Cursor, format: number, arity: number, expected: string): void {
  const from = cursor.at - 1;
  const count = readCount(cursor, format, 0x90, { min: 0, max: 0xffff_ffff }, expected);
  if (count !== arity) {
    cursor.refuse('wrong-arity', from, expected);
  }
}
