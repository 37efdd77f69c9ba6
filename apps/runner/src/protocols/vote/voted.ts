/** What came of a run of votes, in the terms of voting. */
import type { Group } from '@quorate/transport';
import type { Batch } from '@quorate/voting';
import type { Violation } from '../../judgement.js';
import type { RunDocument } from '../../run/document.js';
import { accusations, type RunResult } from '../../run/result.js';
import type { OutputSummary } from '../protocol.js';
import { attemptCost, attemptFormula, startCost } from './cost.js';
import { voteOptions } from './options.js';
import { decisionsIn, type Attempt, type VoteRecord } from './vote-log.js';

/** A node that was made faulty, or has lost its records, and was seen to deviate. */
export interface Detected {
  readonly node: number;
  /** What it was accused of. */
  readonly kinds: readonly string[];
  /** The first event of each kind, in words. */
  readonly details: readonly string[];
  /** One of these a third party would have to believe. */
  readonly provable: boolean;
}

export interface Voted {
  readonly group: Group;
  readonly rounds: number;
  readonly faulty: ReadonlySet<number>;
  readonly outcome: 'reached' | 'none' | 'violated';
  readonly violations: readonly Violation[];
  /** By round; an empty batch where every attempt came to NO. */
  readonly decided: readonly Batch[];
  /** Attempts of the first rounds, and all votes, as the first correct node saw them. */
  readonly attempts: readonly Attempt[];
  readonly yes: number;
  readonly ballots: number;
  readonly detected: readonly Detected[];
  /** Messages sent, and how many the formula says of a group without faults that starts together. */
  readonly cost: { readonly messages: number; readonly expected: number; readonly formula: string };
}

/** What `quorate vote --json` prints beside the fields of a run. */
export interface VoteDocument extends RunDocument {
  /** For what was decided, over all rounds. */
  readonly votes: { readonly yes: number; readonly of: number };
  readonly attempts: readonly Attempt[];
  readonly detected: readonly Detected[];
  readonly cost: Voted['cost'];
}

export function voteDocument(document: RunDocument, voted: Voted): VoteDocument {
  const { attempts, detected, cost, yes, ballots } = voted;
  return { ...document, votes: { yes, of: ballots }, attempts, detected, cost };
}

const isVotes = (log: OutputSummary): log is VoteRecord => 'attempts' in log && 'decisions' in log;

export function votedIn({ plan, judgement, reports, messages }: RunResult): Voted {
  const { group, faults, lost = [] } = plan;
  const { rounds, quorum } = voteOptions(plan.options);
  const logs = reports.map(({ log }) => log).filter(isVotes);
  const witness = logs.find(({ attempts }) => attempts.length > 0) ?? logs[0];
  const faulty = new Set([...faults.map(({ node }) => node), ...lost]);
  const { n, f } = group;
  return {
    group,
    rounds,
    faulty,
    outcome: judgement.verdict === 'valid' ? 'reached' : judgement.verdict === 'violated' ? 'violated' : 'none',
    violations: judgement.violations,
    decided: decidedIn(witness).slice(0, rounds),
    attempts: witness?.attempts ?? [],
    yes: witness?.yes ?? 0,
    ballots: witness?.ballots ?? 0,
    detected: detectedIn(reports, faulty),
    cost: {
      messages,
      expected: startCost({ n, f, quorum }) + (witness?.attempted ?? 0) * attemptCost({ n, f, quorum }),
      formula: `${attemptFormula(quorum)} for each attempt`,
    },
  };
}

function decidedIn(record: VoteRecord | undefined): readonly Batch[] {
  if (record === undefined) return [];
  const decided: Batch[] = [];
  for (const { round, value } of decisionsIn(record.decisions)) decided[round - 1] ??= value;
  return decided;
}

function detectedIn(reports: RunResult['reports'], faulty: ReadonlySet<number>): readonly Detected[] {
  const against = accusations(reports).filter(({ peer }) => faulty.has(peer));
  return [...faulty]
    .toSorted((a, b) => a - b)
    .map((node) => against.filter(({ peer }) => peer === node))
    .flatMap((own) => {
      const [first] = own;
      if (first === undefined) return [];
      const provable = own.some(({ certainty }) => certainty === 'proof');
      return [
        { node: first.peer, kinds: own.map(({ kind }) => kind), details: own.map(({ detail }) => detail), provable },
      ];
    });
}
