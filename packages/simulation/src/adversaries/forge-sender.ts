import { nodeIds, type NodeId, type Schema } from '@quorate/transport';
import type { Random } from '../random.js';
import { sendEach, type AdversaryContext, type Behaviour, type Conduct } from './behaviour.js';
import { edited, hasLeaf, isNode, isNumber, type Leaf } from './content.js';
import { Liar } from './liar.js';
import { refuseUnless } from './refusal.js';

/** A forged number lies so many ahead of the real one at most: near enough to fall into a window. */
const maxAhead = 8;

/**
 * Speaks in others' names: beside each honest message goes a copy in which every field that names a node names another
 * one. Half of the copies also count ahead, and so are about something that the named node never started.
 */
export const forgeSender: Behaviour = {
  name: 'forge-sender',
  summary: 'sends copies of its messages that name other nodes as their source',
  appliesTo: (shape) => hasLeaf(shape, isNode),
  wrap(make, context) {
    const honest = make();
    refuseUnless(forgeSender, honest.schema);
    return new Liar(honest, context, forging(honest.schema, context));
  },
};

function forging<M>(schema: Schema<M>, context: AdversaryContext): Conduct<M> {
  const { random } = context;
  return {
    speak(message, to) {
      const named = edited(schema, message, isNode, (leaf, value) => someoneElse(context, leaf, value));
      if (named === message) return sendEach(to, message);
      const forged =
        random.below(2) === 0 ? named : edited(schema, named, isNumber, (leaf, n) => ahead(leaf, n, random));
      return [...sendEach(to, message), ...sendEach(to, forged)];
    },
  };
}

/** A node that is neither the named one nor the forger; the named one again where the group or the field has no such. */
function someoneElse({ group, self, random }: AdversaryContext, leaf: Leaf, value: unknown): unknown {
  const fits = (node: NodeId): boolean => leaf.kind === 'integer' && node >= leaf.min && node <= leaf.max;
  const others = nodeIds(group).filter((node) => node !== self && node !== value && fits(node));
  return others.length === 0 ? value : others[random.below(others.length)];
}

const ahead = (leaf: Leaf, value: unknown, random: Random): unknown =>
  leaf.kind === 'integer' && typeof value === 'number' ? Math.min(leaf.max, value + 1 + random.below(maxAhead)) : value;
