/** What `quorate bench` measures. A subject is loaded when it is named. */
import { QuorateError } from '@quorate/serialization';
import { shown, suggestion } from '../suggest.js';
import type { Subject } from './subject.js';

const subjects: Readonly<Record<string, () => Promise<Subject>>> = {
  serialization: async () => (await import('./packages.js')).serialization,
  transport: async () => (await import('./packages.js')).transport,
  basic: async () => (await import('./protocols.js')).basic,
  sim: async () => (await import('./simulation.js')).simulation,
  bracha: async () => (await import('./protocols.js')).bracha,
};

/** Every name, from the bottom of the tree up. */
const subjectNames: readonly string[] = Object.keys(subjects);

/** The subject of that name. Throws Q9003. */
export async function subjectNamed(name: string): Promise<Subject> {
  const load = subjectNames.includes(name) ? subjects[name] : undefined;
  if (load !== undefined) return load();
  const hint = suggestion(name, subjectNames, `bench measures ${subjectNames.join(', ')}`);
  throw new QuorateError('Q9003', `bench does not know ${shown(name)}`, hint);
}
