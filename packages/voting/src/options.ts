import { nodeId, QuorateError, type Group, type NodeId } from '@quorate/transport/contract';
import { maxAttempts, maxRound } from './message.js';
import type { Quorum } from './stages.js';
import { mostValues, type Opinion, type Rule } from './value.js';

export interface VotingOptions {
  /** n > 3f. */
  readonly group: Group;
  readonly self: NodeId;
  /** Which values may be proposed; the same at every node. Default: above 0 and below 1,000. */
  readonly rule?: Rule;
  /** Default `kings`. `majority` (one vote, more than half) is split by a leader that tells two things. */
  readonly quorum?: Quorum;
  /** Rounds to decide, from the first on. Default 1. */
  readonly rounds?: number;
  /** Further attempts, each with the next leader, when one comes to NO. Default 3. */
  readonly retries?: number;
  /** Values in one proposal at most. Default 1. */
  readonly batch?: number;
  /**
   * What this node proposes in a round that it leads, asked in each attempt that it does; `undefined`: nothing. Default: the values that were put in, oldest first. A function of the round gives
   * the same after a restart, when nobody puts values in again.
   */
  readonly propose?: (round: number) => Opinion;
  /** Ticks that a step lasts at most: at least three times the longest delay of a message, disk included. Default 100. */
  readonly period?: number;
  /** Ticks to wait at the start for nodes beyond the first n − f. Default 20 periods. */
  readonly grace?: number;
  /** Decisions that are kept, and told to nodes that missed them: so many, or fewer where they would take more than half of `logBytes`. Default 65,536. */
  readonly keep?: number;
  /** Bytes that the log takes at most: less than its storage may hold by a few hundred. Default 134,217,728 (128 MiB). */
  readonly logBytes?: number;
}

const ranges = [
  ['rounds', 1, maxRound - 1],
  ['retries', 0, maxAttempts - 1],
  ['batch', 1, mostValues],
  ['period', 1, 2 ** 30],
  ['grace', 1, 2 ** 30],
  ['keep', 1, 2 ** 30],
  ['logBytes', 2 ** 16, 2 ** 40],
] as const;

/** Throws Q7001 on a number that is out of range and on functions that are none, Q1002 unless the node is one of the group. */
export function checkOptions(options: VotingOptions): void {
  checkGroup(options);
  checkFunctions(options);
  for (const [name, least, most] of ranges) {
    const value = options[name];
    if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) continue;
    throw new QuorateError('Q7001', `${name} cannot be ${value}`, `use a whole number, ${least} … ${most}`);
  }
  if (options.quorum !== undefined && options.quorum !== 'kings' && options.quorum !== 'majority') {
    throw new QuorateError('Q7001', `there is no quorum "${String(options.quorum)}"`, 'use kings or majority');
  }
}

/** Plain JavaScript has no compiler to tell what is missing. */
function checkGroup(options: VotingOptions | undefined): void {
  const { group, self }: Partial<VotingOptions> = options ?? {};
  if (group === undefined || !Number.isInteger(group.n) || !Number.isInteger(group.f)) {
    throw new QuorateError('Q7001', 'there is no group', 'pass what createGroup({ nodes }) answers as `group`');
  }
  nodeId(group, self ?? -1);
}

function checkFunctions(options: VotingOptions): void {
  for (const name of ['rule', 'propose'] as const) {
    if (options[name] === undefined || typeof options[name] === 'function') continue;
    throw new QuorateError('Q7001', `${name} is no function`, `pass a function for ${name}`);
  }
}
