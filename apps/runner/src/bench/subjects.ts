/** What `quorate bench` measures. A subject is loaded when it is named. */
import { QuorateError } from '@quorate/serialization';
import { protocolNames } from '../protocols/names.js';
import { protocolNamed } from '../protocols/registry.js';
import { shown, suggestion } from '../suggest.js';
import type { Subject } from './subject.js';

/** What is measured beside the protocols. */
const layers: Readonly<Record<string, () => Promise<Subject>>> = {
  serialization: async () => (await import('./packages.js')).serialization,
  transport: async () => (await import('./packages.js')).transport,
  log: async () => (await import('./log.js')).log,
  sim: async () => (await import('./simulation.js')).simulation,
};

/** Every name. */
const subjectNames: readonly string[] = [...Object.keys(layers), ...protocolNames];

/** The subject of that name. Throws Q9003. */
export async function subjectNamed(name: string): Promise<Subject> {
  if (protocolNames.some((known) => known === name)) {
    const [entry, { protocolSubject }] = await Promise.all([protocolNamed(name), import('./protocols.js')]);
    return protocolSubject(entry);
  }
  const load = Object.hasOwn(layers, name) ? layers[name] : undefined;
  if (load !== undefined) return load();
  const hint = suggestion(name, subjectNames, `bench measures ${subjectNames.join(', ')}`);
  throw new QuorateError('Q9003', `bench does not know ${shown(name)}`, hint);
}
