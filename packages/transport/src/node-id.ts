import { integer, QuorateError, type Schema } from '@quorate/serialization';
import type { Group } from './group.js';

declare const brand: unique symbol;

/** Who a node is within its group: an index 0 … n − 1, so that tallies are arrays and bit sets. */
export type NodeId = number & { readonly [brand]: 'NodeId' };

/** The number as a node of the group. Throws Q1002 when the group has no such node. */
export function nodeId(group: Group, value: number): NodeId {
  if (!Number.isInteger(value) || value < 0 || value >= group.n) {
    throw new QuorateError('Q1002', `there is no node ${value} in a group of ${group.n}`, `use 0 … ${group.n - 1}`);
  }
  return value as NodeId;
}

/** All nodes of the group, in order. */
export const nodeIds = (group: Group): readonly NodeId[] => Array.from({ length: group.n }, (_, i) => i as NodeId);

/** A node's id on the wire, range-checked by the decoder. */
export const nodeIdSchema = (group: Group): Schema<NodeId> =>
  integer({ max: group.n - 1, meaning: 'node' }) as Schema<NodeId>;
