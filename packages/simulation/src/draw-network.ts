import type { NodeId } from '@quorate/transport';
import type { LatencyShape } from './delays.js';
import { million, type Cut, type Partition, type Starvation } from './network-options.js';
import type { NetworkPlan } from './plan.js';
import { anyOf, shuffled, type Random } from './random.js';

/** A network on which links stay reliable; `kinds` are messages that it may hold back, where there are any. */
export function drawNetwork(
  ids: readonly NodeId[],
  faulty: number,
  kinds: readonly string[],
  random: Random,
): NetworkPlan {
  const some = (chance: number): boolean => random.below(chance) === 0;
  const outer = [...new Set(kinds.map((kind) => kind.split('/', 1)[0] ?? kind))];
  const min = random.below(4);
  const shape: LatencyShape = some(4) ? anyOf(['bimodal', 'tail'], random) : 'uniform';
  const latency = { min, max: min + anyOf([0, 3, 9, 50], random), ...(shape !== 'uniform' && { shape }) };
  return {
    latency,
    ...(some(4) && { loss: random.below(million / 4) }),
    ...(some(4) && { duplication: random.below(million / 4) }),
    ...(some(4) && { partitions: [drawPartition(ids, random)] }),
    ...(some(4) && { cuts: Array.from({ length: 1 + random.below(3) }, () => drawCut(ids, random)) }),
    ...(some(4) && { slow: [[anyOf(ids, random), 1 + random.below(100)]] }),
    ...(some(3) && { ordered: true }),
    ...(some(6) && { starve: drawStarvation(ids, faulty, random) }),
    ...(outer.length > 1 && some(8) && { heldBack: [anyOf(outer, random)] }),
  };
}

function drawPartition(ids: readonly NodeId[], random: Random): Partition {
  const order = shuffled(ids, random);
  const size = 1 + random.below(Math.max(1, ids.length - 1));
  const from = random.below(20);
  return { sides: [order.slice(0, size), order.slice(size)], from, to: from + 1 + random.below(100) };
}

function drawCut(ids: readonly NodeId[], random: Random): Cut {
  const source = anyOf(ids, random);
  const target = anyOf(ids, random);
  const from = random.below(20);
  return { source, target, from, to: from + 1 + random.below(100) };
}

/** For some or all receivers, f others of whom they hear last: so every node goes by another n − f. */
function drawStarvation(ids: readonly NodeId[], faulty: number, random: Random): readonly Starvation[] {
  const receivers = random.below(2) === 0 ? ids : [anyOf(ids, random)];
  return receivers.map((receiver) => {
    const others = shuffled(
      ids.filter((node) => node !== receiver),
      random,
    );
    return { receiver, senders: others.slice(0, Math.max(1, faulty)) };
  });
}
