import { nodeIds, type Group, type NodeId } from '@quorate/transport';
import { shuffled, type Random } from '../random.js';

/** One half of the group, rounded up, drawn: the rest is the other one. With equal generators, the same for every conspirator. */
export const drawHalf = (group: Group, random: Random): ReadonlySet<NodeId> =>
  new Set(shuffled(nodeIds(group), random).slice(0, Math.ceil(group.n / 2)));
