/**
 * Reads messages by their schema: which parts are content, which name nodes, and how to change them without leaving the
 * schema. This is what lets one behaviour lie in every protocol.
 */
import type { Schema, Shape } from '@quorate/transport';

/** A part of a message that has no parts of its own. */
export type Leaf = Exclude<Shape, { kind: 'optional' | 'list' | 'tuple' | 'mapping' | 'record' | 'union' }>;

/** Names a node: the decoder range-checks it, the protocol decides whether it may be claimed. */
export const isNode = (leaf: Leaf): boolean => leaf.kind === 'integer' && leaf.meaning === 'node';

/** Counts something: a sequence number, a round. */
export const isNumber = (leaf: Leaf): boolean => leaf.kind === 'integer' && leaf.meaning !== 'node';

/** What a message is about. A few words or bits are content only where nothing else is. */
const isPayload = (leaf: Leaf): boolean =>
  ['bytes', 'text', 'float', 'bigint', 'value'].includes(leaf.kind) && !isSingle(leaf);
const isAnswer = (leaf: Leaf): boolean =>
  (leaf.kind === 'boolean' || leaf.kind === 'choice' || (leaf.kind === 'integer' && leaf.meaning === undefined)) &&
  !isSingle(leaf);

/** Whether the shape leaves no choice: there is nothing to lie about. */
function isSingle(leaf: Leaf): boolean {
  switch (leaf.kind) {
    case 'integer':
    case 'bigint':
    case 'float':
      return leaf.min === leaf.max;
    case 'text':
    case 'bytes':
      return leaf.max === 0;
    case 'choice':
      return leaf.words.length < 2;
    default:
      return false;
  }
}

/** Whether some message of the shape has such a leaf. */
export function hasLeaf(shape: Shape, accepts: (leaf: Leaf) => boolean): boolean {
  switch (shape.kind) {
    case 'optional':
    case 'list':
      return hasLeaf(shape.item, accepts);
    case 'mapping':
      return hasLeaf(shape.value, accepts);
    case 'tuple':
      return shape.items.some((item) => hasLeaf(item, accepts));
    case 'record':
      return shape.fields.some((field) => hasLeaf(field.shape, accepts));
    case 'union':
      return shape.cases.some((one) => one.fields.some((field) => hasLeaf(field.shape, accepts)));
    default:
      return accepts(shape);
  }
}

/** Whether there is anything to give two faces to. */
export const hasContent = (shape: Shape): boolean => hasLeaf(shape, isPayload) || hasLeaf(shape, isAnswer);

/**
 * Whether a message starts something rather than answering: every union on the way to its content stands at its first
 * case. So protocols declare the originating case first (Bracha's `input` before `echo` and `vote`), and a layer that
 * carries another's messages declares that case first.
 */
export function originates(shape: Shape, message: unknown): boolean {
  if (shape.kind === 'record')
    return shape.fields.every((field) => originates(field.shape, partOf(message, field.name)));
  if (shape.kind !== 'union') return true;
  const [first] = shape.cases;
  if (first === undefined || partOf(message, 'kind') !== first.name) return false;
  return first.fields.every((field) => originates(field.shape, partOf(message, field.name)));
}

/** Whether some message of the shape does not originate: see {@link originates}. */
export function hasAnswers(shape: Shape): boolean {
  if (shape.kind === 'record') return shape.fields.some((field) => hasAnswers(field.shape));
  if (shape.kind !== 'union') return false;
  return shape.cases.length > 1 || shape.cases.some((one) => one.fields.some((field) => hasAnswers(field.shape)));
}

type Edit = (leaf: Leaf, value: unknown) => unknown;

/** The message with every accepted leaf edited; the same object where nothing changed. */
export function edited<M>(schema: Schema<M>, message: M, accepts: (leaf: Leaf) => boolean, edit: Edit): M {
  // Leaves keep their shape, so the whole keeps its type: this is the one place that says so.
  return walk(schema.shape, message, (leaf, value) => (accepts(leaf) ? edit(leaf, value) : value)) as M;
}

/** The message with its content edited: payloads where it has some, else its answers. */
export function editedContent<M>(schema: Schema<M>, message: M, edit: Edit): M {
  let seen = false;
  const first = edited(schema, message, isPayload, (leaf, value) => {
    seen = true;
    return edit(leaf, value);
  });
  return seen ? first : edited(schema, message, isAnswer, edit);
}

function walk(shape: Shape, value: unknown, edit: Edit): unknown {
  switch (shape.kind) {
    case 'optional':
      return value === undefined ? value : walk(shape.item, value, edit);
    case 'list':
      return Array.isArray(value) ? items(value, (item) => walk(shape.item, item, edit)) : value;
    case 'tuple':
      return Array.isArray(value) ? items(value, (item, index) => walkAt(shape.items[index], item, edit)) : value;
    case 'mapping':
      return isObject(value) ? parts(value, Object.keys(value), () => shape.value, edit) : value;
    case 'record':
      return walkFields(shape.fields, value, edit);
    case 'union':
      return walkFields(shape.cases.find((one) => one.name === partOf(value, 'kind'))?.fields ?? [], value, edit);
    default:
      return edit(shape, value);
  }
}

const walkAt = (shape: Shape | undefined, value: unknown, edit: Edit): unknown =>
  shape === undefined ? value : walk(shape, value, edit);

function walkFields(fields: readonly { name: string; shape: Shape }[], value: unknown, edit: Edit): unknown {
  if (!isObject(value)) return value;
  const shapes = new Map(fields.map((field) => [field.name, field.shape]));
  return parts(value, [...shapes.keys()], (name) => shapes.get(name), edit);
}

function parts(
  value: Parts,
  names: readonly string[],
  shapeOf: (name: string) => Shape | undefined,
  edit: Edit,
): Parts {
  let copy: Record<string, unknown> | undefined;
  for (const name of names) {
    const part = value[name];
    const next = walkAt(shapeOf(name), part, edit);
    if (next === part) continue;
    copy ??= { ...value };
    copy[name] = next;
  }
  return copy ?? value;
}

function items(values: readonly unknown[], edit: (item: unknown, index: number) => unknown): readonly unknown[] {
  const next = values.map(edit);
  return next.some((item, index) => item !== values[index]) ? next : values;
}

type Parts = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Parts => typeof value === 'object' && value !== null;

const partOf = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);
