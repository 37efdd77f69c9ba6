/** Small lies: another value of the same schema, as near to the first as can be. */
import { isArray, isBytes, isObject, misfit } from './fits.js';
import {
  sampleBig,
  sampleCase,
  sampleKey,
  samplePlain,
  sampleShape,
  sampleText,
  shapeOf,
  type Random,
} from './sample.js';
import type { Field, Schema, Shape, ShapeOf } from './schema.js';

type Values = Readonly<Record<string, unknown>>;

/** Instead of a value: the shape has no second one. `undefined` cannot say so, it is a value of an optional. */
const same = Symbol('no other value');

/**
 * Another value of the schema, which differs from `value` in one place; `value` itself when the schema has no second
 * value. Byte strings keep their length unless they are empty. What does not fit the schema is replaced by a sample.
 */
export function mutate<T>(schema: Schema<T>, value: T, random: Random): T;
export function mutate(shape: Shape, value: unknown, random: Random): unknown;
export function mutate(schema: Schema<unknown> | Shape, value: unknown, random: Random): unknown {
  const shape = shapeOf(schema);
  if (misfit(shape, value) !== undefined) {
    return sampleShape(shape, random, 0);
  }
  const other = otherThan(shape, value, random);
  return other === same ? value : other;
}

function otherThan(shape: Shape, value: unknown, random: Random): unknown {
  switch (shape.kind) {
    case 'boolean':
      return value === false;
    case 'integer': {
      const other = otherBig(BigInt(shape.min), BigInt(shape.max), BigInt(Number(value)), random);
      return other === same ? same : Number(other);
    }
    case 'bigint':
      return otherBig(shape.min, shape.max, typeof value === 'bigint' ? value : 0n, random);
    case 'float':
      return differing(value, [sampleShape(shape, random, 0), shape.min + 0, shape.max + 0]);
    case 'text':
      return differing(value, [sampleText(shape.max, random), '', shape.max > 0 ? 'a' : '']);
    case 'bytes':
      return isBytes(value) ? otherBytes(shape.max, value, random) : same;
    case 'choice':
      return otherWord(shape.words, value, random);
    case 'optional':
      return otherOptional(shape.item, value, random);
    case 'list':
      return otherList(shape, isArray(value) ? value : [], random);
    case 'tuple':
      return otherTuple(shape.items, isArray(value) ? value : [], random);
    case 'mapping':
      return otherMapping(shape, isObject(value) ? value : {}, random);
    case 'record':
      return otherFields(shape.fields, isObject(value) ? value : {}, random);
    case 'union':
      return otherUnion(shape, isObject(value) ? value : {}, random);
    default:
      return otherPlain(shape, value, random);
  }
}

function otherBig(min: bigint, max: bigint, value: bigint, random: Random): bigint | typeof same {
  if (min === max) {
    return same;
  }
  const drawn = sampleBig(min, max - 1n, random);
  return drawn >= value ? drawn + 1n : drawn;
}

function differing(value: unknown, candidates: readonly unknown[]): unknown {
  const index = candidates.findIndex((candidate) => candidate !== value);
  return index < 0 ? same : candidates[index];
}

function otherBytes(max: number, value: Uint8Array, random: Random): Uint8Array | typeof same {
  if (value.length === 0) {
    return max === 0 ? same : Uint8Array.of(random.below(256));
  }
  const copy = Uint8Array.from(value);
  const place = random.below(copy.length);
  copy[place] = (copy[place] ?? 0) ^ (1 + random.below(255));
  return copy;
}

function otherWord(words: readonly string[], value: unknown, random: Random): unknown {
  const others = words.filter((word) => word !== value);
  return others.length === 0 ? same : others[random.below(others.length)];
}

function otherOptional(item: Shape, value: unknown, random: Random): unknown {
  if (value === undefined) {
    return sampleShape(item, random, 1);
  }
  const other = random.below(4) === 0 ? same : otherThan(item, value, random);
  return other === same ? undefined : other;
}

/** Another value for one of the parts, tried from a random one on; `same` when none of them has a second value. */
function otherPart(
  parts: readonly { readonly shape: Shape; readonly value: unknown }[],
  random: Random,
): { readonly index: number; readonly value: unknown } | typeof same {
  const from = parts.length === 0 ? 0 : random.below(parts.length);
  for (let step = 0; step < parts.length; step++) {
    const index = (from + step) % parts.length;
    const part = parts[index];
    const value = part === undefined ? same : otherThan(part.shape, part.value, random);
    if (value !== same) {
      return { index, value };
    }
  }
  return same;
}

function otherTuple(shapes: readonly Shape[], items: readonly unknown[], random: Random): unknown {
  const other = otherPart(
    shapes.map((shape, index) => ({ shape, value: items[index] })),
    random,
  );
  return other === same ? same : items.with(other.index, other.value);
}

function otherList(shape: ShapeOf<'list'>, items: readonly unknown[], random: Random): unknown {
  const part =
    random.below(4) === 0
      ? same
      : otherTuple(
          items.map(() => shape.item),
          items,
          random,
        );
  if (part !== same) {
    return part;
  }
  if (items.length < shape.max) {
    return [...items, sampleShape(shape.item, random, 1)];
  }
  return items.length > shape.min
    ? items.slice(0, -1)
    : otherTuple(
        items.map(() => shape.item),
        items,
        random,
      );
}

function otherMapping(shape: ShapeOf<'mapping'>, entries: Values, random: Random): unknown {
  const keys = Object.keys(entries);
  const fields = keys.map((name) => ({ name, shape: shape.value }));
  const part = random.below(4) === 0 ? same : otherFields(fields, entries, random);
  if (part !== same) {
    return part;
  }
  const fresh = sampleKey(shape.maxKey, random);
  if (keys.length < shape.max && !keys.includes(fresh)) {
    return Object.fromEntries([...Object.entries(entries), [fresh, sampleShape(shape.value, random, 1)]]);
  }
  if (keys.length > 0) {
    return Object.fromEntries(Object.entries(entries).slice(1));
  }
  return same;
}

function otherFields(fields: readonly Field[], values: Values, random: Random): unknown {
  const other = otherPart(
    fields.map(({ name, shape }) => ({ shape, value: values[name] })),
    random,
  );
  const name = other === same ? undefined : fields[other.index]?.name;
  return other === same || name === undefined ? same : { ...values, [name]: other.value };
}

function otherUnion(shape: ShapeOf<'union'>, value: Values, random: Random): unknown {
  const index = shape.cases.findIndex((each) => each.name === value['kind']);
  const elsewhere = random.below(8) === 0;
  const other = elsewhere ? same : otherFields(shape.cases[index]?.fields ?? [], value, random);
  if (other !== same) {
    return other;
  }
  if (shape.cases.length > 1) {
    return sampleCase(shape, (index + 1 + random.below(shape.cases.length - 1)) % shape.cases.length, random, 0);
  }
  return otherFields(shape.cases[index]?.fields ?? [], value, random);
}

function otherPlain(shape: ShapeOf<'value'>, value: unknown, random: Random): unknown {
  const drawn = samplePlain(shape.max, shape.maxDepth, random, 0);
  // An object that was drawn is never the old one, but it may hold the same: a leaf of another type cannot.
  const leaf = typeof drawn === 'object' && drawn !== null ? random.below(2) === 1 : drawn;
  return differing(value, [leaf, null, true]);
}
