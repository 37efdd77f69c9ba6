import { nodeIds, type Schema } from '@quorate/transport';
import { defaultJunk, sendEach, type AdversaryContext, type Behaviour, type Conduct } from './behaviour.js';
import { Liar } from './liar.js';
import { Memory } from './memory.js';

/** Is honest, and says old messages again, to one other node each: its own ones, and in its own name what it once heard from others. */
export const replay: Behaviour = {
  name: 'replay',
  summary: 'says old messages again, its own and those of others',
  wrap(make, context) {
    const honest = make();
    return new Liar(honest, context, repeating(honest.schema, context));
  },
};

function repeating<M>(schema: Schema<M>, { group, self, random, junk = defaultJunk }: AdversaryContext): Conduct<M> {
  const others = nodeIds(group).filter((node) => node !== self);
  const memory = new Memory(schema, random);
  let left = junk;
  return {
    speak(message, to) {
      memory.said(message);
      return sendEach(to, message);
    },
    hear: (message) => memory.heard(message),
    beside() {
      const again = left > 0 && random.below(2) === 0 ? memory.any() : undefined;
      const to = others[random.below(Math.max(1, others.length))];
      if (again === undefined || to === undefined) return [];
      left--;
      return [{ kind: 'send', to, message: again }];
    },
  };
}
