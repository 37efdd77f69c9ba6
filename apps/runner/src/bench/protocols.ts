/** Protocols under load on worker threads; beside each the same protocol over plain `postMessage`. */
import type { ProtocolName } from '../catalogue/protocols.js';
import { layerOf } from '../run/plan.js';
import { openThreads } from '../run/thread-group.js';
import { measureLoad } from './load.js';
import { openPostMessageThreads } from './post-message-group.js';
import type { Subject, SubjectFigures, SubjectOptions } from './subject.js';

/** The baseline needs less time to settle. */
const baselineShare = 0.5;

/** The basic layer: every node sends to everybody as fast as the links take it. */
export const basic: Subject = {
  name: 'basic',
  operation: 'a message to everybody, received by every correct node',
  grouped: true,
  measure: (options) => measured('basic', options),
};

/** Reliable broadcast: every node broadcasts with its window full. */
export const bracha: Subject = {
  name: 'bracha',
  operation: 'a broadcast delivered by every correct node',
  grouped: true,
  measure: (options) => measured('bracha', options),
};

async function measured(protocol: ProtocolName, options: SubjectOptions): Promise<SubjectFigures> {
  const { group, payload, seconds, seed, broadcast, faults, signal } = options;
  const plan = { protocol, group, broadcast, seed, faults, payload };
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
  const layer = layerOf(plan);
  const expected = messagesOf[layer](group.n);
  return {
    ...ours,
    ...(faults.length === 0 ? { messagesPerOpExpected: expected } : {}),
    baseline: { name: `${layer} over postMessage`, opsPerSecond: plain.opsPerSecond },
  };
}

/** What one broadcast costs without faults, a node's own share included: for Bracha n inputs, n² echoes, n² votes (RBC8). */
const messagesOf = {
  basic: (n: number) => n,
  'best-effort': (n: number) => n,
  bracha: (n: number) => n + 2 * n * n,
} as const;
