/** What the flags of `vote` say, read back from the options of a stack. */
import { QuorateError, type Group } from '@quorate/transport';
import type { Quorum } from '@quorate/voting';
import type { Stack } from '../protocol.js';

export interface VoteOptions {
  readonly rounds: number;
  /** The value that every leader proposes; without it, values follow from the seed. */
  readonly propose: number | undefined;
  readonly quorum: Quorum;
  readonly retries: number;
  readonly batch: number;
  /** Ticks; without it, as long as the place asks for. */
  readonly period: number | undefined;
  /** The directory of the logs. */
  readonly log: string | undefined;
}

/** What holds when nobody says anything. 0 and the empty text stand for "none". */
export const voteDefaults: Stack['options'] = {
  rounds: 1,
  propose: 0,
  quorum: 'kings',
  retries: 3,
  batch: 1,
  period: 0,
  log: '',
};

/** Rounds of one run at most: every decision is kept and judged. */
const mostRounds = 100_000;

/** Throws Q7001 on more rounds than a run has. */
export function checkRounds(rounds: number): void {
  if (rounds <= mostRounds) return;
  throw new QuorateError('Q7001', `rounds cannot be ${rounds}`, `use a whole number, 1 … ${mostRounds}`);
}

export function voteOptions(options: Stack['options']): VoteOptions {
  const number = (name: string): number => Number(options[name] ?? voteDefaults[name]);
  return {
    rounds: number('rounds'),
    propose: number('propose') || undefined,
    quorum: options['quorum'] === 'majority' ? 'majority' : 'kings',
    retries: number('retries'),
    batch: number('batch'),
    period: number('period') || undefined,
    log: String(options['log'] ?? '') || undefined,
  };
}

/** Milliseconds that a step lasts at most, on threads. A disk may be slow now and then. */
export const periodOf = ({ period, log }: VoteOptions): number => period ?? (log === undefined ? 200 : 1000);

/** Who is not there when all others are is waited for so long, in periods: on threads all begin together. */
export const patience = 5;

/** Milliseconds until the first decision at the latest: everybody who is silent costs whole periods, at the start and in each attempt. */
export function longestSilence({ f }: Group, options: VoteOptions): number {
  const phases = 3 * (f + 1);
  const start = patience + 1 + 2 * (phases + 1);
  return 2 * periodOf(options) * (start + (options.retries + 1) * (phases + 2));
}

/** Ticks of a simulation: its network takes up to 10, unless somebody says otherwise. */
export const virtualPeriod = 100;
