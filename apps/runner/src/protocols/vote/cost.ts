/** Messages of voting without faults, those to oneself included. */
import type { Quorum } from '@quorate/voting';

/** Nodes, faults to tolerate, and how an attempt is settled. */
export interface CostOf {
  readonly n: number;
  readonly f: number;
  readonly quorum: Quorum;
}

const phases = ({ n, f, quorum }: CostOf): number => (quorum === 'majority' ? n * n : (f + 1) * (2 * n * n + n));

/** One attempt: a proposal, the phases, "settled" of everybody; and "ready" of everybody for the next. */
export const attemptCost = (of: CostOf): number => of.n + phases(of) + 2 * of.n * of.n;

export const attemptFormula = (quorum: Quorum): string =>
  quorum === 'majority' ? 'n + 3n²' : 'n + (f + 1)(2n² + n) + 2n²';

/**
 * Until the first round begins: everybody says hello, and again to each who has started; the last common round is found and what was open
 * after it is settled, both by kings; and "ready" of everybody three times.
 */
export const startCost = ({ n, f }: CostOf): number =>
  n * n + n * (n - 1) + 2 * (phases({ n, f, quorum: 'kings' }) + n * n) + 3 * n * n;
