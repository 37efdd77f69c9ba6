import { nodeId } from '@quorate/transport';
import { diskFate } from './disk-fate.js';
import type { PlannedRestart } from './plan.js';
import type { Simulation } from './simulation.js';
import { whole } from './whole.js';

/** Plans that a node crashes and comes back. Throws Q1002 (no such node), Q5016 (no tick) or Q5017 (no fate of a disk). */
export function planRestart<I, M, O, T, R>(
  { node, at, down, disk }: PlannedRestart,
  simulation: Simulation<I, M, O, T, R>,
): void {
  nodeId(simulation.group, node);
  whole('the ticks for which a node is down', down);
  if (disk !== undefined) diskFate(disk);
  whole('the tick at which a node comes back', at + down);
  // Planned by the crash: of two events of one tick either may come first, and who comes back before he goes stays away.
  simulation.at(at, () => {
    if (simulation.protocol(node) !== undefined) simulation.crash(node);
    simulation.at(at + down, () => comeBack(node, disk, simulation));
  });
}

function comeBack<I, M, O, T, R>(
  node: PlannedRestart['node'],
  disk: PlannedRestart['disk'],
  simulation: Simulation<I, M, O, T, R>,
): void {
  if (simulation.protocol(node) !== undefined) return;
  // Without a disk nothing is kept, whatever was planned.
  simulation.restart(node, { disk: simulation.disk(node) === undefined ? 'lost' : (disk ?? 'kept') });
}
