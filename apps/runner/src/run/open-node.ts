/** From a plan to the node that one thread runs: the honest protocol, or the same protocol lying. */
import { BestEffortBroadcast, ReliableBroadcast, type Broadcast, type Delivery } from '@quorate/reliable-broadcast';
import { QuorateError } from '@quorate/serialization';
import { behaviours, seededRandom } from '@quorate/simulation';
import { openNode, type Node, type NodeId, type Transport } from '@quorate/transport';
import { realClock } from './clock.js';
import type { BroadcastName } from '../catalogue/broadcasts.js';
import { Mortal } from './mortal.js';
import type { OpenNode } from './participant.js';
import type { PlannedFault, RunPlan } from './plan.js';
import { mixed } from './values.js';

/** Adversaries draw from a stream of their own, beside the streams of the values. */
const adversaryStream = 0x41647673;
/** A crash without a time comes within so many events. */
const soonestEvents = 100;

/** How a thread gets its node. */
export interface Opener {
  readonly open: OpenNode;
  /** The broadcasts begin: clocks that end the thread run from now on. */
  readonly started: () => void;
}

/** How the node of this transport is opened. */
export function openerFor(plan: RunPlan, transport: Transport): Opener {
  const fault = plan.faults.find(({ node }) => node === transport.self);
  const options = { group: plan.group, self: transport.self, incarnation: transport.incarnation };
  const open: OpenNode = (onOutputs) =>
    layers[plan.broadcast](options, (broadcast) => opened(plan, transport, fault, broadcast, onOutputs));
  const ends = fault?.behaviour === 'crash' && fault.at !== undefined;
  return { open, started: ends ? () => void setTimeout(endThread, fault.at) : () => undefined };
}

type Options = { readonly group: RunPlan['group']; readonly self: NodeId; readonly incarnation: number };
type Use = <M>(broadcast: Broadcast<M>) => Promise<Node<Uint8Array, Delivery>>;

/** Each layer has messages of its own type, so a layer is handed on rather than answered. */
const layers: Readonly<Record<BroadcastName, (options: Options, use: Use) => ReturnType<Use>>> = {
  bracha: (options, use) => use(new ReliableBroadcast(options)),
  'best-effort': (options, use) => use(new BestEffortBroadcast(options)),
};

function opened<M>(
  plan: RunPlan,
  transport: Transport,
  fault: PlannedFault | undefined,
  broadcast: Broadcast<M>,
  onOutputs: (deliveries: readonly Delivery[]) => void,
): Promise<Node<Uint8Array, Delivery>> {
  if (fault === undefined) return openNode({ transport, protocol: broadcast, onOutputs });
  const random = seededRandom(mixed(plan.seed, transport.self, adversaryStream));
  if (fault.behaviour === 'crash') {
    // A thread that ends is more of a crash than one that falls silent.
    const events = fault.at === undefined ? random.below(soonestEvents) : Number.POSITIVE_INFINITY;
    return openNode({ transport, protocol: new Mortal(broadcast, events, endThread), onOutputs });
  }
  const behaviour = behaviours.get(fault.behaviour);
  if (behaviour === undefined) throw new QuorateError('Q9000', `the behaviour ${fault.behaviour} was not checked`);
  const when = fault.at === undefined ? {} : { when: { kind: 'ticks', after: fault.at } as const };
  const protocol = behaviour.wrap(broadcast, { group: plan.group, self: transport.self, random, ...when });
  return openNode({ transport, protocol, clock: realClock, onOutputs });
}

/** In a worker this ends the thread and nothing else. */
function endThread(): never {
  process.exit(0);
}
