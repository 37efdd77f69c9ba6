/** What a node tells whoever uses it. */
import type { NodeId } from '@quorate/transport/contract';
import type { Batch, Opinion } from './value.js';

/** How a node's first vote looks to another node: for the value that it holds itself, for none, for another one, or not there in time. */
export type Ballot = 'yes' | 'no' | 'other' | 'missing';

export type Output =
  /** The leader's value as this node accepted it; `undefined`: nothing acceptable came in time. */
  | {
      readonly kind: 'proposal';
      readonly round: number;
      readonly attempt: number;
      readonly leader: NodeId;
      readonly value: Opinion;
    }
  /** The first vote of an attempt, by node, as this node saw it. */
  | { readonly kind: 'votes'; readonly round: number; readonly attempt: number; readonly votes: readonly Ballot[] }
  /** A round is decided, once and for all. An empty batch: every attempt came to NO. */
  | {
      readonly kind: 'decision';
      readonly round: number;
      readonly attempt: number;
      readonly value: Batch;
      readonly by: DecidedBy;
    };

/** How a node came to a decision: it took part, it settled after a restart of the group what was open, f + 1 nodes told it, or it
 * stands in the log: a node that starts again tells anew what it has decided. */
export type DecidedBy = 'agreement' | 'recovery' | 'catch-up' | 'log';
