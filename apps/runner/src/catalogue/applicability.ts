import { BestEffortBroadcast, createGroup, nodeId, ReliableBroadcast, type Schema } from '@quorate/reliable-broadcast';
import type { Behaviour } from '@quorate/simulation';
import { QuorateError } from '@quorate/serialization';
import type { BroadcastName } from './broadcasts.js';
import { behaviourNamed, faultEntries } from './faults.js';
import { BasicProtocol } from '../run/basic-protocol.js';
import { layerOf, type LayerName } from '../run/plan.js';
import { maxPayload } from '../settings.js';
import { protocols, type ProtocolName } from './protocols.js';

/** The smallest group that tolerates a fault: which messages there are does not depend on its size. */
const group = createGroup({ nodes: 4 });
const options = { group, self: nodeId(group, 0) };

const schemaOf: Readonly<Record<LayerName, () => Schema<unknown>>> = {
  basic: () => new BasicProtocol(maxPayload).schema,
  bracha: () => new ReliableBroadcast(options).schema,
  'best-effort': () => new BestEffortBroadcast(options).schema,
};

/** The protocols that a behaviour can do something to. */
export const protocolsOf = (behaviour: Behaviour): readonly ProtocolName[] =>
  protocols
    .map(({ name }) => name)
    .filter((name) => applies(behaviour, layerOf({ protocol: name, broadcast: 'bracha' })));

/** The behaviours that can do something to a broadcast layer. */
export const behavioursOf = (broadcast: BroadcastName): readonly string[] =>
  faultEntries.filter((behaviour) => applies(behaviour, broadcast)).map(({ name }) => name);

/** Throws Q9004 (no such behaviour) or Q9007 (not with these messages). */
export function checkBehaviour(name: string, protocol: ProtocolName, broadcast: BroadcastName): void {
  const behaviour = behaviourNamed(name);
  const layer = layerOf({ protocol, broadcast });
  if (applies(behaviour, layer)) return;
  const applicable = protocolsOf(behaviour).join(', ');
  throw new QuorateError(
    'Q9007',
    `${name} does not apply to ${layer}: ${behaviour.summary}`,
    `it applies to ${applicable}`,
  );
}

const applies = ({ appliesTo }: Behaviour, layer: LayerName): boolean =>
  appliesTo === undefined || appliesTo(schemaOf[layer]().shape);
