import { createGroup, nodeId, type Shape } from '@quorate/reliable-broadcast';
import { behaviours, type Behaviour } from '@quorate/simulation';
import { QuorateError } from '@quorate/serialization';
import { allProtocols } from '../protocols/registry.js';
import type { ProtocolEntry, Stack } from '../protocols/protocol.js';
import { behaviourNamed, faultEntries } from './faults.js';

/** The protocols that a behaviour can do something to, as they are when nobody asks for anything else. */
export async function protocolsOf(behaviour: Behaviour): Promise<readonly string[]> {
  const entries = await allProtocols();
  return entries.filter((entry) => applies(behaviour, speakers(entry, plainStack(entry)))).map(({ name }) => name);
}

/** The behaviours that can do something to a protocol. */
export function behavioursOf(entry: ProtocolEntry, stack: Stack): readonly string[] {
  const those = speakers(entry, stack);
  return faultEntries.filter((behaviour) => applies(behaviour, those)).map(({ name }) => name);
}

/** Throws Q9004 (no such behaviour) or Q9007 (not with these messages). */
export async function checkBehaviours(names: readonly string[], entry: ProtocolEntry, stack: Stack): Promise<void> {
  for (const name of names) {
    const behaviour = behaviourNamed(name);
    if (applies(behaviour, speakers(entry, stack))) continue;
    const applicable = (await protocolsOf(behaviour)).join(', ');
    const layer = entry.compose(stack, (composition) => composition.layer);
    const why = `${name} does not apply to ${layer}: ${behaviour.summary}`;
    throw new QuorateError('Q9007', why, `it applies to ${applicable}`);
  }
}

/** A protocol as it is when nobody asks for anything else. */
export const plainStack = (entry: ProtocolEntry): Stack => ({
  protocol: entry.name,
  broadcast: 'bracha',
  options: entry.defaults,
});

/** Those who speak a protocol: their messages, and the ways to misbehave that they alone know. */
interface Speakers {
  readonly shape: Shape;
  readonly own: readonly Behaviour[];
}

/** Which messages there are does not depend on the size of the group: it is one that tolerates a fault. */
function speakers(entry: ProtocolEntry, stack: Stack): Speakers {
  let nodes = 4;
  while (entry.mostFaulty(nodes, stack.options) < 1) nodes++;
  const group = createGroup({ nodes, faulty: 1 });
  const node = { group, self: nodeId(group, 0), incarnation: 0 };
  return entry.compose(stack, ({ honest, behaviours: own = [] }) => ({ shape: honest(node).schema.shape, own }));
}

const applies = (behaviour: Behaviour, { shape, own }: Speakers): boolean =>
  (behaviours.has(behaviour.name) || own.includes(behaviour)) && (behaviour.appliesTo?.(shape) ?? true);
