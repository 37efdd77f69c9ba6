import type { Clock } from '@quorate/transport';

/** Real time, a millisecond to the tick. */
export const realClock: Clock = {
  now: () => performance.now(),
  schedule(ticks, run) {
    const timer = setTimeout(run, ticks);
    return () => clearTimeout(timer);
  },
};
