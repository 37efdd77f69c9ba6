/** `quorate vote`: the lines that people know, and what is refused. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { line } from './captured.js';
import { parsed, runDocument } from './schemas.js';

const json = async (text: string): Promise<Record<string, unknown>> =>
  JSON.parse((await line(`${text} --json`)).out) as Record<string, unknown>;

describe('quorate vote', () => {
  it('prints the lines that people know', async () => {
    const { status, out } = await line('vote --nodes 5 --faulty 1 --propose 42 --fault 3:vote-no');
    expect(out).toBe(`=== Distributed Consensus Simulation ===

Configuration:
- Total nodes: 5
- Faulty nodes: 1
- Byzantine tolerance: 1 fault (3f+1 = 4 minimum)

Round 1: Proposing value 42
  Node 0 (Leader): proposed 42
  Node 1: voted YES
  Node 2: voted YES
  Node 3: voted NO (faulty)
  Node 4: voted YES

Result: CONSENSUS REACHED
  Value: 42
  Votes: 4/5 (80%)
  Faulty nodes detected: 1
`);
    expect(status).toBe(0);
  });

  it('goes on to the next leader when one is silent, and to the next round after that', async () => {
    const { status, out } = await line('vote --nodes 4 --propose 7 --rounds 2 --fault 0:silent --period 150');
    expect(out).toContain(`Round 1: No proposal
  Node 0 (Leader): proposed nothing acceptable in time (faulty)
  Node 1: voted NO
  Node 2: voted NO
  Node 3: voted NO

Round 1, attempt 2: Proposing value 7
  Node 0: did not vote in time (faulty)
  Node 1 (Leader): proposed 7
  Node 2: voted YES
  Node 3: voted YES

Round 2: Proposing value 7
  Node 0: did not vote in time (faulty)
  Node 1 (Leader): proposed 7
  Node 2: voted YES
  Node 3: voted YES

Result: CONSENSUS REACHED
  Rounds: 2/2
  Values: 7, 7
  Votes: 6/8 (75%)
  Faulty nodes detected: 1
`);
    expect(status).toBe(0);
  });

  it('is undecided, status 2, when every attempt comes to NO', async () => {
    const { status, out } = await line('vote --nodes 4 --retries 0 --fault 0:silent --period 150');
    expect(out).toContain('Result: NO CONSENSUS\n  Votes: 0/4 (0%)\n  Faulty nodes detected: 1\n');
    expect(status).toBe(2);
  });

  it('says which nodes are proved to be faulty', async () => {
    const { out } = await line('vote --nodes 4 --propose 42 --fault 3:double-vote --seed 1');
    expect(out).toMatch(/Faulty nodes detected: 1\n {4}Node 3: .*double-.*\(proved\)\n$/);
  });

  it('counts as many messages as the formula without faults, and tells every decision', async () => {
    const document = await json('vote --nodes 5 --rounds 12 --batch 2 --seed 3');
    const { cost, outputs, attempts } = document as unknown as {
      cost: { messages: number; expected: number };
      outputs: Record<string, { decisions: readonly number[][] }>;
      attempts: readonly { leader: number; value: readonly number[] }[];
    };
    expect(cost.messages).toBe(cost.expected);
    const decided = outputs['0']?.decisions ?? [];
    expect(decided).toHaveLength(12);
    expect(attempts.map(({ value }) => value)).toEqual(decided);
    expect(attempts.map(({ leader }) => leader)).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1]);
    for (const output of Object.values(outputs)) expect(output.decisions).toEqual(decided);
  });

  it('warns of one vote and more than half', async () => {
    const { status, err, out } = await line('vote --nodes 5 --quorum majority --propose 1');
    expect(err).toContain('warn: --quorum majority is one vote and more than half');
    expect(out).toContain('CONSENSUS REACHED');
    expect(status).toBe(0);
  });

  it.each([
    ['--nodes 4 --faulty 2', 'Q1003'],
    ['--propose 0', 'Q9002'],
    ['--propose 1000', 'Q9002'],
    ['--propose -1', 'Q9002'],
    ['--propose 1.5', 'Q9002'],
    ['--quorum half', 'Q9002'],
    ['--rounds 1000000', 'Q7001'],
    ['--fault 3:vote-nay', 'Q9004'],
    ['--fault 3:forge-sender', 'Q9007'],
    ['--fault 1:silent --fault 2:silent', 'Q9006'],
    ['--sender 1', 'Q9001'],
  ])('refuses %s with %s', async (flags, code) => {
    const { status, err, out } = await line(`vote ${flags}`);
    expect(err).toContain(`error ${code}: `);
    expect(out).toBe('');
    expect(status).toBe(64);
  });

  it.each([1, 999])('takes --propose %i', async (value) => {
    const { out } = await line(`vote --propose ${value} --nodes 4`);
    expect(out).toContain(`  Value: ${value}\n`);
  });

  it('runs as any protocol does, too: run vote', async () => {
    const { status, out } = await line('run vote --nodes 4 --rounds 3 --fault 1:vote-random --seed 5 --json');
    const { verdict, properties, outputs } = parsed(runDocument, out);
    expect(verdict).toBe('valid');
    expect(Object.keys(properties)).toEqual(['agreement', 'validity', 'irrevocability', 'termination', 'onePerRound']);
    expect(outputs['0']?.decisions).toHaveLength(3);
    expect(status).toBe(0);
  });

  it('keeps vote-no and vote-random to itself', async () => {
    const { err, status } = await line('run bracha --fault 1:vote-no');
    expect(err).toContain('error Q9007: vote-no does not apply to bracha');
    expect(err).toContain('it applies to vote');
    expect(status).toBe(64);
    expect((await line('list faults')).out).toMatch(/vote-no +votes NO, whatever is proposed +vote\n/);
  });
});

describe('quorate sim vote', () => {
  it('keeps its promises in drawn synchronous runs with lies, crashes and power failures', async () => {
    const { status, out } = await line('sim vote --nodes 4..7 --seeds 0..100');
    expect(out).toContain('verdict: valid');
    expect(status).toBe(0);
  });

  it('is undecided, as on threads, when every attempt comes to NO', async () => {
    const { status, out } = await line('sim vote --nodes 4 --retries 0 --fault 0:silent --seed 1');
    expect(out).toContain('verdict: undecided');
    expect(status).toBe(2);
  });

  it('prints what the README of voting says of runs without promises', async () => {
    const readme = readFileSync(fileURLToPath(new URL('../../../packages/voting/README.md', import.meta.url)), 'utf8');
    const commands = [...readme.matchAll(/`npx quorate (sim vote [^`]+)`/g)].map(([, words = '']) => words);
    expect(commands).toHaveLength(2);
    for (const words of commands) {
      const { status, out } = await line(words);
      expect(out).toContain('✗  VOTE1 agreement');
      expect(status).toBe(1);
    }
  });
});
