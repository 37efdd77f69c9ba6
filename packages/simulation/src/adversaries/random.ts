import { mutate, nodeIds, type Schema } from '@quorate/transport';
import { sendEach, type AdversaryContext, type AdversaryEffect, type Behaviour, type Conduct } from './behaviour.js';
import { Liar } from './liar.js';
import { Memory } from './memory.js';

/** It speaks up so many times in its life, unless the context allows fewer messages, … */
const mostTimes = 200;
/** … so many ticks apart at most, … */
const mostTicks = 25;
/** … with so many messages at most. */
const mostMessages = 3;

/** Beside what an honest node says it says well-formed messages at random times, asked or not: made up, changed, and to whom it likes. */
export const random: Behaviour = {
  name: 'random',
  summary: 'says well-formed messages of every kind at random times, asked or not',
  wrap(make, context) {
    const honest = make();
    return new Liar(honest, context, babbling(honest.schema, context));
  },
};

function babbling<M>(schema: Schema<M>, context: AdversaryContext): Conduct<M> {
  const { group, self, random: drawn, junk = mostTimes * mostMessages } = context;
  const others = nodeIds(group).filter((node) => node !== self);
  const memory = new Memory(schema, drawn);
  let left = Math.min(mostTimes, Math.ceil(junk / mostMessages));
  const arm = (): readonly AdversaryEffect<M>[] =>
    left-- > 0 ? [{ kind: 'arm', timer: 'adversary:release', ticks: 1 + drawn.below(mostTicks) }] : [];
  const one = (): readonly AdversaryEffect<M>[] => {
    const known = drawn.below(3) === 0 ? memory.any() : undefined;
    const message = known === undefined ? memory.made() : mutate(schema, known, drawn);
    const to = drawn.below(2) === 0 ? others : others.filter(() => drawn.below(2) === 0);
    return sendEach(to, message);
  };
  return {
    begin: arm,
    speak(message, to) {
      memory.said(message);
      return sendEach(to, message);
    },
    hear: (message) => memory.heard(message),
    release() {
      const count = 1 + drawn.below(mostMessages);
      return [...Array.from({ length: count }, one).flat(), ...arm()];
    },
  };
}
