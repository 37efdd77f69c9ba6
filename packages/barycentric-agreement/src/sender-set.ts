/** Sets of senders as they travel: one bit for each node of the group, node 0 in the lowest bit of the first byte. */
import type { Group, NodeId } from '@quorate/reliable-broadcast/contract';

export type SenderSet = Uint8Array;

/** Bytes of a set: enough bits for every node. */
export const setBytes = ({ n }: Group): number => Math.ceil(n / 8);

export function senderSet(group: Group, members: Iterable<NodeId>): SenderSet {
  const set = new Uint8Array(setBytes(group));
  for (const member of members) set[member >>> 3] = (set[member >>> 3] ?? 0) | (1 << (member & 7));
  return set;
}

/** How many nodes the set names; undefined when it names one that the group does not have. */
export function sizeOf(group: Group, set: SenderSet): number | undefined {
  let size = 0;
  for (const [index, byte] of set.entries()) {
    for (let bit = 0; bit < 8; bit++) {
      if ((byte & (1 << bit)) === 0) continue;
      if (index * 8 + bit >= group.n) return undefined;
      size++;
    }
  }
  return size;
}

/** Whether all members of the first set are in the second. */
export const isWithin = (inner: SenderSet, outer: SenderSet): boolean =>
  inner.every((byte, index) => (byte & ~(outer[index] ?? 0)) === 0);
