import { sendEach, type AdversaryEffect, type AdversaryContext, type Behaviour, type Conduct } from './behaviour.js';
import { Liar } from './liar.js';

/** A message waits at least so many ticks, and less than four times as many. */
const minTicks = 20;
/** So many messages wait at most (one for each receiver); when one more comes, all of them leave. */
const maxWaiting = 4096;

/** Says everything an honest node says, later, and in bursts. No message is lost, and each link keeps its order. */
export const delay: Behaviour = {
  name: 'delay',
  summary: `holds everything it sends back for ${minTicks} ticks and more`,
  wrap: (make, context) => new Liar(make(), context, holding(context)),
};

// Two queues share one timer: what comes in during one period leaves at the end of the next.
function holding<M>({ random }: AdversaryContext): Conduct<M> {
  let waiting: AdversaryEffect<M>[] = [];
  let coming: AdversaryEffect<M>[] = [];
  let armed = false;
  const arm = (): AdversaryEffect<M> => {
    armed = true;
    return { kind: 'arm', timer: 'adversary:release', ticks: minTicks + random.below(minTicks) };
  };
  const all = (): AdversaryEffect<M>[] => {
    const everything = [...waiting, ...coming];
    waiting = [];
    coming = [];
    return everything;
  };
  return {
    speak(message, to) {
      coming.push(...sendEach(to, message));
      const leaving = waiting.length + coming.length > maxWaiting ? all() : [];
      return armed ? leaving : [...leaving, arm()];
    },
    release() {
      const leaving = waiting;
      waiting = coming;
      coming = [];
      armed = waiting.length > 0;
      return armed ? [...leaving, arm()] : leaving;
    },
  };
}
