/** Compares what the correct nodes decided with what voting promises. */
import { nodeId, type Violation as Seen } from '@quorate/transport';
import { VotingObserver } from '@quorate/voting';
import { judgementOf, type Judgement, type Violation } from '../../judgement.js';
import type { Evidence, Promised } from '../protocol.js';
import type { VoteOptions } from './options.js';
import { proposalOf, rule, seedIn } from './proposals.js';
import { decisionsIn, type VoteRecord } from './vote-log.js';

/** A run that decides nothing in some round keeps its promises, and is undecided all the same. */
export function judgeVotes(
  promises: readonly Promised[],
  options: VoteOptions,
  evidence: Evidence<VoteRecord>,
): Judgement {
  const found = violationsOf(options, evidence).map((seen) => violationOf(promises, seen));
  const first = promises.flatMap(({ key }) => found.find(({ property }) => property === key) ?? []);
  const judgement = judgementOf(
    promises.filter(({ simulatedOnly }) => simulatedOnly !== true),
    first,
    { ending: evidence.ending, unseen: false },
  );
  const open = evidence.reports.some(({ log }) => log.open === true);
  return judgement.verdict === 'valid' && open ? { ...judgement, verdict: 'undecided' } : judgement;
}

function violationsOf(options: VoteOptions, { group, values, reports }: Evidence<VoteRecord>): readonly Seen[] {
  const correct = reports.map(({ node }) => nodeId(group, node));
  const observer = new VotingObserver({ correct, rounds: options.rounds, rule });
  // An observer outside hears no messages; what correct leaders propose it knows from what they were given.
  const seeds = new Map(correct.map((node) => [node, seedIn(values.at(node, 0))]));
  for (const node of correct) observer.sent(node, 'all', { kind: 'hello', round: 0 });
  for (const { round, attempt } of agreements(reports)) {
    for (const one of new Set([1, attempt])) {
      const leader = nodeId(group, (round + one - 2) % group.n);
      const seed = seeds.get(leader);
      if (seed === undefined) continue;
      observer.sent(leader, 'all', { kind: 'proposal', round, attempt: one, value: proposalOf(seed, round, options) });
    }
  }
  const found: Seen[] = [];
  for (const { node, log } of reports) {
    for (const decision of decisionsIn(log.decisions)) {
      const seen = observer.output(nodeId(group, node), { kind: 'decision', ...decision });
      if (seen !== undefined) found.push(seen);
    }
  }
  return [...found, ...observer.end()];
}

/** Rounds that were decided in this run: of those before nobody knows which faults there were. */
function* agreements(
  reports: Evidence<VoteRecord>['reports'],
): Generator<{ readonly round: number; readonly attempt: number }> {
  for (const { log } of reports) {
    for (const decision of decisionsIn(log.decisions)) if (decision.by === 'agreement') yield decision;
  }
}

function violationOf(promises: readonly Promised[], { property, kind, detail }: Seen): Violation {
  return { property: promises.find(({ label }) => label === property)?.key ?? property, kind, detail };
}
