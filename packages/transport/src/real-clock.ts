import type { Clock } from './clock.js';

/** The longest delay that `setTimeout` can hold; longer ones are slept in parts. */
const longestDelay = 0x7fff_ffff;

/**
 * The clock of the machine: one tick is a millisecond, `now` never goes back. An armed timer keeps the process alive until
 * it fires or is cancelled; hosts cancel theirs when they are closed.
 */
export const realClock = (): Clock => ({
  now: () => performance.now(),
  schedule(ticks, run) {
    const due = performance.now() + ticks;
    let timer: ReturnType<typeof setTimeout>;
    const sleep = (): void => {
      const left = due - performance.now();
      // setTimeout counts in whole milliseconds and may be a fraction early.
      if (left <= 0) run();
      else timer = setTimeout(sleep, Math.min(Math.ceil(left), longestDelay));
    };
    timer = setTimeout(sleep, Math.min(ticks, longestDelay));
    return () => clearTimeout(timer);
  },
});
