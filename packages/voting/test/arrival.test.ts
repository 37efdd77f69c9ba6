import { describe, expect, it } from 'vitest';
import {
  createGroup,
  nodeId,
  noEffects,
  Voting,
  type LogRecord,
  type Message,
  type VotingOptions,
} from '@quorate/voting';
import { Alone, beginning, hello, ready, running, silence, waiting } from './alone.js';

/** A log of so many rounds, each of which decided its number. */
const logOf = (rounds: number): readonly LogRecord[] =>
  Array.from({ length: rounds }, (_, at) => ({ kind: 'decided', round: at + 1, decision: [at + 1] }));

const answer = (round: number, ...decisions: readonly (readonly number[])[]): Message => ({
  kind: 'decisions',
  round,
  decisions,
});

const ask = (round: number): Message => ({ kind: 'ask', round });

/** Node 3 of four has come back, and hears that nodes 0 and 1 are at this place. */
function back(decided: number, round: number, options: Partial<VotingOptions> = {}): Alone {
  const node = new Alone(4, 3, options, logOf(decided));
  node.hear([0, 1], ready(round, 1));
  node.expire('answered');
  return node;
}

describe('at the start', () => {
  it('a node does nothing but say hello, and wait', () => {
    const group = createGroup({ nodes: 4 });
    const node = new Voting({ group, self: nodeId(group, 3), grace: 7 });
    expect(node.restore([])).toEqual([
      { kind: 'send', to: 'all', message: hello(0) },
      { kind: 'arm', timer: { kind: 'grace', start: 1 }, ticks: 7 },
    ]);
    expect(node.receive(nodeId(group, 0), ask(1))).toBe(noEffects);
  });

  it('a node says hello with what it has decided, and returns the first hello of each other one', () => {
    const node = new Alone(4, 3, {}, logOf(2));
    expect(node.said).toEqual([hello(2)]);
    expect(node.told).toEqual([]);
    node.hear([0, 0, 1], hello(0));
    expect(node.told).toEqual([
      [0, hello(2)],
      [1, hello(2)],
    ]);
  });

  it('goes on when everybody is there, and the others have had a period to answer', () => {
    const node = new Alone(4, 3, { period: 77 });
    node.hear([0, 1], hello(0));
    expect(node.waits('answered')).toBe(false);
    node.hear([2], hello(0));
    expect(node.ticks('answered')).toEqual([77]);
    expect(node.last('ready')).toBeUndefined();
    node.expire('answered');
    expect(node.last('ready')).toEqual(ready(0, 0));
    expect([node.waits('grace'), node.waits('answered')]).toEqual([false, false]);
  });

  it('goes on with n − f when a grace period is over, and with nobody else', () => {
    const node = new Alone(4, 3, { grace: 99 });
    expect(node.ticks('grace')).toEqual([99]);
    node.hear([0], hello(0));
    node.expire('grace');
    expect(node.waits('answered')).toBe(false);
    node.hear([1], hello(0));
    expect(node.waits('answered')).toBe(true);
    expect(node.arms.grace).toBe(1);
    const enough = new Alone(4, 3);
    enough.hear([0, 1], hello(0));
    expect(enough.waits('answered')).toBe(false);
    enough.expire('grace');
    expect(enough.waits('answered')).toBe(true);
  });

  it('waits twenty periods for the rest unless it is told how long', () => {
    expect(new Alone(4, 3, { period: 7 }).ticks('grace')).toEqual([140]);
  });

  it('asks once: hellos and places that are heard later change nothing', () => {
    const node = new Alone(4, 3);
    node.hear([0, 1], ready(1, 1));
    expect(node.arms.answered).toBe(1);
    node.hear([2], ready(1, 1));
    node.hear([2], hello(0));
    node.expire('grace');
    expect(node.arms.answered).toBe(1);
  });

  it('asks for what f + 1 that start have decided and it has not, and on while answers help', () => {
    const node = new Alone(4, 3, {}, logOf(1));
    node.hear([0], hello(9));
    node.hear([1], hello(3));
    node.hear([2], hello(1));
    expect(node.said.filter(({ kind }) => kind === 'ask')).toEqual([ask(2)]);
    node.hear([0], answer(2, [2]));
    expect(node.times('ask')).toBe(1);
    node.hear([1], answer(2, [2]));
    expect(node.said.filter(({ kind }) => kind === 'ask')).toEqual([ask(2), ask(3)]);
    node.hear([0, 1], answer(3, [3]));
    expect([node.times('ask'), node.node.decided]).toEqual([2, 3]);
    const level = new Alone(4, 3, {}, logOf(1));
    level.hear([0, 1, 2], hello(1));
    expect(level.times('ask')).toBe(0);
  });

  it('has all decided rounds, and yet begins where all begin', () => {
    const node = new Alone(4, 3, { rounds: 1 });
    node.hear([0, 1, 2], hello(1));
    node.hear([0, 1], answer(1, [1]));
    expect([node.node.decided, node.times('ready')]).toEqual([1, 0]);
    node.expire('answered');
    expect(node.last('ready')).toEqual(ready(0, 0));
  });

  it('begins at once with f + 1 that do, unless f + 1 are somewhere else', () => {
    const node = new Alone(7, 6);
    node.hear([0, 1], ready(0, 0));
    expect(node.times('ready')).toBe(0);
    node.hear([2], ready(0, 0));
    expect(node.last('ready')).toEqual(ready(0, 0));
    const late = new Alone(7, 6);
    late.hear([3, 4, 5], ready(2, 1));
    late.hear([0, 1, 2], ready(0, 0));
    expect(late.times('ready')).toBe(0);
  });

  it('waits for answers before it joins a round that f + 1 are about to settle', () => {
    const node = new Alone(4, 3);
    node.hear([0, 1], ready(1, 0));
    expect([node.times('ready'), node.times('hello')]).toEqual([0, 1]);
    node.expire('answered');
    expect(node.last('ready')).toEqual(ready(1, 0));
  });
});

describe('a node that joins', () => {
  it('takes part neither in the round in which it may have spoken, nor in the one that runs', () => {
    const node = back(2, 2);
    node.hear([0, 1, 2], ready(3, 1, [2]));
    expect(node.times('ready')).toBe(0);
    node.hear([0, 1, 2], ready(4, 1, [3]));
    expect(node.last('ready')).toEqual(ready(4, 1, [3]));
    const behind = back(0, 3);
    behind.hear([0, 1], answer(1, [1], [2]));
    expect([behind.node.decided, behind.times('ready')]).toEqual([2, 0]);
  });

  it('does not take part in a round that the others were in when it had not learned what came before', () => {
    const node = new Alone(7, 6);
    node.hear([0, 1, 2], ready(1, 1));
    node.expire('answered');
    node.hear([0, 1, 2, 3, 4, 5], ready(3, 1, [2]));
    node.hear([0, 1, 2], answer(1, [1], [2]));
    node.hear([3], ready(3, 2, [2]));
    expect([node.node.decided, node.times('ready')]).toEqual([2, 0]);
    node.hear([0, 1, 2], ready(4, 1, [3]));
    expect(node.last('ready')).toEqual(ready(4, 1, [3]));
  });

  it.each([
    [5, 'begins with the others at the moment at which n − f are there'],
    [6, 'no longer begins what more than n − f are in'],
  ])('%i of seven: %s', (there, what) => {
    const node = waiting();
    node.hear([3, 4], ready(2, 1, [5]));
    // It heard nothing of an agreement that the others came through.
    node.hear([0, 1, 2, 3, 4, 5].slice(0, there), ready(3, 1, [6]));
    for (let period = 0; period < 11; period++) node.expire('period');
    expect(node.last('ready')).toEqual(what.startsWith('begins') ? ready(3, 1, [6]) : ready(2, 2, [5]));
    expect(node.node.decided).toBe(2);
  });

  it('asks for what is missing as soon as it knows of it, and on while answers help', () => {
    const node = back(0, 1);
    expect(node.times('ask')).toBe(0);
    node.hear([0, 1], ready(3, 1));
    expect(node.last('ask')).toEqual(ask(1));
    const before = node.times('ask');
    node.hear([0], answer(1, [1]));
    expect(node.times('ask')).toBe(before);
    node.hear([1], answer(1, [1]));
    expect([node.times('ask'), node.last('ask')]).toEqual([before + 1, ask(2)]);
    node.hear([0, 1], answer(2, [2]));
    expect(node.times('ask')).toBe(before + 1);
  });

  it('asks all once for the same, and then whoever says where it is: a liar that does so for ever has nobody else asked', () => {
    const node = back(0, 1);
    node.hear([0, 1], ready(3, 1));
    const before = node.times('ask');
    for (let attempt = 2; attempt < 20; attempt++) node.hear([2], ready(3, attempt));
    expect(node.times('ask')).toBe(before);
    const asked = node.told.filter(([, { kind }]) => kind === 'ask');
    expect(asked).toEqual(Array.from({ length: 18 }, () => [2, ask(1)]));
    node.hear([0], ready(4, 1));
    expect([node.times('ask'), node.told.at(-1)]).toEqual([before, [0, ask(1)]]);
    node.hear([1], ready(4, 1));
    expect([node.times('ask'), node.last('ask')]).toEqual([before + 1, ask(1)]);
  });

  it('does not go back behind what it has learned', () => {
    const node = back(0, 2);
    node.hear([0, 1], ready(4, 1));
    node.hear([0, 1], answer(1, [1], [2], [3], [4], [5]));
    expect(node.node.decided).toBe(5);
    node.hear([2], ready(5, 1));
    expect(node.times('ready')).toBe(0);
    node.hear([0, 1], ready(6, 1, [5]));
    expect(node.last('ready')).toEqual(ready(6, 1, [5]));
  });

  it('remembers how far the others were, when they start anew', () => {
    const node = back(0, 9);
    node.hear([0, 1], hello(0));
    node.hear([0, 1], ready(3, 1));
    node.hear([0, 1], answer(1, [1], [2], [3], [4], [5], [6], [7], [8]));
    node.hear([0, 1], ready(9, 1));
    expect(node.times('ready')).toBe(0);
    node.hear([0, 1], ready(10, 1, [9]));
    expect(node.last('ready')).toEqual(ready(10, 1, [9]));
  });

  it('does not ask anew whether everybody is there, nor is a late timer an answer', () => {
    const node = back(0, 1);
    const said = node.said.length;
    node.hear([2], ready(1, 1));
    node.late({ kind: 'answered', start: 1 });
    expect([node.arms.answered, node.said.length]).toEqual([1, said]);
  });

  it('waits with those who settle what was open when they are fewer than n − f, and lets n − f go', () => {
    const few = new Alone(4, 3);
    few.hear([0, 1], ready(1, 0));
    few.expire('answered');
    expect(few.last('ready')).toEqual(ready(1, 0));
    const enough = new Alone(4, 3);
    enough.hear([0, 1, 2], ready(1, 0));
    enough.expire('answered');
    expect(enough.times('ready')).toBe(0);
    const attempting = new Alone(4, 3);
    attempting.hear([0, 1], ready(1, 1));
    attempting.expire('answered');
    expect(attempting.times('ready')).toBe(0);
  });

  it('knows nothing of where the others are when those who said so start anew', () => {
    const node = back(0, 5);
    node.hear([0, 1], hello(5));
    const before = node.said.length;
    node.hear([2], ready(6, 1));
    node.hear([0, 1], answer(1, [1]));
    expect([node.said.length, node.node.decided]).toEqual([before, 1]);
  });
});

describe('learning', () => {
  it.each<[string, Partial<VotingOptions>, number]>([
    ['forgets what is older than it keeps', { keep: 3 }, 9],
    ['keeps everything where nothing is said', {}, 1],
  ])('%s', (_what, options, first) => {
    const node = back(0, 1, { rounds: 20, ...options });
    node.hear([0, 1], ready(17, 1));
    node.hear([0, 1], answer(1, ...Array.from({ length: 12 }, (_, at) => [at + 1])));
    expect(node.node.decided).toBe(12);
    const kept = node.records.flatMap((record) => (record.kind === 'decided' ? [record.round] : []));
    expect(kept).toEqual(Array.from({ length: 13 - first }, (_, at) => first + at));
    expect([node.node.decisionOf(first - 1), node.node.decisionOf(12)]).toEqual([undefined, [12]]);
  });

  it('forgets what would not fit in the log', () => {
    const longest = Array.from({ length: 512 }, () => 1);
    const node = back(0, 1, { rounds: 20, logBytes: 2 ** 16 });
    node.hear([0, 1], ready(17, 1));
    node.hear([0, 1], answer(1, ...Array.from({ length: 16 }, () => longest)));
    expect([node.node.decided, node.node.decisionOf(1), node.node.decisionOf(16)]).toEqual([16, undefined, longest]);
  });

  it('while an agreement runs, nothing is learned of its round', () => {
    const node = running();
    node.hear([0, 1], answer(2, [9]));
    expect([node.node.decided, node.decisions]).toEqual([1, ['1: 5 catch-up']]);
  });

  it('who learns the decision of the round that it is ready for joins the others', () => {
    const node = waiting();
    expect([node.last('ready'), node.times('hello')]).toEqual([ready(2, 1, [5]), 2]);
    node.hear([0, 1, 2], answer(2, [6]));
    expect([node.decisions.at(-1), node.times('hello')]).toEqual(['2: 6 catch-up', 3]);
    node.hear([3, 4], ready(2, 1, [5]));
    expect(node.arms.period).toBe(0);
  });

  it('an answer that is not asked for changes nothing for who is level', () => {
    const node = running();
    const said = node.said.length;
    node.hear([0, 1, 2], answer(1, [5]));
    node.hear([0, 1, 2], answer(9, [5]));
    expect([node.said.length, node.node.decided]).toEqual([said, 1]);
  });
});

describe('starting anew with others', () => {
  it('takes more than f that have, a pause in the agreements, and a grace period since the last time', () => {
    const node = running({ grace: 500 });
    node.hear([0, 1], hello(1));
    expect([node.times('hello'), node.waits('grace')]).toEqual([2, false]);
    silence(node);
    expect([node.times('hello'), node.ticks('grace')]).toEqual([2, [500]]);
    node.hear([2], hello(1));
    expect(node.arms.grace).toBe(2);
    node.expire('grace');
    expect([node.times('hello'), node.arms.grace, node.waits('period')]).toEqual([3, 3, false]);
  });

  it('one that comes back is no reason, nor are more that were there already', () => {
    const node = running();
    silence(node);
    node.hear([0, 0, 0], hello(1));
    expect(node.waits('grace')).toBe(false);
  });

  it('a grace period that is over is over: who started with n − f starts anew at once', () => {
    const node = new Alone(4, 3);
    node.hear([0, 1], hello(0));
    node.expire('grace');
    node.expire('answered');
    expect(node.last('ready')).toEqual(ready(0, 0));
    node.hear([0, 1], ready(0, 0));
    silence(node);
    expect(node.times('hello')).toBe(1);
    node.hear([0, 1], hello(0));
    expect(node.times('hello')).toBe(2);
  });

  it('a hello that was heard while it joined counts when it is there', () => {
    const node = new Alone(7, 6);
    node.hear([0, 1, 2], ready(1, 1));
    node.expire('answered');
    node.hear([3, 4], hello(0));
    node.hear([0, 1, 2], ready(2, 1, [5]));
    expect([node.last('ready'), node.waits('grace')]).toEqual([ready(2, 1, [5]), false]);
    node.hear([5], hello(1));
    expect(node.waits('grace')).toBe(true);
  });

  it('who falls behind while a grace period runs goes on waiting for its end', () => {
    const node = waiting();
    node.hear([3, 4, 5], hello(1));
    expect(node.waits('grace')).toBe(true);
    node.hear([0, 1, 2], ready(4, 1, [7]));
    expect([node.times('hello'), node.waits('grace'), node.arms.grace]).toEqual([3, true, 2]);
    node.expire('grace');
    expect(node.times('hello')).toBe(4);
  });

  it('who is at the beginning stays there', () => {
    const node = new Alone(4, 3);
    node.hear([0, 1, 2], hello(0));
    node.expire('answered');
    node.hear([0, 1, 2], hello(0));
    expect([node.times('hello'), node.waits('grace')]).toEqual([1, false]);
  });

  it('who was heard at the beginning, and comes back to it, is told where the others are', () => {
    const node = beginning();
    node.hear([0], hello(0));
    expect(node.told.at(-1)).toEqual([0, ready(0, 0)]);
  });

  it('timers of an earlier start mean nothing', () => {
    const node = running({ grace: 500 });
    silence(node);
    node.hear([0, 1], hello(1));
    node.expire('grace');
    const said = node.said.length;
    for (const kind of ['grace', 'answered'] as const) node.late({ kind, start: 1 });
    node.hear([0, 1], hello(1));
    expect([node.said.length, node.waits('answered')]).toEqual([said, false]);
  });
});
