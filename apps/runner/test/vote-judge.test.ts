/** The judge of votes, shown what broken nodes would tell: each promise is watched. */
import { describe, expect, it } from 'vitest';
import { createGroup } from '@quorate/transport';
import type { DecidedBy, Output } from '@quorate/voting';
import type { Ending, Judgement } from '../src/judgement.js';
import { judgeVotes } from '../src/protocols/vote/judge-votes.js';
import { voteDefaults, voteOptions } from '../src/protocols/vote/options.js';
import { proposalOf } from '../src/protocols/vote/proposals.js';
import { summaryOf } from '../src/protocols/vote/vote-log.js';
import { vote } from '../src/protocols/vote.js';
import { Pace } from '../src/run/pace.js';

const rounds = 2;
const options = voteOptions({ ...voteDefaults, rounds });
const group = createGroup({ nodes: 4 });
/** Each node's seed is its number. */
const values = { count: 1, at: (sender: number): Uint8Array => Uint8Array.of(0, 0, 0, sender) };

const decision = (round: number, value: readonly number[], by: DecidedBy = 'agreement', attempt = 1): Output => ({
  kind: 'decision',
  round,
  attempt,
  value,
  by,
});

/** What node 0, who leads round 1, and node 1, who leads round 2, propose. */
const first = decision(1, proposalOf(0, 1, options));
const second = decision(2, proposalOf(1, 2, options));
const good: readonly Output[] = [first, second];

/** Node 3 is faulty. */
const judged = (outputs: readonly (readonly Output[])[], ending: Ending = 'quiet'): Judgement =>
  judgeVotes(vote.promises, options, {
    group,
    ending,
    values,
    senders: [0, 1, 2, 3],
    reports: outputs.map((told, node) => ({ node, log: summaryOf(told) })),
    pace: new Pace(() => false),
  });

describe('the judge of votes', () => {
  it('finds nothing where everybody decides alike what the leaders proposed', () => {
    expect(judged([good, good, good])).toMatchObject({ verdict: 'valid', violations: [] });
  });

  it.each<[string, readonly Output[]]>([
    ['agreement', [decision(1, [1], 'agreement', 4), second]],
    ['irrevocability', [first, decision(1, [1], 'recovery'), second]],
    ['onePerRound', [first, first, second]],
    ['onePerRound', [second]],
    ['termination', [first]],
  ])('sees %s broken by %j', (property, bad) => {
    const { verdict, violations } = judged([good, good, bad]);
    expect(verdict).toBe('violated');
    expect(violations.map((violation) => violation.property)).toContain(property);
  });

  it('sees a value decided that the rule refuses', () => {
    const refused = [decision(1, [1000], 'recovery', 0), second];
    expect(judged([refused, refused, refused]).violations).toMatchObject([{ property: 'validity' }]);
  });

  it('sees a correct leader overruled', () => {
    const overruled = [decision(1, [], 'agreement', 4), second];
    expect(judged([overruled, overruled, overruled]).violations).toMatchObject([{ property: 'validity' }]);
  });

  it('asks of rounds before this run only that all say the same', () => {
    const before = [decision(1, [5], 'log', 0), second];
    expect(judged([before, before, before]).verdict).toBe('valid');
    expect(judged([before, before, [decision(1, [6], 'log', 0), second]]).violations).toMatchObject([
      { property: 'agreement' },
    ]);
  });

  it('is undecided where a round closed without a value, and where the run was given up', () => {
    const third = [first, second].map((output) => ({ ...output }));
    const faultyLed = [decision(1, [], 'recovery', 0), second];
    expect(judged([faultyLed, faultyLed, faultyLed]).verdict).toBe('undecided');
    expect(judged([third, third, [first]], 'timeout').verdict).toBe('undecided');
  });
});
