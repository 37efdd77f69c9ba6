import type { Field, Schema, Shape } from './schema.js';

/**
 * The same schema, in which every byte string in a field of that name is said to be a frame of `inner`: for a layer that puts its
 * own messages into the payloads of the layer below. Where the bytes are said to be a frame already, `inner` is what that frame carries
 * in fields of that name: layer upon layer. The wire format stays as it is; whoever reads the schema sees what is inside.
 */
export function carrying<M>(schema: Schema<M>, field: string, inner: Schema<unknown>): Schema<M> {
  return { shape: within(schema.shape, field, inner.shape) };
}

function within(shape: Shape, field: string, inner: Shape): Shape {
  const fieldsOf = (fields: readonly Field[]): readonly Field[] =>
    fields.map(({ name, shape: part }) => ({
      name,
      shape:
        name === field && part.kind === 'bytes' && part.inner === undefined
          ? { ...part, inner }
          : within(part, field, inner),
    }));
  switch (shape.kind) {
    case 'bytes':
      return shape.inner === undefined ? shape : { ...shape, inner: within(shape.inner, field, inner) };
    case 'optional':
    case 'list':
      return { ...shape, item: within(shape.item, field, inner) };
    case 'tuple':
      return { ...shape, items: shape.items.map((item) => within(item, field, inner)) };
    case 'mapping':
      return { ...shape, value: within(shape.value, field, inner) };
    case 'record':
      return { ...shape, fields: fieldsOf(shape.fields) };
    case 'union':
      return { ...shape, cases: shape.cases.map((one) => ({ name: one.name, fields: fieldsOf(one.fields) })) };
    default:
      return shape;
  }
}
