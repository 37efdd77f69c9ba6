import { type Schema } from '@quorate/transport';
import { sendEach, type AdversaryContext, type Behaviour, type Conduct } from './behaviour.js';
import { hasAnswers, hasContent, originates } from './content.js';
import { Face } from './face.js';
import { Liar } from './liar.js';
import { refuseUnless } from './refusal.js';

/**
 * Answers twice: beside every echo, vote or report goes a conflicting one to the same nodes. What originates (a union's
 * first case, see `originates`) is said once and honestly. Everybody sees both, so a correct node can prove it.
 */
export const doubleVote: Behaviour = {
  name: 'double-vote',
  summary: 'sends a second, conflicting answer beside each of its own',
  appliesTo: (shape) => hasAnswers(shape) && hasContent(shape),
  wrap(make, context) {
    const honest = make();
    refuseUnless(doubleVote, honest.schema);
    return new Liar(honest, context, conflicting(honest.schema, context));
  },
};

function conflicting<M>(schema: Schema<M>, { random }: AdversaryContext): Conduct<M> {
  const face = new Face(schema, random);
  return {
    speak(message, to) {
      const first = sendEach(to, message);
      // The face of an originating message is made too: its digest must be known when the votes for it come.
      const other = face.of(message);
      return other === message || originates(schema.shape, message) ? first : [...first, ...sendEach(to, other)];
    },
  };
}
