import { nodeIds, type Group } from '@quorate/transport/contract';
import type { Usage } from './broadcast.js';
import type { Lane } from './lane.js';
import { retainedPerPeer, type Limits } from './limits.js';
import type { Lives } from './lives.js';

/** What a node retains at this moment, and the bounds on it. */
export function usageOf(group: Group, lives: readonly Lives[], limits: Limits, maxPayload: number): Usage {
  const lanes = lives.map((parts) => [...parts]);
  const served = Math.max(...lanes.map((parts) => parts.length));
  return {
    openInstances: lanes.map((parts) => sum(parts, (lane) => lane.openCount)),
    maxOpenInstances: limits.openInstances * served,
    retainedBytes: nodeIds(group).map((node) => sum(lanes.flat(), (lane) => lane.retained[node] ?? 0)),
    maxRetainedBytes: retainedPerPeer(limits, maxPayload) * served * group.n,
    loggedBytes: lanes.map((parts) => sum(parts, (lane) => lane.log.bytes)),
    maxLoggedBytes: limits.loggedBytes * served,
  };
}

const sum = (lanes: readonly Lane[], of: (lane: Lane) => number): number =>
  lanes.reduce((total, lane) => total + of(lane), 0);
