import { type Schema } from '@quorate/transport';
import { sendEach, type AdversaryContext, type Behaviour, type Conduct } from './behaviour.js';
import { edited, hasContent, hasLeaf, isNumber, originates, type Leaf } from './content.js';
import { Face } from './face.js';
import { forgedInside } from './forge.js';
import { Liar } from './liar.js';
import { refuseUnless } from './refusal.js';

/**
 * Contradicts itself openly: whatever it originates it says twice, under two numbers, the second time differently. Each of the two is told to
 * everybody alike, so a broadcast carries both; it is for the layer above to count one. For protocols on a broadcast, whose subjects name
 * it: where numbers mean something else, this is only noise.
 */
export const contradict: Behaviour = {
  name: 'contradict',
  summary: 'broadcasts everything twice, the second time differently, under the next number',
  appliesTo: (shape) => hasContent(shape) && hasLeaf(shape, isNumber),
  wrap(make, context) {
    const honest = make();
    refuseUnless(contradict, honest.schema);
    return new Liar(honest, context, twice(honest.schema, context));
  },
};

function twice<M>(schema: Schema<M>, { random }: AdversaryContext): Conduct<M> {
  const face = new Face(schema, random);
  // Mostly a lie of the same form, which tempts others to count it; now and then one that can be seen to be none.
  const other = (message: M): M =>
    random.below(4) === 0 ? (forgedInside(schema, message, random) ?? face.of(message)) : face.of(message);
  const numbered = (message: M, add: 0 | 1): M =>
    edited(schema, message, isNumber, (leaf, value) => spread(leaf, value, add));
  return {
    speak(message, to) {
      if (!originates(schema.shape, message)) return sendEach(to, message);
      return [...sendEach(to, numbered(message, 0)), ...sendEach(to, numbered(other(message), 1))];
    },
  };
}

/** Every number makes room for another one behind it. */
function spread(leaf: Leaf, value: unknown, add: 0 | 1): unknown {
  if (leaf.kind !== 'integer' || typeof value !== 'number') return value;
  const other = 2 * value + add;
  return other >= leaf.min && other <= leaf.max ? other : value;
}
