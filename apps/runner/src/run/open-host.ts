/** From a plan to the host that one thread runs: the honest protocol, or the same protocol lying. */
import { QuorateError } from '@quorate/serialization';
import { behaviours, seededRandom, type AnyProtocol, type Behaviour } from '@quorate/simulation';
import { memoryStorage, openNode, type Storage, type Transport } from '@quorate/transport';
import { realClock } from '@quorate/transport/clock';
import type { Composition, OutputSummary } from '../protocols/protocol.js';
import type { Host, OnOutputs } from './host.js';
import { mortal } from './mortal.js';
import type { PlannedFault, RunPlan } from './plan.js';
import { mixed } from './values.js';

/** Adversaries draw from a stream of their own, beside the streams of the values. */
const adversaryStream = 0x41647673;
/** A crash without a time comes within so many events. */
const soonestEvents = 100;

/** What decides which protocol a node runs. */
export type NodePlan = Pick<RunPlan, 'protocol' | 'broadcast' | 'options' | 'group' | 'seed' | 'faults'>;

/** How a thread gets its host. */
export interface Opener<I, O> {
  readonly open: (onOutputs: OnOutputs<O>) => Promise<Host<I>>;
  /** The node begins: clocks that end the thread run from now on. */
  readonly started: () => void;
}

/** How the host of this transport is opened. */
export function openerFor<I, M, O, T, S extends OutputSummary>(
  composition: Composition<I, M, O, T, S>,
  plan: NodePlan,
  transport: Transport,
): Opener<I, O> {
  const fault = plan.faults.find(({ node }) => node === transport.self);
  const { group, self, incarnation } = transport;
  const open: Opener<I, O>['open'] = (onOutputs) => {
    if (fault === undefined && composition.openHost !== undefined) return composition.openHost(transport, onOutputs);
    const make = (): AnyProtocol<I, M, O, T, unknown> => composition.honest({ group, self, incarnation });
    const storage = composition.storage?.({ group, self, seed: plan.seed }) ?? memoryStorage();
    const own = composition.behaviours ?? [];
    return opened(plan, { transport, storage, own }, fault, make, onOutputs);
  };
  const ends = fault?.at !== undefined && endsThread(fault) && transport.incarnation === 0;
  return { open, started: ends ? () => void setTimeout(endThread, fault.at) : () => undefined };
}

/** What a node has besides its protocol; `own` are the behaviours that its protocol alone knows. */
interface Place {
  readonly transport: Transport;
  readonly storage: Storage;
  readonly own: readonly Behaviour[];
}

function opened<I, M, O, T>(
  plan: NodePlan,
  { transport, storage, own }: Place,
  fault: PlannedFault | undefined,
  make: () => AnyProtocol<I, M, O, T, unknown>,
  onOutputs: OnOutputs<O>,
): Promise<Host<I>> {
  const clock = realClock();
  const { group, self, incarnation } = transport;
  if (fault === undefined || incarnation > 0) {
    return openNode({ transport, protocol: make(), clock, storage, onOutputs });
  }
  const random = seededRandom(mixed(plan.seed, self, adversaryStream));
  if (endsThread(fault)) {
    // A thread that ends is more of a crash than one that falls silent.
    const events = fault.at === undefined ? random.below(soonestEvents) : Number.POSITIVE_INFINITY;
    return openNode({ transport, protocol: mortal(make(), events, endThread), clock, storage, onOutputs });
  }
  const behaviour = own.find(({ name }) => name === fault.behaviour) ?? behaviours.get(fault.behaviour);
  if (behaviour === undefined) throw new QuorateError('Q9000', `the behaviour ${fault.behaviour} was not checked`);
  const when = fault.at === undefined ? {} : { when: { kind: 'ticks', after: fault.at } as const };
  // Those who conspire draw from generators that were seeded alike.
  const shared = seededRandom(mixed(plan.seed, group.n, adversaryStream));
  const protocol = behaviour.wrap(make, { group, self, random, shared, ...when });
  return openNode({ transport, protocol, clock, storage, onOutputs });
}

/** What happens to the thread itself on real threads: it ends, and with `restart` is started again as a new life of the node. */
const endsThread = ({ behaviour }: PlannedFault): boolean => behaviour === 'crash' || behaviour === 'restart';

/** In a worker this ends the thread and nothing else. */
function endThread(): never {
  process.exit(0);
}
