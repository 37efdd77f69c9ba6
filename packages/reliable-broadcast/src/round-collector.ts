/**
 * The round-collector contract: each node puts one value into a round, and gets a set of values of that round out. What the
 * sets of different nodes have in common is the implementation's promise: nothing here, a pairwise overlap for witnesses,
 * a common core for aggregated witnesses.
 */
import type { BroadcastFactory } from './broadcast.js';
import { QuorateError, type Group, type NodeId, type Protocol } from '@quorate/transport/contract';

/** This node's value for a round. One value per round. */
export interface RoundValue {
  readonly round: number;
  readonly value: Uint8Array;
}

/** Values of one round, by the node that put them in. */
export interface Collected {
  readonly round: number;
  /** At least n − f of them. Later outputs of the round are supersets of earlier ones. */
  readonly values: ReadonlyMap<NodeId, Uint8Array>;
}

export interface RoundCollector<Message> extends Protocol<RoundValue, Message, Collected> {
  /** Longest value, in bytes; `input` throws Q4010 beyond it. */
  readonly maxValue: number;
  /** Rounds below are closed: nothing more comes out of them. */
  readonly lowestRound: number;
  /** How many rounds above `lowestRound` may be put into; `input` throws Q4011 outside. */
  readonly openRounds: number;
  /** This node needs nothing more from rounds below `round`, a whole number of at most 2^32; throws Q4011 on others. */
  close(round: number): void;
}

export interface RoundCollectorOptions<BroadcastMessage> {
  readonly group: Group;
  readonly self: NodeId;
  /** The broadcast below. */
  readonly broadcast: BroadcastFactory<BroadcastMessage>;
  readonly incarnation?: number;
  /** Longest value, in bytes. Default 64 KiB. */
  readonly maxValue?: number;
  /** Rounds open at a time. Default 64. */
  readonly openRounds?: number;
}

/** How a layer above receives its collector: it names no implementation. */
export type RoundCollectorFactory<Message> = (options: {
  readonly group: Group;
  readonly self: NodeId;
  readonly incarnation?: number;
}) => RoundCollector<Message>;

/** Rounds fit 32 bits. */
export const maxRound: number = 2 ** 32 - 1;

const isWhole = (value: number, most: number): boolean => Number.isInteger(value) && value >= 0 && value <= most;

/** Throws Q4011 unless rounds can be closed up to `round`. */
export function checkClosing(round: number): void {
  if (!isWhole(round, maxRound + 1)) {
    throw new QuorateError('Q4011', `round ${String(round)} is none`, `use a whole number, 0 … ${maxRound + 1}`);
  }
}

/** Throws Q4010 unless a value of at most `maxValue` bytes was put in. */
export function checkValue(input: RoundValue, maxValue: number): void {
  const value = input?.value;
  if (value instanceof Uint8Array && value.length <= maxValue) return;
  if (!(value instanceof Uint8Array)) {
    throw new QuorateError(
      'Q4010',
      'a value is a Uint8Array',
      'put { round, value } in; text is encoded by TextEncoder',
    );
  }
  throw new QuorateError(
    'Q4010',
    `a value is at most ${maxValue} bytes long, not ${value.length}`,
    'split it, or raise maxValue on every node',
  );
}

/** Throws Q4013 on bounds that are none. */
export function checkBounds(openRounds: number, maxValue = 0): void {
  if (isWhole(openRounds, 8192) && openRounds > 0 && isWhole(maxValue, 2 ** 27)) return;
  throw new QuorateError(
    'Q4013',
    `${openRounds} open rounds with values of ${maxValue} bytes`,
    'use 1 … 8192 rounds and at most 134217728 bytes',
  );
}
