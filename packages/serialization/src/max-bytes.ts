import type { Field, Shape } from './schema.js';

/** The longest encoding of a shape in bytes; `Number.MAX_SAFE_INTEGER` stands for everything beyond. */
export function maxBytes(shape: Shape): number {
  return Math.min(longest(shape), Number.MAX_SAFE_INTEGER);
}

function longest(shape: Shape): number {
  switch (shape.kind) {
    case 'boolean':
      return 1;
    case 'integer':
      return Math.max(integerBytes(shape.min), integerBytes(shape.max));
    case 'bigint':
    case 'float':
      return 9;
    case 'text':
      return textBytes(shape.max);
    case 'bytes':
      return binaryBytes(shape.max);
    case 'choice':
      return integerBytes(shape.words.length - 1);
    case 'optional':
      return Math.max(1, maxBytes(shape.item));
    case 'list':
      return arrayHeaderBytes(shape.max) + shape.max * maxBytes(shape.item);
    case 'tuple':
      return arrayHeaderBytes(shape.items.length) + sum(shape.items);
    case 'mapping':
      return arrayHeaderBytes(shape.max) + shape.max * (textBytes(shape.maxKey) + maxBytes(shape.value));
    case 'record':
      return arrayHeaderBytes(shape.fields.length) + sum(shape.fields.map((field) => field.shape));
    case 'union':
      return Math.max(...shape.cases.map((each, index) => caseBytes(index, each.fields)));
    default:
      return valueBytes(shape.max, shape.maxDepth);
  }
}

function sum(shapes: readonly Shape[]): number {
  return shapes.reduce((total, shape) => total + maxBytes(shape), 0);
}

function caseBytes(index: number, fields: readonly Field[]): number {
  return arrayHeaderBytes(fields.length + 1) + integerBytes(index) + sum(fields.map((field) => field.shape));
}

function valueBytes(max: number, depth: number): number {
  const scalar = Math.max(9, textBytes(max), binaryBytes(max));
  return depth === 0
    ? scalar
    : Math.max(scalar, arrayHeaderBytes(max) + max * (textBytes(max) + valueBytes(max, depth - 1)));
}

/** Bytes of an integer's shortest encoding. */
function integerBytes(value: number): number {
  const size = value < 0 ? -value - 1 : value;
  const [tiny, byte, short, long] = value < 0 ? [0x1f, 0x7f, 0x7fff, 0x7fff_ffff] : [0x7f, 0xff, 0xffff, 0xffff_ffff];
  return size <= tiny ? 1 : size <= byte ? 2 : size <= short ? 3 : size <= long ? 5 : 9;
}

/** Bytes of the shortest header of an array or a map. */
function arrayHeaderBytes(count: number): number {
  return count < 16 ? 1 : count < 0x10000 ? 3 : 5;
}

/** Bytes of the shortest header of a text. */
function textHeaderBytes(length: number): number {
  return length < 32 ? 1 : length < 0x100 ? 2 : length < 0x10000 ? 3 : 5;
}

/** Bytes of the shortest header of a byte string. */
function binaryHeaderBytes(length: number): number {
  return length < 0x100 ? 2 : length < 0x10000 ? 3 : 5;
}

const textBytes = (length: number): number => textHeaderBytes(length) + length;
const binaryBytes = (length: number): number => binaryHeaderBytes(length) + length;
