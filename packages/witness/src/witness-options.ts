import type { RoundCollectorOptions, Usage } from '@quorate/reliable-broadcast';
import { QuorateError } from '@quorate/reliable-broadcast/contract';
import { maxRound } from './message.js';
import type { LayerAbove, RoundPayload } from './witness-layer.js';

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

/** Throws Q4014 unless this is a layer above, or nothing. */
export function checkAbove(layer: string, above: LayerAbove<unknown> | undefined): void {
  if (above === undefined || typeof above?.deliver === 'function') return;
  throw new QuorateError(
    'Q4014',
    `${layer}: above is ${typeof above}, and has no function deliver`,
    'pass { maxPayload, deliver } for a layer above, or leave it away',
  );
}

/** Throws Q4103 unless this is a payload of at most `most` bytes for a round; `most` is −1 without a layer above. */
export function checkPayload(said: RoundPayload, most: number): void {
  const { round, payload } = said ?? {};
  if (payload instanceof Uint8Array && payload.length <= most && isWhole(round, maxRound)) return;
  throw new QuorateError(
    'Q4103',
    `this layer carries nothing of ${payload?.length} bytes for round ${round}`,
    most < 0 ? 'make it with the option `above`' : `send { round, payload } with a Uint8Array of at most ${most} bytes`,
  );
}

/** Throws Q4101 on bounds that are none. */
export function checkBounds(openRounds: number, ...lengths: readonly number[]): void {
  if (isWhole(openRounds, 4096) && openRounds > 0 && lengths.every((length) => isWhole(length, 2 ** 27))) return;
  throw new QuorateError(
    'Q4101',
    `${openRounds} open rounds with values of ${lengths.join(' and ')} bytes`,
    'use 1 … 4096 rounds and at most 134217728 bytes',
  );
}
