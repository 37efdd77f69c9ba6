/** Which values fit a schema. Writers ask as they go; when one gives up, `misfit` finds the field to name in the error. */
import { describe } from './describe.js';
import { QuorateError } from './error.js';
import type { Field, Shape } from './schema.js';
import { utf8Length } from './utf8.js';

/** Where a value does not fit, and what should stand there. */
export interface Misfit {
  /** From the value to the field, as in `value.items[3].digest`. */
  readonly path: string;
  readonly expected: string;
  readonly found: unknown;
}

/** Thrown by writers without a path, which costs nothing until it happens; never leaves this package. */
export const doesNotFit: Error = new QuorateError('Q2002', 'a value does not fit its schema');

/** The first place where `value` does not fit `shape`; `undefined` when it fits. */
export function misfit(shape: Shape, value: unknown, path = 'value'): Misfit | undefined {
  const here = (): Misfit => ({ path, expected: describe(shape), found: value });
  switch (shape.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : here();
    case 'integer':
      return isInteger(value, shape.min, shape.max) ? undefined : here();
    case 'bigint':
      return typeof value === 'bigint' && value >= shape.min && value <= shape.max ? undefined : here();
    case 'float':
      return isFloat(value, shape.min, shape.max) ? undefined : here();
    case 'text':
      return isText(value, shape.max) ? undefined : here();
    case 'bytes':
      return isBytes(value) && value.length >= shape.min && value.length <= shape.max ? undefined : here();
    case 'choice':
      return shape.words.some((word) => word === value) ? undefined : here();
    case 'optional':
      return value === undefined ? undefined : misfit(shape.item, value, path);
    case 'list':
      return isArray(value) && value.length >= shape.min && value.length <= shape.max
        ? first(value, (item, index) => misfit(shape.item, item, `${path}[${index}]`))
        : here();
    case 'tuple':
      return isArray(value) && value.length === shape.items.length
        ? first(shape.items, (item, index) => misfit(item, value[index], `${path}[${index}]`))
        : here();
    case 'mapping':
      return isPlain(value) && Object.keys(value).length <= shape.max
        ? (badKey(value, shape.maxKey, path) ??
            first(Object.keys(value), (key) => misfit(shape.value, value[key], keyPath(path, key))))
        : here();
    case 'record':
      return isObject(value) ? misfitOfFields(shape.fields, value, path) : here();
    case 'union': {
      const chosen = isObject(value) ? shape.cases.find((each) => each.name === value['kind']) : undefined;
      return isObject(value) && chosen !== undefined ? misfitOfFields(chosen.fields, value, path) : here();
    }
    default:
      return misfitOfPlain(value, shape.max, shape.maxDepth, path);
  }
}

function misfitOfFields(
  fields: readonly Field[],
  value: Readonly<Record<string, unknown>>,
  path: string,
): Misfit | undefined {
  return first(fields, (field) => misfit(field.shape, value[field.name], `${path}.${field.name}`));
}

function misfitOfPlain(value: unknown, max: number, depth: number, path: string): Misfit | undefined {
  const here = (): Misfit => ({ path, expected: describe({ kind: 'value', max, maxDepth: depth }), found: value });
  switch (typeof value) {
    case 'boolean':
      return undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : here();
    case 'bigint':
      return value >= -(2n ** 63n) && value < 2n ** 64n ? undefined : here();
    case 'string':
      return isText(value, max) ? undefined : here();
    case 'object':
      break;
    default:
      return here();
  }
  if (value === null) {
    return undefined;
  }
  if (isBytes(value)) {
    return value.length <= max ? undefined : here();
  }
  if (isArray(value) && depth > 0 && value.length <= max) {
    return first(value, (item, index) => misfitOfPlain(item, max, depth - 1, `${path}[${index}]`));
  }
  if (isPlain(value) && depth > 0 && Object.keys(value).length <= max) {
    return (
      badKey(value, max, path) ??
      first(Object.keys(value), (key) => misfitOfPlain(value[key], max, depth - 1, keyPath(path, key)))
    );
  }
  return here();
}

function badKey(value: Readonly<Record<string, unknown>>, max: number, path: string): Misfit | undefined {
  return first(Object.keys(value), (key) =>
    isKey(key, max)
      ? undefined
      : { path: keyPath(path, key), expected: `a key of at most ${max} bytes, not __proto__`, found: key },
  );
}

function first<T>(items: readonly T[], find: (item: T, index: number) => Misfit | undefined): Misfit | undefined {
  // Not `entries()`: a hole in an array is a missing item, and has to be seen.
  for (let index = 0; index < items.length; index++) {
    // An index below the length of the very array: only a hole is undefined, and that is what T then holds.
    const found = find(items[index] as T, index);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

const keyPath = (path: string, key: string): string => `${path}[${JSON.stringify(key)}]`;

export const isInteger = (value: unknown, min: number, max: number): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max;

export const isFloat = (value: unknown, min: number, max: number): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max;

function isText(value: unknown, max: number): value is string {
  if (typeof value !== 'string' || value.length > max) {
    return false;
  }
  const length = utf8Length(value);
  return length >= 0 && length <= max;
}

const isKey = (key: string, max: number): boolean => key !== '__proto__' && isText(key, max);

export const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;

export const isArray = (value: unknown): value is readonly unknown[] => Array.isArray(value);

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** An object of literals: without a class of its own, of whatever realm. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value) || Array.isArray(value)) {
    return false;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
