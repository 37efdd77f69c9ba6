import { openThreads } from '../run/thread-group.js';
import { measureLoad } from './load.js';
import { openPostMessageThreads } from './post-message-group.js';
import type { Subject, SubjectFigures, SubjectOptions } from './subject.js';

/** The baseline needs less time to settle. */
const baselineShare = 0.5;

/** Reliable broadcast, every node broadcasting with its window full; beside it the same over plain `postMessage`. */
export const bracha: Subject = {
  name: 'bracha',
  operation: 'a broadcast delivered by every correct node',
  measure,
};

async function measure({
  group,
  payload,
  seconds,
  seed,
  broadcast,
  faults,
  signal,
}: SubjectOptions): Promise<SubjectFigures> {
  const plan = { protocol: 'bracha' as const, group, broadcast, seed, faults, payload };
  const ours = await measureLoad(
    plan,
    seconds,
    (load, counts) => openThreads(group, { kind: 'load', plan: load, counts }),
    signal,
  );
  const plain = await measureLoad(
    plan,
    seconds * baselineShare,
    (load, counts) => Promise.resolve(openPostMessageThreads(group, { kind: 'load', plan: load, counts })),
    signal,
  );
  const { n } = group;
  return {
    ...ours,
    // RBC8: n inputs, n² echoes, n² votes, the sender's own share included.
    ...(faults.length === 0 && broadcast === 'bracha' ? { messagesPerOpExpected: n + 2 * n * n } : {}),
    baseline: { name: `${broadcast} over postMessage`, opsPerSecond: plain.opsPerSecond },
  };
}
