/** A run as data: whoever has a plan can run it again, on any machine. */
import type { NodeId } from '@quorate/transport';
import type { When } from './adversaries/index.js';
import type { DiskFate, DiskOptions } from './disk-fate.js';
import type { FuzzPlan } from './fuzz.js';
import type { NetworkOptions } from './network-options.js';
import type { ScheduledEvent } from './schedule.js';
import type { TwinsPlan } from './twins-scenarios.js';

/** One node that lies. */
export interface PlannedFault {
  readonly node: NodeId;
  /** The name of a behaviour. */
  readonly behaviour: string;
  readonly when?: When;
}

/** One node that crashes and comes back. */
export interface PlannedRestart {
  readonly node: NodeId;
  /** It crashes at this tick, … */
  readonly at: number;
  /** … and starts again so many ticks later, unless the network healed meanwhile and started it. */
  readonly down: number;
  /** What it finds on its disk. Default `kept`. A node without records has lost everything, and counts among the faulty. */
  readonly disk?: DiskFate;
}

/** A network without what JSON cannot say. */
export type NetworkPlan = Omit<NetworkOptions, 'slow'> & { readonly slow?: readonly (readonly [NodeId, number])[] };

export interface RunPlan {
  readonly schema: 'quorate.plan/1';
  /** The name of the subject. */
  readonly subject: string;
  /** What the subject is made with, for whoever makes it by its name. */
  readonly settings?: Readonly<Record<string, string | number>>;
  readonly nodes: number;
  readonly faulty: number;
  /** More faults than the group tolerates are allowed. */
  readonly unsafe: boolean;
  readonly seed: number;
  readonly faults: readonly PlannedFault[];
  readonly network: NetworkPlan;
  /** Nodes that crash and come back. With its disk kept a node is correct; without, it counts among the f beside `faults`. */
  readonly restarts?: readonly PlannedRestart[];
  /** Speeds of clocks, in per mille of true time. */
  readonly clocks?: readonly (readonly [NodeId, number])[];
  /** How the disks behave, of a protocol with records. */
  readonly disk?: DiskOptions;
  /** The tick at which the network becomes perfect and crashed nodes start again: from then on everything promised is demanded, whatever was lost. */
  readonly heal?: number;
  /** A few dropped messages and small lies, each in one communication round. */
  readonly fuzz?: FuzzPlan;
  /** Who reaches whom in each of the first rounds, where faulty nodes are twins. */
  readonly twins?: TwinsPlan;
  /** Messages that a faulty node says beside what an honest one would, at most. Default 200. */
  readonly junk?: number;
  /** Values that each of `senders` puts in. */
  readonly count: number;
  readonly senders: readonly NodeId[];
  /** Length of a value, where the subject's values have one; without it, drawn. */
  readonly payload?: number;
  /** When a failure was shrunk: exactly these events. */
  readonly schedule?: readonly ScheduledEvent[];
}
