/** The table of rounds that run, as somebody at a terminal sees it. */
import { describe, expect, it } from 'vitest';
import { createGroup } from '@quorate/transport';
import { plainStack } from '../src/catalogue/applicability.js';
import { Terminal } from '../src/output/terminal.js';
import { LiveVotes } from '../src/protocols/vote/live-votes.js';
import { vote } from '../src/protocols/vote.js';
import type { RunPlan } from '../src/run/plan.js';

const plan: RunPlan = {
  ...plainStack(vote),
  group: createGroup({ nodes: 4 }),
  unsafe: false,
  seed: 1,
  faults: [{ node: 3, behaviour: 'silent', at: undefined }],
  work: { kind: 'random', count: 1, payload: 4 },
  senders: [],
  timeout: 1,
};

/** A table with a screen and a clock of its own. */
class Drawn {
  shown = '';
  now = 0;
  readonly live: LiveVotes;

  constructor(isTTY: boolean, columns = 80) {
    const screen = {
      write: (more: string): void => {
        this.shown += more;
      },
      isTTY,
      columns,
    };
    const surroundings = { out: screen, err: screen, environment: {} };
    const terminal = new Terminal(surroundings, { colors: false, json: false, quiet: false, level: 'warn' });
    this.live = new LiveVotes(terminal, plan, 1000, () => this.now);
  }

  update(now: number, decided: readonly number[]): void {
    this.now = now;
    this.live.update(decided);
  }
}

const back = '\u001B[5A\u001B[0J';

describe('the table of rounds that run', () => {
  it('is drawn over itself, not too often, and taken back at the end', () => {
    const drawn = new Drawn(true);
    drawn.update(0, [1, 1, 1]);
    expect(drawn.shown).toBe('');
    drawn.update(1000, [20, 21, 22]);
    const first = `20 rounds of 1,000  20 a second
  node 0  decided  20
  node 1  decided  21
  node 2  decided  22
  node 3  silent
`;
    expect(drawn.shown).toBe(first);
    drawn.update(1010, [30, 30, 30]);
    expect(drawn.shown).toBe(first);
    drawn.update(2000, [40, 40, 40]);
    expect(drawn.shown.startsWith(`${first}${back}40 rounds of 1,000  20 a second\n`)).toBe(true);
    drawn.live.end();
    expect(drawn.shown.endsWith(back)).toBe(true);
  });

  it('is not drawn where nobody looks on, nor where its lines would be wrapped', () => {
    for (const drawn of [new Drawn(false), new Drawn(true, 20)]) {
      drawn.update(1000, [20, 21, 22]);
      drawn.live.end();
      expect(drawn.shown).toBe('');
    }
  });
});
