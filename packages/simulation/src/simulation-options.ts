import { nodeId, QuorateError, type CheckerFactory, type Group, type NodeId } from '@quorate/transport';
import type { DiskOptions } from './disk-fate.js';
import type { NetworkOptions } from './network-options.js';
import type { AnyProtocol } from './node-slot.js';
import { seededRandom, type Random } from './random.js';
import type { ScheduledEvent } from './schedule.js';
import type { SimulationEvent } from './simulation-event.js';

/** What a node's protocol is made from, at the start and after each restart. */
export interface NodeContext {
  readonly group: Group;
  readonly self: NodeId;
  readonly incarnation: number;
  /** For adversaries: drawn from the run's seed, apart from the network's draws. */
  readonly random: Random;
}

export interface SimulationOptions<I, M, O, T = never, R = never> {
  readonly group: Group;
  /** Any 32-bit integer, with or without a sign: −2^31 … 2^32 − 1. */
  readonly seed: number;
  readonly protocol: (context: NodeContext) => AnyProtocol<I, M, O, T, R>;
  /** Nodes that do not keep to the protocol; `protocol` may give them one that lies. At most f, unless `unsafe`. */
  readonly faulty?: readonly NodeId[];
  /** Faulty nodes that run nothing: what they say is put in with `send` and `sendBytes`. */
  readonly puppets?: readonly NodeId[];
  /** Permits more faulty nodes than the group tolerates, to watch what breaks. */
  readonly unsafe?: boolean;
  readonly network?: NetworkOptions;
  /** The disks of a protocol with records. */
  readonly disk?: DiskOptions;
  /** Speeds of clocks, in per mille of true time: at 1,100 a timer of 100 ticks runs out after 91. Default 1,000. */
  readonly clocks?: ReadonlyMap<NodeId, number>;
  readonly checkers?: readonly CheckerFactory<I, M, O>[];
  /** Exactly these events happen, in this order, whatever the network would do. */
  readonly schedule?: readonly ScheduledEvent[];
  /** Sees each event that a schedule can name, when it happens. */
  readonly record?: (event: ScheduledEvent) => void;
  /** Messages, and likewise timers, after which the run is taken for one without end. Default 10 million. */
  readonly maxMessages?: number;
  /** Keeps what leaves each node, for `said` and `digest`. Memory grows with the run. Default false. */
  readonly keepSaid?: boolean;
  /** Sees every event, in order. */
  readonly observer?: (event: SimulationEvent<I, M, O>) => void;
}

/** The nodes that do not keep to the protocol. Throws Q1002 (no such node) or Q5011 (too many). */
export function liarsOf<I, M, O, T, R>(options: SimulationOptions<I, M, O, T, R>): ReadonlySet<NodeId> {
  const { group, faulty = [], puppets = [], unsafe = false } = options;
  const liars = new Set([...faulty, ...puppets].map((node) => nodeId(group, node)));
  if (liars.size <= group.f || unsafe) return liars;
  throw tooManyFaulty(liars.size, group);
}

/** Q5011. */
export function tooManyFaulty(count: number, { f }: Group): QuorateError {
  const nodes = count === 1 ? '1 faulty node is' : `${count} faulty nodes are`;
  return new QuorateError('Q5011', `${nodes} more than f = ${f}`, 'pass unsafe: true to watch it fail');
}

/** The protocol of a node's next life. */
export function makeProtocol<I, M, O, T, R>(
  { group, seed, protocol }: SimulationOptions<I, M, O, T, R>,
  { id, incarnation }: { readonly id: NodeId; readonly incarnation: number },
): AnyProtocol<I, M, O, T, R> {
  let made: Random | undefined;
  return protocol({
    group,
    self: id,
    incarnation,
    // Honest nodes never ask for it.
    get random() {
      made ??= seededRandom((seed ^ Math.imul(id + 1, 0x9e37_79b1) ^ (incarnation << 20)) | 0);
      return made;
    },
  });
}
