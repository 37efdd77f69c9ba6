import type { Random, Schema } from '@quorate/transport';
import { type AdversaryContext, type Behaviour, type Conduct } from './behaviour.js';
import { hasContent } from './content.js';
import { Face } from './face.js';
import { drawHalf } from './halves.js';
import { Liar } from './liar.js';
import { refuseUnless } from './refusal.js';

/**
 * Shows one face to a random half of the group (its own half) and another to the rest, in everything it says: the values
 * it originates, and what it echoes, votes and reports of others'. The halves stay for life, so that every later
 * message of an instance follows the half that its first one went to. Several mostly divide the group alike: then more
 * than f of them break what fewer cannot.
 */
export const equivocate: Behaviour = {
  name: 'equivocate',
  summary: 'tells one half of the group one thing and the other half another',
  appliesTo: hasContent,
  wrap(make, context) {
    const honest = make();
    refuseUnless(equivocate, honest.schema);
    return new Liar(honest, context, twoFaced(honest.schema, { ...context, random: minds(context) }));
  },
};

/** Those who equivocate in one run mostly know of each other, and divide the group alike; one time in eight each does as it likes. */
function minds({ shared, random }: AdversaryContext): Random {
  return shared !== undefined && shared.below(8) > 0 ? shared : random;
}

/** The conduct of one who has two faces. Conspirators with one brain have the same faces for the same halves. */
export function twoFaced<M>(schema: Schema<M>, { group, self, random }: AdversaryContext): Conduct<M> {
  const face = new Face(schema, random);
  const half = drawHalf(group, random);
  return {
    speak(message, to) {
      const isBeliever = (node: (typeof to)[number]): boolean => half.has(node) === half.has(self);
      const other = to.every(isBeliever) ? message : face.of(message);
      return to.map((node) => ({ kind: 'send', to: node, message: isBeliever(node) ? message : other }));
    },
  };
}
