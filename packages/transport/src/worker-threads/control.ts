import type { MessagePort } from 'node:worker_threads';
import type { NodeId } from '../node-id.js';
import type { LinkOffer } from './link.js';
import type { OutboundLimits } from './outbound.js';

/** Where our part of `workerData` stands, so that the user's own can stand beside it. */
export const workerDataKey = 'quorate.worker-threads';

/** Our part of `workerData`. The first field never changes its meaning: two versions may meet here. */
export interface Invitation {
  readonly wireVersion: number;
  readonly groupId: string;
  readonly nodes: number;
  readonly faulty: number;
  readonly self: NodeId;
  readonly incarnation: number;
  readonly states: SharedArrayBuffer;
  readonly ringBytes: number;
  readonly maxFrameBytes: number;
  readonly limits: OutboundLimits;
  readonly processors: number;
  readonly links: readonly LinkOffer[];
  readonly control: MessagePort;
  readonly data: unknown;
}

/** What the program that started the group tells a worker. */
export type FromStarter =
  | { readonly kind: 'meet'; readonly offer: LinkOffer }
  | { readonly kind: 'part'; readonly peer: NodeId; readonly reason: string }
  | { readonly kind: 'end' };

/** What a worker tells it. */
export type FromWorker = { readonly kind: 'joined' } | { readonly kind: 'left' };
