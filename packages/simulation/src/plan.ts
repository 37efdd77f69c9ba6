/** A run as data: whoever has a plan can run it again, on any machine. */
import type { NodeId } from '@quorate/transport';
import type { When } from './adversaries/index.js';
import type { NetworkOptions } from './network-options.js';
import type { ScheduledEvent } from './schedule.js';

/** One node that lies. */
export interface PlannedFault {
  readonly node: NodeId;
  /** The name of a behaviour. */
  readonly behaviour: string;
  readonly when?: When;
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
  /** Values that each of `senders` puts in. */
  readonly count: number;
  readonly senders: readonly NodeId[];
  /** Length of a value, where the subject's values have one; without it, drawn. */
  readonly payload?: number;
  /** When a failure was shrunk: exactly these events. */
  readonly schedule?: readonly ScheduledEvent[];
}
