/**
 * Reads messages by their schema: which parts are content, which name nodes, and how to change them without leaving the
 * schema. This is what lets one behaviour lie in every protocol.
 */
import { codec, Refusal, type Codec, type Schema, type Shape } from '@quorate/transport';

/** A part of a message that is read as one: it has no parts of its own, or is a list of nodes. */
export type Leaf = Exclude<Shape, { kind: 'optional' | 'tuple' | 'mapping' | 'record' | 'union' }>;

/** Names a node: the decoder range-checks it, the protocol decides whether it may be claimed. */
export const isNode = (leaf: Leaf): boolean => leaf.kind === 'integer' && leaf.meaning === 'node';

/** Counts something: a sequence number, a round. */
export const isNumber = (leaf: Leaf): boolean =>
  leaf.kind === 'integer' && leaf.meaning !== 'node' && leaf.meaning !== 'nodes';

/** Names several nodes, as a report does: a list of them, or a bit set (an integer or bytes whose meaning is `nodes`). */
export function isNodes(leaf: Leaf): boolean {
  if (leaf.kind === 'list') return leaf.item.kind === 'integer' && leaf.item.meaning === 'node';
  return (leaf.kind === 'integer' || leaf.kind === 'bytes') && leaf.meaning === 'nodes' && !isSingle(leaf);
}

/** Whether there is a second value that it could have. */
export const isFree = (leaf: Leaf): boolean => leaf.kind !== 'list' && !isSingle(leaf);

/** What a message is about. A few words or bits are content only where nothing else is. */
const isPayload = (leaf: Leaf): boolean =>
  ['bytes', 'text', 'float', 'bigint', 'value'].includes(leaf.kind) && !isSingle(leaf) && !isNodes(leaf);
const isAnswer = (leaf: Leaf): boolean =>
  isNodes(leaf) ||
  ((leaf.kind === 'boolean' || leaf.kind === 'choice' || (leaf.kind === 'integer' && leaf.meaning === undefined)) &&
    !isSingle(leaf));

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
    case 'list':
      return accepts(shape) || hasLeaf(shape.item, accepts);
    case 'optional':
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
  return walk(schema.shape, message, accepts, edit) as M;
}

/** What the bytes of such a leaf say, when they are a frame of another layer; undefined when they are none. */
export function opened(leaf: Leaf, value: unknown): unknown {
  if (leaf.kind !== 'bytes' || leaf.inner === undefined || !(value instanceof Uint8Array)) return undefined;
  const inner = codecOf(leaf.inner).decode(value);
  return inner instanceof Refusal ? undefined : inner;
}

/** The frame that says so; undefined when there is no room for it in the leaf. */
export function closed(leaf: Leaf, inner: unknown): Uint8Array | undefined {
  if (leaf.kind !== 'bytes' || leaf.inner === undefined) return undefined;
  const frame = codecOf(leaf.inner).encode(inner);
  return frame.length < leaf.min || frame.length > leaf.max ? undefined : frame;
}

const codecs = new WeakMap<Shape, Codec<unknown>>();

function codecOf(shape: Shape): Codec<unknown> {
  const known = codecs.get(shape) ?? codec({ shape });
  codecs.set(shape, known);
  return known;
}

/** A copy whose byte strings are its own: those of a message that was received die with the call. */
export const kept = <M>(schema: Schema<M>, message: M): M =>
  edited(
    schema,
    message,
    (leaf) => leaf.kind === 'bytes' || leaf.kind === 'value',
    // A structured clone of a view would be one of its whole buffer.
    (_, value) => (value instanceof Uint8Array ? new Uint8Array(value) : structuredClone(value)),
  );

/** The message with its content edited: payloads where it has some, else its answers. */
export function editedContent<M>(schema: Schema<M>, message: M, edit: Edit): M {
  let seen = false;
  const first = edited(schema, message, isPayload, (leaf, value) => {
    seen = true;
    return edit(leaf, value);
  });
  return seen ? first : edited(schema, message, isAnswer, edit);
}

function walk(shape: Shape, value: unknown, accepts: Accepts, edit: Edit): unknown {
  const within = (part: Shape | undefined, of: unknown): unknown =>
    part === undefined ? of : walk(part, of, accepts, edit);
  switch (shape.kind) {
    case 'optional':
      return value === undefined ? value : within(shape.item, value);
    case 'list':
      if (accepts(shape)) return edit(shape, value);
      return Array.isArray(value) ? items(value, (item) => within(shape.item, item)) : value;
    case 'tuple':
      return Array.isArray(value) ? items(value, (item, index) => within(shape.items[index], item)) : value;
    case 'mapping':
      return parts(
        Object.keys(isObject(value) ? value : {}).map((name) => ({ name, shape: shape.value })),
        value,
        within,
      );
    case 'record':
      return parts(shape.fields, value, within);
    case 'union':
      return parts(shape.cases.find((one) => one.name === partOf(value, 'kind'))?.fields ?? [], value, within);
    default:
      return accepts(shape) ? edit(shape, value) : value;
  }
}

type Accepts = (leaf: Leaf) => boolean;
type Within = (shape: Shape | undefined, value: unknown) => unknown;

function parts(
  fields: readonly { readonly name: string; readonly shape: Shape }[],
  value: unknown,
  within: Within,
): unknown {
  if (!isObject(value)) return value;
  let copy: Record<string, unknown> | undefined;
  for (const { name, shape } of fields) {
    const part = value[name];
    const next = within(shape, part);
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
