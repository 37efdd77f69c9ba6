/** From a plan to the host that one thread runs: the honest protocol, or the same protocol lying. */
import { BestEffortBroadcast, ReliableBroadcast, type Delivery } from '@quorate/reliable-broadcast';
import { QuorateError } from '@quorate/serialization';
import { behaviours, seededRandom } from '@quorate/simulation';
import { openNode, type NodeId, type Protocol, type Transport } from '@quorate/transport';
import { realClock } from '@quorate/transport/clock';
import { maxPayload } from '../settings.js';
import { openBasicHost } from './basic-host.js';
import { BasicProtocol } from './basic-protocol.js';
import type { Host, OnDeliveries } from './host.js';
import { Mortal } from './mortal.js';
import { layerOf, type LayerName, type PlannedFault, type RunPlan } from './plan.js';
import { mixed } from './values.js';

/** Adversaries draw from a stream of their own, beside the streams of the values. */
const adversaryStream = 0x41647673;
/** A crash without a time comes within so many events. */
const soonestEvents = 100;

/** What decides which protocol a node runs. */
export type NodePlan = Pick<RunPlan, 'protocol' | 'group' | 'broadcast' | 'seed' | 'faults'>;

/** How a thread gets its host. */
export interface Opener {
  readonly open: (onDeliveries: OnDeliveries) => Promise<Host>;
  /** The broadcasts begin: clocks that end the thread run from now on. */
  readonly started: () => void;
}

/** How the host of this transport is opened. */
export function openerFor(plan: NodePlan, transport: Transport): Opener {
  const fault = plan.faults.find(({ node }) => node === transport.self);
  const options = { group: plan.group, self: transport.self, incarnation: transport.incarnation };
  const open: Opener['open'] = (onDeliveries) => {
    if (fault === undefined && plan.protocol === 'basic') return openBasicHost(transport, onDeliveries);
    return layers[layerOf(plan)](options, (protocol) => opened(plan, transport, fault, protocol, onDeliveries));
  };
  const ends = fault?.behaviour === 'crash' && fault.at !== undefined;
  return { open, started: ends ? () => void setTimeout(endThread, fault.at) : () => undefined };
}

type Options = { readonly group: RunPlan['group']; readonly self: NodeId; readonly incarnation: number };
type Use = <M>(protocol: Protocol<Uint8Array, M, Delivery>) => Promise<Host>;

/** Each layer has messages of its own type, so a layer is handed on rather than answered. */
const layers: Readonly<Record<LayerName, (options: Options, use: Use) => Promise<Host>>> = {
  basic: (_, use) => use(new BasicProtocol(maxPayload)),
  bracha: (options, use) => use(new ReliableBroadcast(options)),
  'best-effort': (options, use) => use(new BestEffortBroadcast(options)),
};

function opened<M>(
  plan: NodePlan,
  transport: Transport,
  fault: PlannedFault | undefined,
  honest: Protocol<Uint8Array, M, Delivery>,
  onOutputs: OnDeliveries,
): Promise<Host> {
  if (fault === undefined) return openNode({ transport, protocol: honest, onOutputs });
  const random = seededRandom(mixed(plan.seed, transport.self, adversaryStream));
  if (fault.behaviour === 'crash') {
    // A thread that ends is more of a crash than one that falls silent.
    const events = fault.at === undefined ? random.below(soonestEvents) : Number.POSITIVE_INFINITY;
    return openNode({ transport, protocol: new Mortal(honest, events, endThread), onOutputs });
  }
  const behaviour = behaviours.get(fault.behaviour);
  if (behaviour === undefined) throw new QuorateError('Q9000', `the behaviour ${fault.behaviour} was not checked`);
  const when = fault.at === undefined ? {} : { when: { kind: 'ticks', after: fault.at } as const };
  const protocol = behaviour.wrap(honest, { group: plan.group, self: transport.self, random, ...when });
  return openNode({ transport, protocol, clock: realClock(), onOutputs });
}

/** In a worker this ends the thread and nothing else. */
function endThread(): never {
  process.exit(0);
}
