/** The broadcast layers that stand under the protocols of rounds. */
import { createBestEffortBroadcast, createReliableBroadcast, type BroadcastFactory } from '@quorate/reliable-broadcast';
import type { BroadcastName } from '../catalogue/broadcasts.js';
import { watched, type BroadcastWatch } from './watched-broadcast.js';

/** What is built on a broadcast, whatever its messages are. */
export type OnBroadcast<R> = <M>(broadcast: BroadcastFactory<M>) => R;

/** Which layer stands below, and who looks at it. */
interface Below {
  readonly broadcast: BroadcastName;
  readonly watch: BroadcastWatch | undefined;
}

/** Each layer has messages of its own type, so a layer is handed on rather than answered. */
export function onBroadcast<R>({ broadcast, watch }: Below, use: OnBroadcast<R>): R {
  const handed = <M>(factory: BroadcastFactory<M>): R => use(watch === undefined ? factory : watched(factory, watch));
  return broadcast === 'bracha' ? handed(createReliableBroadcast) : handed(createBestEffortBroadcast);
}

/** Messages of one broadcast without faults, a node's own share included: for Bracha n inputs, n² echoes, n² votes. */
export const broadcastCost: Readonly<Record<BroadcastName, (nodes: number) => number>> = {
  bracha: (n) => n + 2 * n * n,
  'best-effort': (n) => n,
};

/** The same, in words. */
export const broadcastFormula: Readonly<Record<BroadcastName, string>> = { bracha: 'n + 2n²', 'best-effort': 'n' };
