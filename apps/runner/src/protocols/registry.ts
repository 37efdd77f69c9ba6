/** Every protocol that the command knows. What a thread does not run it does not load. */
import { QuorateError } from '@quorate/serialization';
import { shown, suggestion } from '../suggest.js';
import { combinationNames, protocolNames, runnableNames, type RunnableName } from './names.js';
import type { ProtocolEntry } from './protocol.js';

const loaders: Readonly<Record<RunnableName, () => Promise<ProtocolEntry>>> = {
  basic: async () => (await import('./basic.js')).basic,
  bracha: async () => (await import('./bracha.js')).bracha,
  witness: async () => (await import('./witness.js')).witness,
  'aggregated-witness': async () => (await import('./aggregated-witness.js')).aggregatedWitness,
  barycentric: async () => (await import('./barycentric.js')).barycentric,
  approximate: async () => (await import('./approximate.js')).approximate,
  vote: async () => (await import('./vote.js')).vote,
  together: async () => (await import('./together.js')).together,
};

/** The protocol, or the combination, of that name. Throws Q9003. */
export async function protocolNamed(name: string): Promise<ProtocolEntry> {
  const known = runnableNames.find((candidate) => candidate === name);
  if (known !== undefined) return loaders[known]();
  const hint = suggestion(name, runnableNames, `protocols are ${protocolNames.join(', ')}`);
  throw new QuorateError('Q9003', `there is no protocol ${shown(name)}`, hint);
}

/** All protocols. */
export const allProtocols = (): Promise<readonly ProtocolEntry[]> =>
  Promise.all(protocolNames.map((name) => loaders[name]()));

/** All combinations of protocols. */
export const allCombinations = (): Promise<readonly ProtocolEntry[]> =>
  Promise.all(combinationNames.map((name) => loaders[name]()));
