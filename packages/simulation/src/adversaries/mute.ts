import { nodeIds } from '@quorate/transport';
import { shuffled } from '../random.js';
import { sendEach, type AdversaryContext, type Behaviour, type Conduct } from './behaviour.js';
import { Liar } from './liar.js';

/** Honest towards some, silent towards the rest, for life: to the one half it is there, to the other it never was. */
export const mute: Behaviour = {
  name: 'mute',
  summary: 'says nothing to some of the others, and everything to the rest',
  wrap: (make, context) => new Liar(make(), context, shunning(context)),
};

function shunning<M>({ group, random }: AdversaryContext): Conduct<M> {
  // Drawn from the whole group, so that conspirators with one brain shun the same nodes; two, of which it may be one itself.
  const count = 2 + random.below(Math.max(1, group.n - 2));
  const shunned = new Set(shuffled(nodeIds(group), random).slice(0, count));
  return {
    speak: (message, to) =>
      sendEach(
        to.filter((node) => !shunned.has(node)),
        message,
      ),
  };
}
