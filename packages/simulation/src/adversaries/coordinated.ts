import type { NodeId, Schema } from '@quorate/transport';
import { sendEach, type AdversaryContext, type Behaviour, type Conduct } from './behaviour.js';
import { hasContent, kept } from './content.js';
import { equivocate, twoFaced } from './equivocate.js';
import { drawHalf } from './halves.js';
import { Liar } from './liar.js';
import { mute } from './mute.js';
import { refuseUnless } from './refusal.js';
import { twins } from './twins.js';

/** Words of others that a conspirator repeats in its life, at most. */
const mostWords = 4096;

/**
 * Several faulty nodes with one brain: what they do is drawn from a generator that all of them have alike, so they divide the group into the same
 * halves, show the same faces, and confirm each other's lies without a word between them. One of: two faces; two faces,
 * and to each half whatever that half says itself; twins; silence towards the same nodes.
 */
export const coordinated: Behaviour = {
  name: 'coordinated',
  summary: 'conspires with the other nodes that do: the same halves, the same faces, one plan',
  appliesTo: hasContent,
  wrap(make, context) {
    const honest = make();
    refuseUnless(coordinated, honest.schema);
    const random = context.shared ?? context.random;
    const conspiring = { ...context, random };
    switch (random.below(5)) {
      case 0:
        return twins.wrap(make, conspiring);
      case 1:
        return mute.wrap(() => honest, conspiring);
      case 2:
        return equivocate.wrap(() => honest, conspiring);
      default:
        return new Liar(honest, context, confirming(honest.schema, conspiring));
    }
  },
};

function confirming<M>(schema: Schema<M>, context: AdversaryContext): Conduct<M> {
  const { group, self, random } = context;
  const own = twoFaced(schema, { ...context, random });
  const half = drawHalf(group, random);
  const sideOf = (node: NodeId): readonly NodeId[] =>
    Array.from({ length: group.n }, (_, peer) => peer as NodeId).filter(
      (peer) => peer !== self && half.has(peer) === half.has(node),
    );
  const said = new Set<string>();
  let words: { readonly message: M; readonly to: readonly NodeId[] }[] = [];
  return {
    speak: (message, to) => own.speak(message, to),
    hear(message, from) {
      // Each once: two conspirators would repeat each other for ever.
      const word = `${half.has(from)} ${textOf(message)}`;
      if (said.size >= mostWords || said.has(word)) return;
      said.add(word);
      words.push({ message: kept(schema, message), to: sideOf(from) });
    },
    beside() {
      const saying = words;
      words = [];
      return saying.flatMap(({ message, to }) => sendEach(to, message));
    },
  };
}

const textOf = (message: unknown): string =>
  JSON.stringify(message, (_key, part: unknown) => {
    if (typeof part === 'bigint') return `${part}n`;
    return part instanceof Uint8Array ? part.join() : part;
  });
