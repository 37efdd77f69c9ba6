import type { NodeId } from '@quorate/transport';
import type { ReportedFault } from './node-slot.js';

/** What happened, in the order in which it did. */
export type SimulationEvent<I, M, O> =
  | { readonly kind: 'input'; readonly tick: number; readonly node: NodeId; readonly value: I }
  | {
      readonly kind: 'receive';
      readonly tick: number;
      readonly node: NodeId;
      readonly from: NodeId;
      /** Which send of the run it comes from, from 0; one to all is one. What a node tells itself has none, and comes in the order of sending. */
      readonly sent?: number;
      readonly message: M;
    }
  | {
      readonly kind: 'send';
      readonly tick: number;
      readonly node: NodeId;
      readonly to: NodeId | 'all';
      readonly message: M;
    }
  | { readonly kind: 'output'; readonly tick: number; readonly node: NodeId; readonly value: O }
  | { readonly kind: 'fault'; readonly tick: number; readonly node: NodeId; readonly report: ReportedFault }
  | { readonly kind: 'expire'; readonly tick: number; readonly node: NodeId; readonly timer: string }
  | { readonly kind: 'persist'; readonly tick: number; readonly node: NodeId; readonly record: unknown }
  | { readonly kind: 'compact'; readonly tick: number; readonly node: NodeId; readonly records: readonly unknown[] }
  /** A write is over; so many bytes are on the disk. */
  | { readonly kind: 'durable'; readonly tick: number; readonly node: NodeId; readonly bytes: number }
  /** The second phase begins: the node is of the core, in which the network is perfect from now on. */
  | { readonly kind: 'heal'; readonly tick: number; readonly node: NodeId }
  | { readonly kind: 'crash' | 'restart'; readonly tick: number; readonly node: NodeId };
