import { sendEach, type AdversaryContext, type AdversaryEffect, type Behaviour, type Conduct } from './behaviour.js';
import { Liar } from './liar.js';

/** Everything that it says leaves so many ticks later at least, and less than twice as many. */
const minTicks = 300;
/** So many messages wait at most (one for each receiver); when one more comes, the oldest leave. */
const maxWaiting = 4096;

/** Says everything an honest node says, each message the same long time late: correct, and of no use to anybody. */
export const slow: Behaviour = {
  name: 'slow',
  summary: `sends everything ${minTicks} ticks late and more, the same for every message`,
  wrap: (make, context) => new Liar(make(), context, late(context)),
};

function late<M>({ random }: AdversaryContext): Conduct<M> {
  const ticks = minTicks + random.below(minTicks);
  const waiting: (readonly AdversaryEffect<M>[])[] = [];
  let size = 0;
  let batch = 0;
  const isFull = (): boolean => size > maxWaiting;
  const oldest = (): readonly AdversaryEffect<M>[] => {
    const leaving = waiting.shift() ?? [];
    size -= leaving.length;
    return leaving;
  };
  return {
    speak(message, to) {
      waiting.push(sendEach(to, message));
      size += to.length;
      const leaving: AdversaryEffect<M>[] = [];
      while (isFull()) leaving.push(...oldest());
      // A timer of its own for each: armed anew, it would start anew.
      return [...leaving, { kind: 'arm', timer: `adversary:release:${batch++}`, ticks }];
    },
    release: oldest,
  };
}
