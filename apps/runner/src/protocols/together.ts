import { maxFaulty } from '@quorate/transport';
import { aggregatedWitness } from './aggregated-witness.js';
import { approximate } from './approximate.js';
import { barycentric } from './barycentric.js';
import { bracha } from './bracha.js';
import type { Composition, OutputSummary, ProtocolEntry, Stack, Use } from './protocol.js';
import { both, promisesOf } from './together/both.js';
import { witness } from './witness.js';

/** All of them share one group: approximate agreement has one dimension, so that n > 3f suffices for every one. */
const members: readonly ProtocolEntry[] = [bracha, witness, aggregatedWitness, barycentric, approximate];

/** Every protocol over the same links at the same time. `quorate demo --all` runs it; it is no protocol of its own. */
export const together: ProtocolEntry = {
  name: 'together',
  summary: `${members.map(({ name }) => name).join(', ')}: all over the same group at the same time (demo --all)`,
  broadcast: 'below',
  work: 'rounds',
  settings: ['rounds', 'payload'],
  defaults: {},
  inputsPerRound: members.length,
  usualWork: 2,
  promises: members.flatMap(promisesOf),
  mostFaulty: maxFaulty,
  compose: (stack, use) => composed(members, stack, use),
};

/** The first beside all others, which are composed alike. */
function composed<R>(entries: readonly ProtocolEntry[], stack: Stack, use: Use<R>): R {
  const [one, ...others] = entries;
  if (one === undefined) throw new RangeError('there is nothing to run');
  return one.compose(stackOf(one, stack), <I, M, O, T, S extends OutputSummary>(parts: Composition<I, M, O, T, S>) => {
    if (others.length === 0) return use(parts);
    // A single one is named here; several have been named when they were put together.
    const name = others.length === 1 ? others[0]?.name : undefined;
    return composed(others, stack, (rest) =>
      use(both({ name: one.name, size: 1, parts }, { name, size: others.length, parts: rest })),
    );
  });
}

const stackOf = ({ name, defaults }: ProtocolEntry, { broadcast }: Stack): Stack => ({
  protocol: name,
  broadcast,
  options: defaults,
});
