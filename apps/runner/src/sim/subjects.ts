import {
  BestEffortBroadcast,
  broadcastProperties,
  ReliableBroadcast,
  type Delivery,
  type Input,
  type Message,
} from '@quorate/reliable-broadcast';
import type { CheckerFactory, NodeId } from '@quorate/transport';
import type { AdversaryTimer, Random, Simulation, Subject } from '@quorate/simulation';
import type { BroadcastName } from '../catalogue/broadcasts.js';

/** What a simulated broadcast says. */
export type BroadcastMessage = Input | Message;

/** A broadcast as the simulator sees it. */
export type BroadcastSubject = Subject<Uint8Array, BroadcastMessage, Delivery>;

/** A simulated group of them. */
export type BroadcastSimulation = Simulation<Uint8Array, BroadcastMessage, Delivery, AdversaryTimer>;

/** Values that lie on both sides of the length from which votes carry digests. */
const drawnLengths = [0, 8, 31, 32, 40];

/** The broadcast layer of that name, held to the promises of reliable broadcast. `payload` is the length of a value; without it lengths are drawn. */
export function subjectOf(broadcast: BroadcastName, payload?: number): BroadcastSubject {
  const input = (_node: NodeId, _index: number, random: Random): Uint8Array => {
    const length = payload ?? drawnLengths[random.below(drawnLengths.length)] ?? 0;
    return Uint8Array.from({ length }, () => random.below(256));
  };
  const checkers: readonly CheckerFactory<Uint8Array, BroadcastMessage, Delivery>[] = [broadcastProperties];
  // Each speaks a part of the messages alone, and hears what it speaks.
  const honest: Record<BroadcastName, BroadcastSubject['honest']> = {
    bracha: (options) => new ReliableBroadcast(options),
    'best-effort': (options) => new BestEffortBroadcast(options),
  };
  return { name: broadcast, honest: honest[broadcast], input, checkers };
}
