import type { NodeId } from '@quorate/transport';
import type { Said } from './node-slot.js';
import { TraceDigest, traceLine } from './trace/index.js';

/** A digest of everything that left a node, in order. */
export function digestOfSaid<M, O>(node: NodeId, said: readonly Said<M, O>[]): string {
  const digest = new TraceDigest();
  // When it left is not what the node can tell.
  for (const one of said) digest.add(traceLine({ ...one, tick: 0, node }));
  return digest.toString();
}
