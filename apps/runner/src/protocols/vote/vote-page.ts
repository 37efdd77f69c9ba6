/** The result of votes as people know it from elsewhere: who proposed what, who voted how, what came of it. Its lines are a contract. */
import { maxFaulty, type Group } from '@quorate/transport';
import type { Ballot, Batch } from '@quorate/voting';
import { counted, grouped } from '../../output/quantity.js';
import type { Voted } from './voted.js';
import { yesOf, type Attempt } from './vote-log.js';

/** More rounds than these are not shown one by one. */
const mostShown = 10;
/** More values than these are counted and not listed. */
const mostListed = 10;

/** The whole page. */
export function votePage(voted: Voted): string {
  const { group, rounds } = voted;
  const blocks = ['=== Distributed Consensus Simulation ===', configuration(group)];
  if (rounds <= mostShown) blocks.push(...roundBlocks(voted));
  return [...blocks, resultBlock(voted)].join('\n\n');
}

function configuration({ n, f }: Group): string {
  const tolerated = maxFaulty(n);
  return [
    'Configuration:',
    `- Total nodes: ${n}`,
    `- Faulty nodes: ${f}`,
    `- Byzantine tolerance: ${counted(tolerated, 'fault')} (3f+1 = ${3 * tolerated + 1} minimum)`,
  ].join('\n');
}

function* roundBlocks({ rounds, attempts, decided, faulty }: Voted): Generator<string> {
  for (let round = 1; round <= rounds; round++) {
    const own = attempts.filter((attempt) => attempt.round === round);
    const decision = decided[round - 1];
    if (own.length > 0) yield* own.map((attempt) => attemptBlock(attempt, faulty));
    else if (decision !== undefined) yield `Round ${round}: ${proposed('decided', decision)} before`;
  }
}

/** One attempt, as one correct node saw it. */
function attemptBlock(attempt: Attempt, faulty: ReadonlySet<number>): string {
  const { round, leader, value, votes } = attempt;
  const title = `Round ${round}${attempt.attempt > 1 ? `, attempt ${attempt.attempt}` : ''}`;
  const lines = votes.map((vote, node) => {
    const mark = faulty.has(node) ? ' (faulty)' : '';
    if (node !== leader) return `  Node ${node}: ${words[vote]}${mark}`;
    return `  Node ${node} (Leader): ${value === undefined ? 'proposed nothing acceptable in time' : `proposed ${listed(value)}`}${mark}`;
  });
  return [`${title}: ${value === undefined ? 'No proposal' : proposed('Proposing', value)}`, ...lines].join('\n');
}

const words: Readonly<Record<Ballot, string>> = {
  yes: 'voted YES',
  no: 'voted NO',
  other: 'voted for another value',
  missing: 'did not vote in time',
};

function resultBlock(voted: Voted): string {
  const { outcome, decided, rounds, detected, violations } = voted;
  const lines = [`Result: ${outcomes[outcome]}`];
  for (const { property, detail } of violations) lines.push(`  ${property}: ${detail}`);
  const accepted = decided.filter((value) => value.length > 0);
  if (rounds > 1) lines.push(`  Rounds: ${grouped(accepted.length)}/${grouped(rounds)}`);
  const values = accepted.flat();
  if (values.length > 0) lines.push(`  ${values.length === 1 ? 'Value' : 'Values'}: ${listed(values)}`);
  const { yes, ballots } = votesOf(voted);
  if (ballots > 0) lines.push(`  Votes: ${yes}/${ballots} (${Math.round((yes * 100) / ballots)}%)`);
  lines.push(`  Faulty nodes detected: ${detected.length}`);
  for (const { node, kinds, provable } of detected) {
    if (provable) lines.push(`    Node ${node}: ${kinds.join(', ')} (proved)`);
  }
  return lines.join('\n');
}

const outcomes: Readonly<Record<Voted['outcome'], string>> = {
  reached: 'CONSENSUS REACHED',
  none: 'NO CONSENSUS',
  violated: 'CONSENSUS VIOLATED',
};

/** Votes for what was decided; where nothing was, of the last attempt. */
function votesOf({ yes, ballots, attempts }: Voted): { readonly yes: number; readonly ballots: number } {
  const last = attempts.at(-1);
  return ballots > 0 || last === undefined ? { yes, ballots } : { yes: yesOf(last), ballots: last.votes.length };
}

const proposed = (word: string, value: Batch): string =>
  value.length === 1
    ? `${word} value ${value[0]}`
    : `${word} ${value.length > mostListed ? '' : 'values '}${listed(value)}`;

const listed = (values: Batch): string =>
  values.length > mostListed ? counted(values.length, 'value') : values.join(', ');
