import { nodeIds, sample, type Schema } from '@quorate/transport';
import type { Random } from '../random.js';
import { defaultJunk, sendEach, type AdversaryContext, type Behaviour, type Conduct } from './behaviour.js';
import { edited, isNumber, type Leaf } from './content.js';
import { Liar } from './liar.js';

/** Junk messages after each event, each of them to everybody. */
const perEvent = 4;
/** So many honest messages are kept to be said again. */
const kept = 16;

/**
 * Is honest, and beside it talks without end: its own messages again, its own messages with numbers far ahead, and
 * messages made up from the schema. Every one is well-formed, so only the protocol's bounds protect its peers.
 */
export const flood: Behaviour = {
  name: 'flood',
  summary: `sends ${perEvent} well-formed junk messages to everybody after each event`,
  wrap(make, context) {
    const honest = make();
    return new Liar(honest, context, flooding(honest.schema, context));
  },
};

function flooding<M>(
  schema: Schema<M>,
  { group, self, random, junk: most = defaultJunk }: AdversaryContext,
): Conduct<M> {
  const others = nodeIds(group).filter((node) => node !== self);
  const recent: M[] = [];
  let said = 0;
  let left = most;
  return {
    speak(message, to) {
      recent[said++ % kept] = message;
      return sendEach(to, message);
    },
    beside() {
      const count = Math.min(perEvent, left);
      left -= count;
      return Array.from({ length: count }, () => made(schema, recent, random)).flatMap((one) => sendEach(others, one));
    },
  };
}

function made<M>(schema: Schema<M>, recent: readonly M[], random: Random): M {
  const again = recent.length === 0 ? undefined : recent[random.below(recent.length)];
  const choice = random.below(3);
  if (again === undefined || choice === 0) return sample(schema, random);
  return choice === 1 ? again : edited(schema, again, isNumber, (leaf, value) => farAhead(leaf, value, random));
}

const farAhead = (leaf: Leaf, value: unknown, random: Random): unknown =>
  leaf.kind === 'integer' && typeof value === 'number' && value < leaf.max
    ? value + 1 + random.below(leaf.max - value)
    : value;
