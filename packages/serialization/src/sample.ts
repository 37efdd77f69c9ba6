/** Values made up from a schema: for fuzzers, and for nodes that lie in well-formed messages. */
import type { Field, Schema, Shape, Value } from './schema.js';

/** Where every random choice comes from, always given from outside: one seed repeats everything. Not for secrets. */
export interface Random {
  /** A whole number in 0 … n − 1, each equally likely. `n` is a whole number, 1 … 2^53 − 1; values from a schema ask for 2^30 at most. */
  below(n: number): number;
}

/** Collections and lengths above their minimum stay below this, and shrink with depth, so that a value stays small. */
const mostItems = 5;
const mostBytes = 40;

/** A value of the schema. Draws the ends of ranges and of formats (127, 128, 65,535 …) more often than chance would. */
export function sample<T>(schema: Schema<T>, random: Random): T;
export function sample(shape: Shape, random: Random): unknown;
export function sample(schema: Schema<unknown> | Shape, random: Random): unknown {
  return sampleShape(shapeOf(schema), random, 0);
}

export const shapeOf = (schema: Schema<unknown> | Shape): Shape => ('shape' in schema ? schema.shape : schema);

export function sampleShape(shape: Shape, random: Random, depth: number): unknown {
  switch (shape.kind) {
    case 'boolean':
      return random.below(2) === 1;
    case 'integer':
      return Number(sampleBig(BigInt(shape.min), BigInt(shape.max), random));
    case 'bigint':
      return sampleBig(shape.min, shape.max, random);
    case 'float':
      return sampleFloat(shape.min, shape.max, random);
    case 'text':
      return sampleText(shape.max, random);
    case 'bytes':
      return sampleBytes(shape.min, shape.max, random);
    case 'choice':
      return shape.words[random.below(shape.words.length)];
    case 'optional':
      return random.below(2) === 0 ? undefined : sampleShape(shape.item, random, depth);
    case 'list':
      return times(sampleCount(shape.min, shape.max, random, depth), () => sampleShape(shape.item, random, depth + 1));
    case 'tuple':
      return shape.items.map((item) => sampleShape(item, random, depth + 1));
    case 'mapping':
      return sampleMapping(shape.max, shape.maxKey, random, depth, () => sampleShape(shape.value, random, depth + 1));
    case 'record':
      return Object.fromEntries(sampleFields(shape.fields, random, depth));
    case 'union':
      return sampleCase(shape, random.below(shape.cases.length), random, depth);
    default:
      return samplePlain(shape.max, shape.maxDepth, random, depth);
  }
}

/** A value of the case with this index. */
export function sampleCase(
  shape: Extract<Shape, { kind: 'union' }>,
  index: number,
  random: Random,
  depth: number,
): unknown {
  const chosen = shape.cases[index];
  return chosen && Object.fromEntries([['kind', chosen.name], ...sampleFields(chosen.fields, random, depth)]);
}

function sampleFields(fields: readonly Field[], random: Random, depth: number): [string, unknown][] {
  return fields.map((field) => [field.name, sampleShape(field.shape, random, depth + 1)]);
}

/** A number in `min … max`: as often an end of the range or of a format as one of any size. */
export function sampleBig(min: bigint, max: bigint, random: Random): bigint {
  if (random.below(4) === 0) {
    const power = 1n << BigInt(random.below(65));
    const edge = [min, max, 0n, power, power - 1n, -power, -power - 1n][random.below(7)] ?? min;
    if (edge >= min && edge <= max) {
      return edge;
    }
  }
  const bits = times(4, () => BigInt(random.below(2 ** 24))).reduce((all, some) => (all << 24n) | some, 0n);
  const offset = (bits >> BigInt(random.below(96))) % (max - min + 1n);
  return random.below(2) === 0 ? min + offset : max - offset;
}

function sampleFloat(min: number, max: number, random: Random): number {
  const fraction = random.below(2 ** 30) / 2 ** 30;
  const candidates = [min, max, 0, Math.trunc(fraction * 1000), fraction, -fraction, Number.MIN_VALUE, 2 ** 53 + 2];
  const drawn = candidates[random.below(candidates.length)] ?? 0;
  // Each end weighed on its own: the distance between the ends may be beyond the largest float.
  const between = min * (1 - fraction) + max * fraction;
  const inside = drawn >= min && drawn <= max ? drawn : Math.min(Math.max(between, min), max);
  return inside + 0;
}

const letters: readonly string[] = [
  'a',
  'Z',
  '0',
  ' ',
  '\0',
  '\u007f',
  '\u0080',
  'é',
  '\u07ff',
  '\u0800',
  '€',
  '\ufeff',
  '\uffff',
  '😀',
  '\u{10ffff}',
];

export function sampleText(max: number, random: Random): string {
  let room = random.below(Math.min(max, mostBytes) + 1);
  let text = '';
  while (room > 0) {
    const letter = letters[random.below(letters.length)] ?? 'a';
    const size = new TextEncoder().encode(letter).length;
    text += size <= room ? letter : 'a'.repeat(room);
    room -= Math.min(size, room);
  }
  return text;
}

function sampleBytes(min: number, max: number, random: Random): Uint8Array {
  const length =
    random.below(16) === 0 ? Math.min(max, Math.max(min, 300)) : min + random.below(Math.min(max - min, mostBytes) + 1);
  return Uint8Array.from({ length }, () => random.below(256));
}

function sampleCount(min: number, max: number, random: Random, depth: number): number {
  const most = depth === 0 && random.below(8) === 0 ? 20 : Math.max(1, mostItems - depth);
  return min + random.below(Math.min(max - min, most) + 1);
}

function sampleMapping(
  max: number,
  maxKey: number,
  random: Random,
  depth: number,
  item: () => unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(times(sampleCount(0, max, random, depth), () => [sampleKey(maxKey, random), item()]));
}

export function sampleKey(maxKey: number, random: Random): string {
  const key = random.below(4) === 0 ? `${random.below(1000)}`.slice(0, maxKey) : sampleText(maxKey, random);
  return key === '__proto__' ? '' : key;
}

export function samplePlain(max: number, maxDepth: number, random: Random, depth: number): Value {
  const nested = depth < maxDepth;
  switch (random.below(nested ? 9 : 7)) {
    case 0:
      return null;
    case 1:
      return random.below(2) === 1;
    case 2:
      return Number(sampleBig(-(2n ** 33n), 2n ** 33n, random));
    case 3:
      return sampleFloat(-Number.MAX_VALUE, Number.MAX_VALUE, random);
    case 4:
      return sampleBig(-(2n ** 63n), 2n ** 64n - 1n, random);
    case 5:
      return sampleText(max, random);
    case 6:
      return sampleBytes(0, max, random);
    case 7:
      return times(sampleCount(0, max, random, depth), () => samplePlain(max, maxDepth, random, depth + 1));
    default: {
      const keys = times(sampleCount(0, max, random, depth), () => sampleKey(max, random));
      return Object.fromEntries(keys.map((key) => [key, samplePlain(max, maxDepth, random, depth + 1)]));
    }
  }
}

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
