import { codec, type Codec, type Schema } from '@quorate/transport';

/** The codec of a schema, made once: making one takes longer than a small run. */
export function codecOf<V>(schema: Schema<V>): Codec<V> {
  const known = codecs.get(schema);
  // Kept under the schema whose values it reads.
  if (known !== undefined) return known as Codec<V>;
  const made = codec(schema);
  codecs.set(schema, made);
  return made;
}

const codecs = new WeakMap<object, unknown>();
