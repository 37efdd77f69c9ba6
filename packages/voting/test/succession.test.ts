import { describe, expect, it } from 'vitest';
import type { LogRecord, Message, VotingOptions } from '@quorate/voting';
import { agree, Alone, beginning, conclude, hello, ready, running, silence, waiting } from './alone.js';

type Value = readonly number[] | undefined;

const decided = (round: number): LogRecord => ({ kind: 'decided', round, decision: [round] });
const settled = (round: number, decision: Value): LogRecord => ({ kind: 'settled', round, attempt: 1, decision });
const hasSettled = (round: number, attempt: number): Message => ({ kind: 'settled', round, attempt });
const vote = (round: number, attempt: number, value: Value): Message => ({
  kind: 'vote',
  round,
  attempt,
  phase: 0,
  value,
});

/** Node 3 of four has found out with the others where to begin, and they are there. */
function recovering(records: readonly LogRecord[], parity: number, options: Partial<VotingOptions> = {}): Alone {
  const node = beginning(options, records);
  conclude(node, 0, 0, [parity]);
  return node;
}

describe('where a restarted group goes on', () => {
  it.each<[string, readonly LogRecord[], number, Message, readonly string[]]>([
    ['the common round is its last one', [decided(1), decided(2)], 0, ready(3, 0, [2]), []],
    ['and was, whatever it has settled since', [decided(1), decided(2), settled(3, [9])], 0, ready(3, 0, [2]), []],
    [
      'others have decided what it has settled',
      [decided(1), decided(2), settled(3, [9])],
      1,
      ready(4, 0, [9]),
      ['3: 9 recovery'],
    ],
    ['it alone has decided its last one', [decided(1), decided(2)], 1, ready(2, 0, [1]), []],
    ['it has settled that an attempt came to NO', [decided(1), settled(2, undefined)], 0, ready(1, 0), []],
    ['it has decided nothing', [], 0, ready(1, 0), []],
    ['nothing is before the first round', [], 1, ready(1, 0), []],
  ])('%s', (_what, records, parity, place, decisions) => {
    const node = recovering(records, parity);
    expect(node.last('ready')).toEqual(place);
    expect(node.decisions.filter((one) => !one.endsWith('log'))).toEqual(decisions);
  });

  it('persists nothing of it but what it decides', () => {
    expect(recovering([decided(1), decided(2)], 0).records).toHaveLength(2);
  });
});

/** … and goes on to settle a round with them. */
const at = (round: number, records: readonly LogRecord[], parity: number): Alone => {
  const node = recovering(records, parity);
  node.hear([0, 1, 2], ready(round, 0, [round - 1]));
  return node;
};

describe('what became of the round that was open', () => {
  it('it is decided when that is what was settled, and the next round is attempted', () => {
    const node = at(2, [decided(1), settled(2, [9])], 1);
    agree(node, 2, 0, [9]);
    expect(node.records.at(-1)).toEqual({ kind: 'settled', round: 2, attempt: 0, decision: [9] });
    expect(node.decisions).toEqual(['1: 1 log']);
    node.hear([0, 1, 2], hasSettled(2, 0));
    expect(node.decisions).toEqual(['1: 1 log', '2: 9 recovery']);
    expect(node.records.at(-1)).toEqual({ kind: 'decided', round: 2, decision: [9] });
    expect(node.last('ready')).toEqual(ready(3, 1, [9]));
  });

  it('it begins anew when nothing was', () => {
    const node = at(2, [decided(1)], 1);
    conclude(node, 2, 0, undefined);
    expect(node.decisions).toEqual(['1: 1 log']);
    expect(node.last('ready')).toEqual(ready(2, 1, [1]));
  });

  it('who has decided it already decides nothing, and persists nothing', () => {
    const node = at(2, [decided(1), decided(2)], 1);
    conclude(node, 2, 0, [2]);
    expect([node.decisions, node.records.length]).toEqual([['1: 1 log', '2: 2 log'], 2]);
    expect(node.last('ready')).toEqual(ready(3, 1, [2]));
  });

  it('an answer that nobody asked for throws nobody out of it', () => {
    const node = recovering([decided(1), decided(2)], 1);
    node.hear([0], { kind: 'decisions', round: 1, decisions: [[1]] });
    node.hear([0], { kind: 'decisions', round: 3, decisions: [[3]] });
    expect(node.times('hello')).toBe(1);
    node.hear([0, 1], ready(2, 0, [1]));
    conclude(node, 2, 0, [2]);
    expect(node.last('ready')).toEqual(ready(3, 1, [2]));
  });

  it('no votes are told of it, and nobody dissents', () => {
    const node = at(2, [decided(1), settled(2, [9])], 1);
    node.hear([0, 1, 2], vote(2, 0, undefined));
    expect(node.outputs.filter(({ kind }) => kind !== 'decision')).toEqual([]);
    expect(node.faults).toEqual([]);
  });
});

describe('an attempt', () => {
  it('that comes to a value decides the round, once that stands on the disk of n − f', () => {
    const node = running();
    agree(node, 2, 1, [7]);
    expect(node.records.at(-1)).toEqual({ kind: 'settled', round: 2, attempt: 1, decision: [7] });
    expect([node.last('settled'), node.node.decided]).toEqual([hasSettled(2, 1), 1]);
    node.hear([0, 1, 2], hasSettled(2, 1));
    expect([node.node.decided, node.node.decisionOf(2)]).toEqual([2, [7]]);
    expect(node.last('ready')).toEqual(ready(3, 1, [7]));
    expect(node.outputs.slice(-3)).toEqual([
      { kind: 'proposal', round: 2, attempt: 1, leader: 1, value: [7] },
      { kind: 'votes', round: 2, attempt: 1, votes: ['yes', 'yes', 'yes', 'yes'] },
      { kind: 'decision', round: 2, attempt: 1, value: [7], by: 'agreement' },
    ]);
  });

  it('that comes to NO is followed by the next, and the last one closes the round without a value', () => {
    const node = running({ retries: 1 });
    conclude(node, 2, 1, undefined);
    expect(node.records.at(-1)).toEqual({ kind: 'settled', round: 2, attempt: 1, decision: undefined });
    expect([node.node.decided, node.last('ready')]).toEqual([1, ready(2, 2, [5])]);
    node.hear([0, 1, 2], ready(2, 2, [5]));
    conclude(node, 2, 2, undefined);
    expect(node.records.slice(-2)).toEqual([
      { kind: 'settled', round: 2, attempt: 2, decision: [] },
      { kind: 'decided', round: 2, decision: [] },
    ]);
    expect([node.decisions.at(-1), node.last('ready')]).toEqual(['2:  agreement', ready(3, 1, [])]);
  });

  it('votes are told as they look: for the value, for none, for another one, not there', () => {
    const node = running();
    node.hear([1], { kind: 'proposal', round: 2, attempt: 1, value: [7] });
    node.hear([0], vote(2, 1, undefined));
    node.hear([1], vote(2, 1, [8]));
    node.expire('period');
    node.expire('period');
    expect(node.outputs.at(-1)).toMatchObject({ kind: 'votes', votes: ['no', 'other', 'missing', 'yes'] });
    const without = running();
    without.expire('period');
    without.hear([0, 1], vote(2, 1, undefined));
    without.hear([2], vote(2, 1, [8]));
    expect(without.outputs.slice(-2)).toEqual([
      { kind: 'proposal', round: 2, attempt: 1, leader: 1, value: undefined },
      { kind: 'votes', round: 2, attempt: 1, votes: ['no', 'no', 'yes', 'no'] },
    ]);
  });

  it('no round begins after the last one', () => {
    const node = running({ rounds: 2 });
    conclude(node, 2, 1, [7]);
    node.hear([0, 1, 2], ready(3, 1, [7]));
    expect([node.last('ready'), node.waits('period')]).toEqual([ready(3, 1, [7]), false]);
  });
});

/** Node 3 leads round 4. */
const leading = (options: Partial<VotingOptions>, values: readonly number[]): Alone => {
  const node = new Alone(4, 3, options, [decided(1), decided(2)]);
  for (const value of values) node.node.input(value);
  node.hear([0, 1], ready(3, 1, [2]));
  node.expire('answered');
  node.hear([0, 1, 2], ready(4, 1, [3]));
  return node;
};

describe('own values', () => {
  it('are proposed by batches, oldest first, and not again once they are decided', () => {
    const node = leading({ batch: 2 }, [11, 12, 13]);
    expect(node.last('proposal')).toEqual({ kind: 'proposal', round: 4, attempt: 1, value: [11, 12] });
    conclude(node, 4, 1, [11, 12]);
    for (const round of [5, 6, 7]) {
      node.hear([0, 1, 2], ready(round, 1, [round - 1]));
      conclude(node, round, 1, [round]);
    }
    node.hear([0, 1, 2], ready(8, 1, [7]));
    expect(node.last('proposal')).toEqual({ kind: 'proposal', round: 8, attempt: 1, value: [13] });
  });

  it.each<[string, Value, number]>([
    ['another value was decided instead', [99], 5],
    ['another node proposed the same', [11], 4],
  ])('are proposed again when %s', (_what, value, other) => {
    const node = leading({}, [11]);
    conclude(node, 4, 1, other === 4 ? undefined : value);
    for (const attempt of [2, 3, 4]) {
      if (other !== 4) break;
      node.hear([0, 1, 2], ready(4, attempt, [3]));
      conclude(node, 4, attempt, attempt === 4 ? value : undefined);
    }
    for (const round of [5, 6, 7]) {
      node.hear([0, 1, 2], ready(round, 1, [round - 1]));
      conclude(node, round, 1, [round]);
    }
    node.hear([0, 1, 2], ready(8, 1, [7]));
    expect(node.last('proposal')).toEqual({ kind: 'proposal', round: 8, attempt: 1, value: [11] });
  });

  it('a function is asked for them in the rounds that this node leads, and in no other', () => {
    const asked: number[] = [];
    const propose = (round: number): readonly number[] => {
      asked.push(round);
      return [10 * round];
    };
    beginning({ propose });
    expect(asked).toEqual([]);
    const node = leading({ propose }, []);
    expect(node.last('proposal')).toEqual({ kind: 'proposal', round: 4, attempt: 1, value: [40] });
    conclude(node, 4, 1, [40]);
    node.hear([0, 1, 2], ready(5, 1, [40]));
    expect(asked).toEqual([4]);
  });

  it('who has none proposes none', () => {
    expect(leading({}, []).last('proposal')).toEqual({ kind: 'proposal', round: 4, attempt: 1, value: undefined });
    const silent = leading({ propose: () => undefined }, [11]);
    expect(silent.last('proposal')).toEqual({ kind: 'proposal', round: 4, attempt: 1, value: undefined });
  });
});

describe('going on', () => {
  it('a node begins when n − f are ready, of whatever attempt', () => {
    const node = waiting();
    node.hear([0], ready(2, 2, [5]));
    expect(node.waits('period')).toBe(false);
    node.hear([3], ready(2, 3, [5]));
    expect(node.ticks('period')).toEqual([60]);
    expect(node.armed('period')).toEqual([{ kind: 'period', round: 2, attempt: 1, period: 1 }]);
  });

  it('that others are in a later attempt of the round does not leave it behind, a later round does', () => {
    const node = waiting();
    node.hear([0, 1, 2], ready(2, 2, [5]));
    expect(node.times('hello')).toBe(2);
    node.hear([0, 1], ready(3, 1, [6]));
    expect(node.times('hello')).toBe(2);
    node.hear([2], ready(3, 1, [6]));
    expect([node.times('hello'), node.node.decided]).toEqual([3, 2]);
  });

  it('who is left behind does not begin what it was ready for, though n − f have reached it', () => {
    const node = waiting();
    node.hear([2], hello(1));
    node.hear([3], ready(2, 1, [5]));
    node.hear([0, 1], ready(4, 1, [7]));
    expect(node.times('hello')).toBe(2);
    node.hear([2], ready(4, 1, [7]));
    expect([node.arms.period, node.times('hello')]).toEqual([0, 3]);
  });

  it('who has decided all rounds follows nobody further', () => {
    const node = waiting({ rounds: 1 });
    expect(node.last('ready')).toEqual(ready(2, 1, [5]));
    const said = node.said.length;
    node.hear([0, 1, 2, 3, 4], ready(3, 1, [6]));
    expect([node.said.length, node.node.decided]).toEqual([said, 1]);
  });

  it('what is said in a later agreement is kept for it, what is said in an earlier one is over', () => {
    const node = running();
    node.hear([2], { kind: 'proposal', round: 2, attempt: 2, value: [8] });
    node.hear([1], { kind: 'proposal', round: 2, attempt: 0, value: [9] });
    node.hear([0], { kind: 'proposal', round: 1, attempt: 1, value: [9] });
    expect([node.last('vote'), node.faults]).toEqual([undefined, []]);
    conclude(node, 2, 1, undefined);
    node.hear([0, 1, 2], ready(2, 2, [5]));
    expect(node.last('vote')).toEqual(vote(2, 2, [8]));
  });

  it('all of it may have been said before', () => {
    const node = waiting();
    const early = new Alone(4, 3);
    early.hear([0, 1], ready(1, 1));
    early.expire('answered');
    conclude(early, 2, 1, [7]);
    expect(early.node.decided).toBe(0);
    early.hear([0, 1, 2], ready(2, 1, [5]));
    expect([early.decisions, early.waits('period')]).toEqual([['1: 5 catch-up', '2: 7 agreement'], false]);
    expect(early.last('ready')).toEqual(ready(3, 1, [7]));
    expect(node.node.decided).toBe(1);
  });

  it('a link that is open again is told where this node is: starting, ready, running', () => {
    const starting = new Alone(4, 3, {}, [decided(1)]);
    starting.reopened(0);
    expect(starting.told).toEqual([[0, hello(1)]]);
    const idle = waiting();
    idle.reopened(0);
    expect(idle.told.at(-1)).toEqual([0, ready(2, 1, [5])]);
    const busy = running();
    busy.reopened(0);
    expect(busy.told.at(-1)).toEqual([0, ready(2, 1, [5])]);
  });

  it('and may ask for everything anew', () => {
    const node = running();
    for (let count = 0; count < 20; count++) node.hear([0], { kind: 'ask', round: 1 });
    const answers = (): number => node.told.filter(([, { kind }]) => kind === 'decisions').length;
    expect(answers()).toBe(8);
    node.reopened(0);
    node.hear([0], { kind: 'ask', round: 1 });
    expect(answers()).toBe(9);
    expect(node.told.at(-1)).toEqual([0, { kind: 'decisions', round: 1, decisions: [[5]] }]);
  });
});

describe('the end of an agreement', () => {
  it('comes when all have settled, before its time', () => {
    const node = running();
    agree(node, 2, 1, [7]);
    node.hear([0, 1], hasSettled(2, 1));
    expect(node.node.decided).toBe(1);
    node.hear([2], hasSettled(2, 1));
    expect(node.node.decided).toBe(2);
  });

  it('comes when f + 1 are past it, once this node has settled', () => {
    const node = running();
    node.hear([0, 1], ready(3, 1, [7]));
    expect(node.last('ready')).toEqual(ready(2, 1, [5]));
    agree(node, 2, 1, [7]);
    expect(node.node.decided).toBe(1);
    node.hear([2], ready(2, 1, [5]));
    expect([node.decisions.at(-1), node.waits('period')]).toEqual(['2: 7 agreement', true]);
    expect(node.last('ready')).toEqual(ready(3, 1, [7]));
    const level = running();
    agree(level, 2, 1, [7]);
    level.hear([0], ready(3, 1, [7]));
    expect(level.node.decided).toBe(1);
  });

  it('comes at once when its time is over and f + 1 are past it already', () => {
    const node = running();
    node.hear([0, 1], ready(2, 2, [5]));
    silence(node);
    expect(node.last('ready')).toEqual(ready(2, 2, [5]));
  });

  it('of the beginning comes by n − f alone: who is where nobody else is joins the others', () => {
    const node = beginning();
    node.hear([0, 1], ready(2, 1, [5]));
    silence(node);
    expect([node.times('hello'), node.decisions]).toEqual([2, ['1: 5 catch-up']]);
    expect(node.times('ready')).toBe(1);
    const confirmed = beginning();
    agree(confirmed, 0, 0, [0]);
    confirmed.hear([0, 1], hasSettled(0, 0));
    confirmed.hear([0], ready(1, 0));
    expect(confirmed.last('ready')).toEqual(ready(0, 0));
    confirmed.hear([1], ready(1, 0));
    expect(confirmed.last('ready')).toEqual(ready(1, 0));
  });

  it('of the beginning does not come early: the others may have been ahead from the start', () => {
    const node = beginning();
    agree(node, 0, 0, [0]);
    node.hear([0, 1], ready(2, 1, [5]));
    expect([node.times('hello'), node.times('ready')]).toEqual([1, 1]);
    for (let period = 0; period < 7; period++) node.expire('period');
    expect([node.times('hello'), node.times('ready')]).toEqual([2, 1]);
  });

  it('of the beginning ends the hellos of those who were there', () => {
    const node = beginning();
    node.hear([0, 1], hello(0));
    conclude(node, 0, 0, [0]);
    expect([node.last('ready'), node.waits('grace')]).toEqual([ready(1, 0), false]);
  });
});

describe('periods', () => {
  it('end the steps one after the other, each armed anew', () => {
    const node = running();
    const names = Array.from({ length: 8 }, () => {
      const [timer] = node.armed('period');
      node.expire('period');
      return timer;
    });
    expect(names).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((period) => ({ kind: 'period', round: 2, attempt: 1, period })));
    expect(node.waits('period')).toBe(false);
  });

  it('that were not armed, have ended, or belong to another agreement, end nothing', () => {
    const node = running();
    const [first] = node.armed('period');
    if (first?.kind !== 'period') throw new Error('it is armed');
    node.late({ ...first, period: 2 });
    node.late({ ...first, attempt: 2 });
    node.late({ ...first, round: 1 });
    expect(node.last('vote')).toBeUndefined();
    node.expire('period');
    expect(node.last('vote')).toEqual(vote(2, 1, undefined));
    node.late(first);
    expect([node.arms.period, node.times('support')]).toEqual([2, 0]);
    conclude(node, 2, 1, undefined);
    const said = node.said.length;
    node.late({ ...first, period: 2 });
    expect([node.said.length, node.waits('period')]).toEqual([said, false]);
  });

  it('that are late for a node that has left mean nothing to it', () => {
    const node = beginning();
    node.hear([0, 1], ready(2, 1, [5]));
    silence(node);
    const said = node.said.length;
    for (let period = 1; period < 9; period++) node.late({ kind: 'period', round: 0, attempt: 0, period });
    expect([node.said.length, node.waits('period')]).toEqual([said, false]);
  });
});
