/** @msgpack/msgpack's own encoding of what a value of a schema travels as: what our writers are held against. */
import { Encoder } from '@msgpack/msgpack';
import type { Field, Shape } from '../src/index.js';

/**
 * One call for a whole value. Floats that hold an integer of at most 32 bits cannot be told apart from integers there; the
 * rule for those is tested by itself.
 */
export function reference(shape: Shape, value: unknown): Uint8Array {
  return new Encoder({ useBigInt64: true, initialBufferSize: 64 }).encode(plain(shape, value));
}

export const holdsSmallInteger = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) >= -(2 ** 31) && Number(value) < 2 ** 32;

/** The plain value that travels: arrays for records, indices for words. */
function plain(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case 'integer':
      // With `useBigInt64` the library writes longer numbers as floats, and bigints in eight bytes.
      return holdsSmallInteger(value) ? value : BigInt(Number(value));
    case 'choice':
      return shape.words.indexOf(String(value));
    case 'optional':
      return value === undefined ? null : plain(shape.item, value);
    case 'list':
      return items(value).map((item) => plain(shape.item, item));
    case 'tuple':
      return shape.items.map((item, index) => plain(item, items(value)[index]));
    case 'mapping':
      return inByteOrder(
        Object.fromEntries(Object.entries(fieldsOf(value)).map(([key, item]) => [key, plain(shape.value, item)])),
      );
    case 'record':
      return plainFields(shape.fields, value);
    case 'union': {
      const index = shape.cases.findIndex(({ name }) => name === fieldsOf(value)['kind']);
      return [index, ...plainFields(shape.cases[index]?.fields ?? [], value)];
    }
    case 'value':
      return plainValue(value);
    default:
      return value;
  }
}

function plainValue(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(plainValue);
  }
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) {
    return value;
  }
  return inByteOrder(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainValue(item)])));
}

const plainFields = (fields: readonly Field[], value: unknown): unknown[] =>
  fields.map(({ name, shape }) => plain(shape, fieldsOf(value)[name]));

/** The library takes keys in the order in which the object shows them. */
function inByteOrder(value: Record<string, unknown>): unknown {
  const keys = Object.keys(value).toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return new Proxy(value, { ownKeys: () => keys });
}

const items = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const fieldsOf = (value: unknown): Record<string, unknown> => Object.fromEntries(Object.entries(value ?? {}));
