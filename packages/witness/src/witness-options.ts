import type { RoundCollectorOptions, Usage } from '@quorate/reliable-broadcast';
import { QuorateError } from '@quorate/reliable-broadcast/contract';
import type { LayerAbove } from './witness-layer.js';

export interface WitnessOptions<BroadcastMessage, Above = never> extends RoundCollectorOptions<BroadcastMessage> {
  /** The layer above, if there is one. All nodes of a group have it or none. */
  readonly above?: LayerAbove<Above>;
}

/** Resource counters. Arrays are indexed by node. */
export interface WitnessUsage {
  /** Rounds of which something is kept, at most `maxRounds`: n values and n reports each. */
  readonly rounds: number;
  readonly maxRounds: number;
  /** Messages of each node that wait for an earlier one of it, or for the window to reach their round; at most `maxWaiting` each. */
  readonly waiting: readonly number[];
  readonly maxWaiting: number;
  /** Own messages that wait for the broadcast below: a report per round, and what a layer above sends. */
  readonly unsent: number;
  readonly broadcast: Usage;
}

/** Whether this is a whole number, 0 … `most`. */
export const isWhole = (value: number, most: number): boolean => Number.isInteger(value) && value >= 0 && value <= most;

/** Throws Q4101 on bounds that are none. */
export function checkBounds(openRounds: number, ...lengths: readonly number[]): void {
  if (isWhole(openRounds, 4096) && openRounds > 0 && lengths.every((length) => isWhole(length, 2 ** 27))) return;
  throw new QuorateError(
    'Q4101',
    `${openRounds} open rounds with values of ${lengths.join(' and ')} bytes`,
    'use 1 … 4096 rounds and at most 134217728 bytes',
  );
}
