/** What a run is, decided before any thread starts. Plain data: it goes to every worker as it is. */
import type { Group } from '@quorate/transport';
import type { Stack } from '../protocols/protocol.js';

/** A node that misbehaves. */
export interface PlannedFault {
  readonly node: number;
  readonly behaviour: string;
  /** Milliseconds after the node's start; without it, when the behaviour itself sees fit. */
  readonly at: number | undefined;
}

/** The values that a sender broadcasts, one after the other. */
export type Work =
  | { readonly kind: 'random'; readonly count: number; readonly payload: number }
  /** A file in shared memory; value i is what lies between end i − 1 (or 0) and end i. */
  | { readonly kind: 'file'; readonly bytes: SharedArrayBuffer; readonly ends: Float64Array<SharedArrayBuffer> };

/** A whole run. */
export interface RunPlan extends Stack {
  readonly group: Group;
  readonly unsafe: boolean;
  readonly seed: number;
  readonly faults: readonly PlannedFault[];
  /** Nodes that keep to the protocol, and have lost what they had on disk: they count among the f. */
  readonly lost?: readonly number[];
  readonly work: Work;
  /** The nodes that broadcast the work; all of them, or one. */
  readonly senders: readonly number[];
  /** Milliseconds in which nothing moves after which the run is given up. */
  readonly timeout: number;
}

/** How many values each sender broadcasts. */
export const countOf = (work: Work): number => (work.kind === 'random' ? work.count : work.ends.length);

/** The nodes that keep to the protocol. */
export function correctNodes(plan: Pick<RunPlan, 'group' | 'faults' | 'lost'>): readonly number[] {
  const faulty = new Set([...plan.faults.map((fault) => fault.node), ...(plan.lost ?? [])]);
  return Array.from({ length: plan.group.n }, (_, node) => node).filter((node) => !faulty.has(node));
}

/** The nodes whose threads end, and are started anew. */
export const revivedNodes = ({ faults }: Pick<RunPlan, 'faults'>): ReadonlySet<number> =>
  new Set(faults.filter(({ behaviour }) => behaviour === 'restart').map(({ node }) => node));
