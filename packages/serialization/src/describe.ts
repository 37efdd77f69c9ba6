import type { Shape } from './schema.js';

/** What a shape holds, in words: `an integer in 0 … 255`. */
export function describe(shape: Shape): string {
  switch (shape.kind) {
    case 'boolean':
      return 'a boolean';
    case 'integer':
      return `an integer in ${shape.min} … ${shape.max}${shape.meaning === undefined ? '' : ` (${shape.meaning})`}`;
    case 'bigint':
      return `a bigint in ${shape.min} … ${shape.max}`;
    case 'float':
      return `a finite float in ${shape.min} … ${shape.max}`;
    case 'text':
      return `well-formed text of at most ${shape.max} bytes`;
    case 'bytes':
      return `a byte string of ${range(shape.min, shape.max)} bytes`;
    case 'choice':
      return `one of ${shape.words.map((word) => JSON.stringify(word)).join(', ')}`;
    case 'optional':
      return `nothing, or ${describe(shape.item)}`;
    case 'list':
      return `an array of ${range(shape.min, shape.max)} items`;
    case 'tuple':
      return `an array of ${shape.items.length} items`;
    case 'mapping':
      return `a plain object of at most ${shape.max} entries`;
    case 'record':
      return `an object with the fields ${shape.fields.map((field) => field.name).join(', ')}`;
    case 'union':
      return `an object whose kind is one of ${shape.cases.map((each) => JSON.stringify(each.name)).join(', ')}`;
    default:
      return `a plain value of at most ${shape.max} bytes or items each, nested at most ${shape.maxDepth} deep`;
  }
}

function range(min: number, max: number): string {
  return min === max ? `${min}` : `${min} … ${max}`;
}

/** What was found instead, in words. Never throws, whatever the value. */
export function show(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value.length > 40 ? `a text of ${value.length} characters` : JSON.stringify(value);
    case 'number':
    case 'boolean':
    case 'undefined':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'bigint':
      return `${value}n`;
    case 'object':
      return showObject(value);
    default:
      return `a ${typeof value}`;
  }
}

function showObject(value: object | null): string {
  if (value === null) {
    return 'null';
  }
  if (value instanceof Uint8Array) {
    return `a byte string of ${value.length} bytes`;
  }
  return Array.isArray(value) ? `an array of ${value.length} items` : 'an object';
}
