/** Messages as people read them: what the schema says of byte strings is taken at its word. */
import { codec, Refusal, type Shape } from '@quorate/transport';

type Values = Readonly<Record<string, unknown>>;

/** The same message as JSON, in which sets of nodes are lists, and payloads that are frames of a layer above are what stands in them. From a protocol or from a trace. */
export function readable(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case 'bytes': {
      const bytes = bytesOf(value);
      if (bytes === undefined) return value;
      if (shape.meaning === 'nodes') return nodesIn(bytes);
      return (shape.inner && opened(shape.inner, bytes)) ?? Buffer.from(bytes).toString('hex');
    }
    case 'record':
      return fieldsOf(shape.fields, value);
    case 'union':
      return fieldsOf(shape.cases.find(({ name }) => isObject(value) && value['kind'] === name)?.fields ?? [], value);
    default:
      return value;
  }
}

/** What the payloads of the broadcast carry: the first frame that the schema knows of. */
export function carriedBy(shape: Shape): Shape | undefined {
  switch (shape.kind) {
    case 'bytes':
      return shape.inner;
    case 'record':
      return firstIn(shape.fields);
    case 'union':
      return firstIn(shape.cases.flatMap(({ fields }) => fields));
    default:
      return undefined;
  }
}

function firstIn(fields: readonly { readonly shape: Shape }[]): Shape | undefined {
  for (const { shape } of fields) {
    const carried = carriedBy(shape);
    if (carried !== undefined) return carried;
  }
  return undefined;
}

/** What a frame says; undefined where it is none. */
export function opened(inner: Shape, frame: Uint8Array): unknown {
  const value = codec({ shape: inner }).decode(frame);
  return value instanceof Refusal ? undefined : readable(inner, value);
}

function fieldsOf(fields: readonly { readonly name: string; readonly shape: Shape }[], value: unknown): unknown {
  if (!isObject(value)) return value;
  return { ...value, ...Object.fromEntries(fields.map(({ name, shape }) => [name, readable(shape, value[name])])) };
}

/** A trace has byte strings as hexadecimal digits. */
function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  return typeof value === 'string' && /^(?:[0-9a-f]{2})*$/.test(value) ? Buffer.from(value, 'hex') : undefined;
}

const nodesIn = (set: Uint8Array): readonly number[] =>
  Array.from({ length: 8 * set.length }, (_, node) => node).filter(
    (node) => ((set[node >>> 3] ?? 0) & (1 << (node & 7))) !== 0,
  );

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
