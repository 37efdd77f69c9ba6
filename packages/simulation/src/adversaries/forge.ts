import { mutate, type NodeId, type Random, type Schema } from '@quorate/transport';
import { sendEach, type AdversaryContext, type Behaviour, type Conduct } from './behaviour.js';
import { closed, edited, hasLeaf, isFree, isNodes, opened, type Leaf } from './content.js';
import { Liar } from './liar.js';
import { refuseUnless } from './refusal.js';

/** Changes one place of what it says, derived from the schema: for everybody, for some, or with the true message beside. */
export const forge: Behaviour = {
  name: 'forge',
  summary: 'changes one field of every other message that it sends',
  appliesTo: (shape) => hasLeaf(shape, (leaf) => isFree(leaf) || isNodes(leaf)),
  wrap(make, context) {
    const honest = make();
    refuseUnless(forge, honest.schema);
    return new Liar(honest, context, forging(honest.schema, context));
  },
};

function forging<M>(schema: Schema<M>, { random }: AdversaryContext): Conduct<M> {
  const changed = (message: M): M =>
    random.below(2) === 0 ? (inside(message) ?? anywhere(message)) : anywhere(message);
  const anywhere = (message: M): M => mutate(schema, message, random);
  const inside = (message: M): M | undefined => forgedInside(schema, message, random);
  const some = (to: readonly NodeId[]): ReadonlySet<NodeId> => new Set(to.filter(() => random.below(2) === 0));
  return {
    speak(message, to) {
      switch (random.below(6)) {
        case 0:
          return sendEach(to, changed(message));
        case 1: {
          const deceived = some(to);
          const lie = changed(message);
          return to.map((node) => ({ kind: 'send', to: node, message: deceived.has(node) ? lie : message }));
        }
        case 2:
          return [...sendEach(to, message), ...sendEach(to, changed(message))];
        default:
          return sendEach(to, message);
      }
    },
  };
}

/** The message with one place changed of a payload that is a frame of the layer above; undefined where it has none. */
export function forgedInside<M>(schema: Schema<M>, message: M, random: Random): M | undefined {
  const other = edited(schema, message, isFrame, (leaf, value) => {
    const inner = opened(leaf, value);
    if (leaf.kind !== 'bytes' || leaf.inner === undefined || inner === undefined) return value;
    return closed(leaf, mutate({ shape: leaf.inner }, inner, random)) ?? value;
  });
  return other === message ? undefined : other;
}

const isFrame = (leaf: Leaf): boolean => leaf.kind === 'bytes' && leaf.inner !== undefined;
