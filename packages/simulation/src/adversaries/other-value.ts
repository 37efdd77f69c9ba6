/** The other value of a leaf: what a second face shows in its place. Where it can, the other of the other is the first again. */
import { mutate } from '@quorate/transport';
import { seededRandom } from '../random.js';
import { isNodes, type Leaf } from './content.js';

/** The same for the same salt; the value itself when the leaf has no second one. Conspirators with one salt so tell one lie. */
export function otherValue(leaf: Leaf, value: unknown, salt: number): unknown {
  if (leaf.kind === 'list') return Array.isArray(value) ? otherNodes(leaf, value, salt) : value;
  if (leaf.kind === 'bytes' && value instanceof Uint8Array) return exchanged(value, salt);
  if (leaf.kind === 'integer' && typeof value === 'number') {
    return isNodes(leaf) ? toggled(leaf, value, salt) : neighbour(leaf, value);
  }
  if (leaf.kind === 'boolean') return value !== true;
  if (leaf.kind === 'choice' && typeof value === 'string') {
    const last = leaf.words.length - 1;
    return leaf.words[neighbour({ min: 0, max: last }, leaf.words.indexOf(value))] ?? value;
  }
  if (leaf.kind === 'float' && typeof value === 'number') return mirrored(leaf, value);
  return mutate(leaf, value, seededRandom(salt ^ hash(textOf(value))));
}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** One more or one less: numbers go in pairs. */
function neighbour({ min, max }: Bounds, value: number): number {
  const pair = (value - min) % 2 === 0 ? value + 1 : value - 1;
  if (pair <= max) return pair;
  return value - 1 >= min ? value - 1 : value;
}

/** One node more or one less in a bit set. */
function toggled({ min, max }: Bounds, value: number, salt: number): number {
  const width = Math.max(1, max.toString(2).length);
  const bit = 2 ** (salt % width);
  const other = Math.floor(value / bit) % 2 === 1 ? value - bit : value + bit;
  return other >= min && other <= max ? other : neighbour({ min, max }, value);
}

/** A bit set in which one node gives way to another: to one below the highest that it names, because nobody knows where the group ends. */
function exchanged(set: Uint8Array, salt: number): Uint8Array {
  const has = (node: number): boolean => ((set[node >>> 3] ?? 0) & (1 << (node & 7))) !== 0;
  const nodes = Array.from({ length: set.length * 8 }, (_, node) => node);
  const named = nodes.filter(has);
  const unnamed = nodes.slice(0, named.at(-1) ?? 0).filter((node) => !has(node));
  const other = Uint8Array.from(set);
  for (const some of [named, unnamed]) {
    const node = some[salt % Math.max(1, some.length)];
    if (node !== undefined) other[node >>> 3] = (other[node >>> 3] ?? 0) ^ (1 << (node & 7));
  }
  if (named.length === 0) other.fill(1, 0, 1);
  return other;
}

/** As far from one end as the value is from the other. */
function mirrored({ min, max }: Bounds, value: number): number {
  const mirror = min + max - value + 0;
  if (mirror !== value && mirror >= min && mirror <= max) return mirror;
  return value === max ? min + 0 : max + 0;
}

/** The list with one node exchanged for one that it does not name, in the order that it had. */
function otherNodes(
  leaf: Extract<Leaf, { kind: 'list' }>,
  named: readonly unknown[],
  salt: number,
): readonly unknown[] {
  if (leaf.item.kind !== 'integer') return named;
  const { min, max } = leaf.item;
  const unnamed = Array.from({ length: max - min + 1 }, (_, at) => min + at).filter((node) => !named.includes(node));
  const place = named.length === 0 ? 0 : salt % named.length;
  const [stranger] = unnamed.slice(unnamed.length === 0 ? 0 : salt % unnamed.length);
  if (stranger === undefined) return named.length > leaf.min ? named.toSpliced(place, 1) : named.toReversed();
  if (named.length === 0) return leaf.max === 0 ? named : [stranger];
  const renamed = named.with(place, stranger);
  const ascending = named.every((node, at) => at === 0 || Number(named[at - 1]) < Number(node));
  return ascending ? renamed.toSorted((a, b) => Number(a) - Number(b)) : renamed;
}

const textOf = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'bigint') return `${part}n`;
    return part instanceof Uint8Array ? [...part] : part;
  }) ?? '';

/** FNV-1a, to a 32-bit integer. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  return state;
}
