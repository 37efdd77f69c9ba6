import { createGroup, nodeId, type Shape } from '@quorate/reliable-broadcast';
import type { Behaviour } from '@quorate/simulation';
import { QuorateError } from '@quorate/serialization';
import { allProtocols } from '../protocols/registry.js';
import type { ProtocolEntry, Stack } from '../protocols/protocol.js';
import { behaviourNamed, faultEntries } from './faults.js';

/** The protocols that a behaviour can do something to, as they are when nobody asks for anything else. */
export async function protocolsOf(behaviour: Behaviour): Promise<readonly string[]> {
  const entries = await allProtocols();
  return entries.filter((entry) => applies(behaviour, shapeOf(entry, plainStack(entry)))).map(({ name }) => name);
}

/** The behaviours that can do something to a protocol. */
export function behavioursOf(entry: ProtocolEntry, stack: Stack): readonly string[] {
  const shape = shapeOf(entry, stack);
  return faultEntries.filter((behaviour) => applies(behaviour, shape)).map(({ name }) => name);
}

/** Throws Q9004 (no such behaviour) or Q9007 (not with these messages). */
export async function checkBehaviours(names: readonly string[], entry: ProtocolEntry, stack: Stack): Promise<void> {
  for (const name of names) {
    const behaviour = behaviourNamed(name);
    if (applies(behaviour, shapeOf(entry, stack))) continue;
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

/** The messages of a protocol. Which there are does not depend on the size of the group: it is one that tolerates a fault. */
function shapeOf(entry: ProtocolEntry, stack: Stack): Shape {
  let nodes = 4;
  while (entry.mostFaulty(nodes, stack.options) < 1) nodes++;
  const group = createGroup({ nodes, faulty: 1 });
  const node = { group, self: nodeId(group, 0), incarnation: 0 };
  return entry.compose(stack, (composition) => composition.honest(node).schema.shape);
}

const applies = ({ appliesTo }: Behaviour, shape: Shape): boolean => appliesTo === undefined || appliesTo(shape);
