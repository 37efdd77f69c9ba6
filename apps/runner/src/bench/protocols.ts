/** Protocols under load on worker threads; beside each the same protocol over plain `postMessage`. */
import { plainStack } from '../catalogue/applicability.js';
import type { Composition, OutputSummary, ProtocolEntry } from '../protocols/protocol.js';
import { revivedNodes } from '../run/plan.js';
import { openThreads } from '../run/thread-group.js';
import { measureLoad } from './load.js';
import { openPostMessageThreads } from './post-message-group.js';
import type { Subject, SubjectFigures, SubjectOptions } from './subject.js';

/** The baseline needs less time to settle. */
const baselineShare = 0.5;

/** Every node puts in values as fast as its host takes them. */
export const protocolSubject = (entry: ProtocolEntry): Subject => ({
  name: entry.name,
  operation: entry.compose(plainStack(entry), ({ load }) => load.operation),
  grouped: true,
  protocol: entry,
  measure: async (options) => {
    if (entry.work === 'votes') {
      const { measureVotes } = await import('./votes.js');
      return measureVotes(entry, options);
    }
    const stack = { protocol: entry.name, broadcast: options.broadcast, options: options.protocolOptions };
    return entry.compose(stack, (composition) => measured(composition, { ...stack, ...options }));
  },
});

async function measured<I, M, O, T, S extends OutputSummary>(
  { layer, load }: Composition<I, M, O, T, S>,
  options: SubjectOptions & { readonly protocol: string; readonly options: SubjectOptions['protocolOptions'] },
): Promise<SubjectFigures> {
  const { protocol, group, payload, seconds, seed, broadcast, faults, signal } = options;
  const plan = { protocol, group, broadcast, options: options.options, seed, faults, payload };
  const ours = await measureLoad(
    load,
    plan,
    seconds,
    (data, counts) => openThreads(group, { kind: 'load', plan: data, counts }, undefined, revivedNodes(data)),
    signal,
  );
  const plain = await measureLoad(
    load,
    plan,
    seconds * baselineShare,
    (data, counts) => Promise.resolve(openPostMessageThreads(group, { kind: 'load', plan: data, counts })),
    signal,
  );
  const { messages, formula, properties } = load;
  return {
    ...ours,
    properties,
    ...(faults.length === 0 && messages !== undefined ? { messagesPerOpExpected: messages(group.n) } : {}),
    ...(formula === undefined ? {} : { messagesFormula: formula }),
    baseline: { name: `${layer} over postMessage`, opsPerSecond: plain.opsPerSecond },
  };
}
