import { describe, expect, it } from 'vitest';
import {
  codec,
  createGroup,
  messageSchema,
  QuorateError,
  recordSchema,
  Refusal,
  Voting,
  type LogRecord,
  type Message,
  type NodeId,
} from '@quorate/voting';
import { beginning, Claims, compare } from '../src/claims.js';
import { DecisionLog } from '../src/decision-log.js';
import { EarlyMessages } from '../src/early-messages.js';
import { maxAttempts, maxRound, type Ready } from '../src/message.js';
import { OwnValues } from '../src/own-values.js';
import { belowThousand, keyOf, saidBy, same } from '../src/value.js';

const id = (value: number): NodeId => value as NodeId;
const group = createGroup({ nodes: 4 });
const ready = (round: number, attempt: number, decision?: readonly number[]): Ready => ({
  kind: 'ready',
  round,
  attempt,
  decision,
});
const codeOf = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error instanceof QuorateError ? error.code : error;
  }
  return 'nothing';
};

describe('values', () => {
  it('below a thousand means above zero, too', () => {
    expect([-1, 0, 1, 999, 1000].map(belowThousand)).toEqual([false, false, true, true, false]);
  });

  it('no is not the empty batch', () => {
    expect(same(undefined, [])).toBe(false);
    expect(same([1, 2], [1, 2])).toBe(true);
    expect(same([1, 2], [12])).toBe(false);
    expect(keyOf([])).not.toBe(keyOf(undefined));
  });

  it('what enough say alike is found, and liars who all say something else make nobody compare them with each other', () => {
    expect(saidBy(2, [[1], undefined, [2], undefined, [1]])).toEqual([1]);
    expect(saidBy(2, [undefined, [1], undefined, [2], []])).toBeUndefined();
    expect(saidBy(1, [undefined, []])).toEqual([]);
    let looked = 0;
    class Looked extends Array<number> {
      override join(separator?: string): string {
        looked++;
        return super.join(separator);
      }
    }
    const lies = Array.from({ length: 40 }, (_, liar) =>
      Looked.from({ length: 512 }, (__, index) => 1000 * liar + index),
    );
    expect(saidBy(2, lies)).toBeUndefined();
    expect(looked).toBe(40);
  });
});

describe('what others say of where they are', () => {
  it('places are ordered by round and attempt', () => {
    expect(compare({ round: 1, attempt: 2 }, { round: 1, attempt: 3 })).toBeLessThan(0);
    expect(compare({ round: 2, attempt: 0 }, { round: 1, attempt: 3 })).toBeGreaterThan(0);
    expect(compare(beginning, { round: 0, attempt: 0 })).toBe(0);
  });

  it('claims rise, and one of f + 1 is credible', () => {
    const claims = new Claims(group);
    claims.ready(id(0), ready(3, 2));
    expect(claims.credible()).toBeUndefined();
    claims.ready(id(1), ready(2, 1));
    expect(claims.credible()).toMatchObject({ round: 2, attempt: 1 });
    claims.ready(id(1), ready(1, 1));
    expect(claims.credible()).toMatchObject({ round: 2, attempt: 1 });
    expect([claims.reached({ round: 3, attempt: 2 }), claims.reached({ round: 2, attempt: 1 })]).toEqual([1, 2]);
    claims.clear();
    expect(claims.credible()).toBeUndefined();
    expect(claims.reached(beginning)).toBe(0);
  });

  it('whatever the order in which they stand, the second highest of f + 1 = 2 counts', () => {
    const claims = new Claims(group);
    for (const [node, round] of [3, 9, 5, 1].entries()) {
      claims.hello(id(node), { kind: 'hello', round });
      claims.ready(id(node), ready(round, 1));
    }
    expect(claims.credible()).toMatchObject({ round: 5 });
    const starting = new Claims(group);
    for (const [node, round] of [3, 9, 5, 1].entries()) starting.hello(id(node), { kind: 'hello', round });
    expect(starting.credibleRounds()).toBe(5);
  });

  it('the first word for a place stands', () => {
    const claims = new Claims(group);
    for (const node of [0, 1]) claims.ready(id(node), ready(3, 1, [node]));
    claims.ready(id(1), ready(3, 1, [0]));
    expect(claims.decisionOf(2)).toBeUndefined();
  });

  it('the beginning is no credible place', () => {
    const claims = new Claims(group);
    for (const node of [0, 1, 2]) claims.ready(id(node), ready(0, 0));
    expect(claims.credible()).toBeUndefined();
    expect([claims.beginning, claims.present, claims.reached(beginning)]).toEqual([3, 3, 3]);
  });

  it('a hello ends what a node was ready for, and is ended by it; the own one does not count', () => {
    const claims = new Claims(group);
    claims.ready(id(1), ready(2, 1));
    expect(claims.hello(id(1), { kind: 'hello', round: 1 })).toBe(true);
    expect(claims.hello(id(1), { kind: 'hello', round: 1 })).toBe(false);
    expect(claims.reached(beginning)).toBe(0);
    claims.hello(id(2), { kind: 'hello', round: 1 });
    expect([claims.starting(id(0)), claims.starting(id(2)), claims.present]).toEqual([2, 1, 2]);
    claims.ready(id(1), ready(2, 1));
    expect([claims.starting(id(0)), claims.present]).toEqual([1, 1]);
  });

  it('a hello is a reason to start anew once, but whoever said it is present', () => {
    const claims = new Claims(group);
    claims.hello(id(1), { kind: 'hello', round: 1 });
    claims.clear();
    expect([claims.starting(id(0)), claims.present]).toEqual([0, 1]);
    claims.forgetHellos();
    expect(claims.present).toBe(0);
  });

  it('who was at the beginning has begun', () => {
    const claims = new Claims(group);
    for (const node of [1, 2]) claims.hello(id(node), { kind: 'hello', round: 1 });
    claims.ready(id(1), ready(0, 0));
    expect(claims.starting(id(0))).toBe(2);
    claims.forgetBeginning();
    expect(claims.starting(id(0))).toBe(1);
  });

  it('a beginning outlives a hello that was sent twice', () => {
    const claims = new Claims(group);
    claims.ready(id(1), ready(0, 0));
    claims.hello(id(1), { kind: 'hello', round: 1 });
    expect(claims.beginning).toBe(1);
  });

  it('f + 1 starting nodes vouch for so many rounds', () => {
    const claims = new Claims(group);
    expect(claims.credibleRounds()).toBe(0);
    claims.hello(id(0), { kind: 'hello', round: maxRound });
    expect(claims.credibleRounds()).toBe(0);
    claims.hello(id(1), { kind: 'hello', round: 7 });
    claims.hello(id(2), { kind: 'hello', round: 5 });
    expect(claims.credibleRounds()).toBe(7);
  });

  it('f + 1 equal words make a decision', () => {
    const claims = new Claims(group);
    claims.ready(id(0), ready(3, 1, [1]));
    claims.ready(id(1), ready(3, 1, [2]));
    expect(claims.decisionOf(2)).toBeUndefined();
    claims.ready(id(2), ready(3, 2, [2]));
    expect(claims.decisionOf(2)).toEqual([2]);
    expect(claims.decisionOf(3)).toBeUndefined();
    claims.ready(id(0), ready(4, 1));
    claims.ready(id(1), ready(4, 1));
    expect(claims.decisionOf(3)).toBeUndefined();
  });
});

const filled = (count: number): DecisionLog => {
  const log = new DecisionLog(group);
  for (let round = 1; round <= count; round++) log.decide([round]);
  return log;
};

describe('the log', () => {
  it('knows its rounds', () => {
    const log = filled(3);
    expect([log.first, log.last, log.decisionOf(0), log.decisionOf(3), log.decisionOf(4)]).toEqual([
      1,
      3,
      undefined,
      [3],
      undefined,
    ]);
  });

  it('what was settled counts for the next round alone', () => {
    const log = filled(1);
    log.settle({ kind: 'settled', round: 2, attempt: 1, decision: [9] });
    expect(log.settled?.decision).toEqual([9]);
    log.decide([9]);
    expect(log.settled).toBeUndefined();
  });

  it('forgets, and goes on from what is left', () => {
    const log = filled(5);
    log.settle({ kind: 'settled', round: 6, attempt: 1, decision: undefined });
    const records = log.keep(2);
    expect(records).toEqual([
      { kind: 'decided', round: 4, decision: [4] },
      { kind: 'decided', round: 5, decision: [5] },
      { kind: 'settled', round: 6, attempt: 1, decision: undefined },
    ]);
    expect([log.first, log.last]).toEqual([4, 5]);
    const next = new DecisionLog(group);
    next.restore(records);
    expect([next.first, next.last, next.settled?.attempt]).toEqual([4, 5, 1]);
    expect(filled(2).keep(5)).toHaveLength(2);
  });

  it('takes over no gap', () => {
    const log = new DecisionLog(group);
    log.restore([
      { kind: 'decided', round: 4, decision: [4] },
      { kind: 'decided', round: 6, decision: [6] },
      { kind: 'decided', round: 5, decision: [5] },
    ]);
    expect([log.first, log.last]).toEqual([4, 5]);
  });

  it('answers what an earlier life has decided', () => {
    const log = new DecisionLog(group);
    log.restore(filled(3).keep(3));
    const asked = Array.from({ length: 9 }, () => log.answer(id(1), { kind: 'ask', round: 2 })?.decisions);
    expect(asked).toEqual([...Array.from({ length: 8 }, () => [[2], [3]]), undefined]);
  });

  it('answers what is there, at most 16 rounds at once, 8 times until one of the two knows more', () => {
    const log = filled(40);
    log.keep(30);
    const ask = (round: number): unknown => log.answer(id(1), { kind: 'ask', round })?.decisions.length;
    expect([ask(10), ask(41), ask(11), ask(40)]).toEqual([undefined, undefined, 16, 1]);
    expect(log.answer(id(1), { kind: 'ask', round: 12 })).toMatchObject({ kind: 'decisions', round: 12 });
    for (let count = 0; count < 6; count++) expect(ask(40)).toBe(1);
    expect(ask(40)).toBeUndefined();
    expect(log.answer(id(2), { kind: 'ask', round: 40 })).toBeDefined();
    log.decide([41]);
    expect(ask(40)).toBe(2);
  });

  it('an answer that was made use of costs nothing: the next question is 16 rounds on', () => {
    const log = filled(200);
    const ask = (round: number): boolean => log.answer(id(1), { kind: 'ask', round }) !== undefined;
    expect(Array.from({ length: 12 }, (_, at) => ask(16 * (at + 1)))).not.toContain(false);
    expect(Array.from({ length: 9 }, () => ask(1))).toEqual([...Array.from({ length: 8 }, () => true), false]);
  });

  it('answers anew a node that has started anew', () => {
    const log = filled(40);
    const asked = (): number => {
      let count = 0;
      while (count < 20 && log.answer(id(1), { kind: 'ask', round: 16 * (count % 2) + 1 }) !== undefined) count++;
      return count;
    };
    expect([asked(), asked()]).toEqual([9, 0]);
    log.welcome(id(1));
    expect([asked(), asked()]).toEqual([9, 0]);
  });

  it('learns what f + 1 answers say alike', () => {
    const log = filled(1);
    log.hear(id(0), { kind: 'decisions', round: 1, decisions: [[1], [2]] });
    log.hear(id(1), { kind: 'decisions', round: 2, decisions: [[3]] });
    expect(log.learned()).toBeUndefined();
    log.hear(id(2), { kind: 'decisions', round: 2, decisions: [[2]] });
    expect(log.learned()).toEqual([2]);
    log.decide([2]);
    expect(log.learned()).toBeUndefined();
  });
});

const vote = (round: number, phase: number): Message & { readonly kind: 'vote' } => ({
  kind: 'vote',
  round,
  attempt: 1,
  phase,
  value: undefined,
});

describe('what is said too early', () => {
  it('is kept for one agreement of each node, so many messages as an agreement has', () => {
    const early = new EarlyMessages(group);
    for (let count = 0; count < 20; count++) early.keep(id(1), vote(2, count));
    early.keep(id(2), vote(3, 0));
    expect(early.take({ round: 2, attempt: 1 })).toHaveLength(8);
    expect(early.take({ round: 2, attempt: 1 })).toEqual([]);
    expect(early.take({ round: 3, attempt: 1 })).toEqual([[2, vote(3, 0)]]);
  });

  it('makes room for another agreement, and is forgotten', () => {
    const early = new EarlyMessages(group);
    early.keep(id(1), vote(2, 0));
    early.keep(id(1), vote(3, 0));
    expect(early.take({ round: 2, attempt: 1 })).toEqual([]);
    expect(early.take({ round: 3, attempt: 1 })).toHaveLength(1);
    for (const node of [0, 1, 2]) early.keep(id(node), vote(4, 0));
    early.forget(id(0));
    expect(early.take({ round: 4, attempt: 1 }).map(([node]) => node)).toEqual([1, 2]);
    early.keep(id(1), vote(5, 0));
    early.clear();
    expect(early.take({ round: 5, attempt: 1 })).toEqual([]);
  });
});

describe('options', () => {
  it.each([
    ['rounds', 1, maxRound - 1],
    ['retries', 0, maxAttempts - 1],
    ['batch', 1, 512],
    ['period', 1, 2 ** 30],
    ['grace', 1, 2 ** 30],
    ['keep', 1, 2 ** 30],
    ['logBytes', 2 ** 16, 2 ** 40],
  ])('%s is a whole number, %i … %i', (name, least, most) => {
    const made = (value: number): unknown => codeOf(() => new Voting({ group, self: id(0), [name]: value }));
    expect([least, most].map(made)).toEqual(['nothing', 'nothing']);
    expect([least - 1, most + 1, 1.5, Number.NaN].map(made)).toEqual(['Q7001', 'Q7001', 'Q7001', 'Q7001']);
  });

  it('there are two quorums', () => {
    expect(codeOf(() => new Voting({ group, self: id(0), quorum: 'majority' }))).toBe('nothing');
    expect(codeOf(() => new Voting({ group, self: id(0), quorum: 'kings' }))).toBe('nothing');
    expect(codeOf(() => new Voting({ group, self: id(0), quorum: 'all' as never }))).toBe('Q7001');
  });

  it.each([
    ['nothing', undefined, 'Q7001'],
    ['no group', { self: 0 }, 'Q7001'],
    ['a group without f', { group: { n: 4 }, self: 0 }, 'Q7001'],
    ['no node', { group }, 'Q1002'],
    ['a node of another group', { group, self: 7 }, 'Q1002'],
    ['a rule that is none', { group, self: 0, rule: 1000 }, 'Q7001'],
    ['a value in the place of a function', { group, self: 0, propose: 42 }, 'Q7001'],
  ])('a node is not made of %s', (_, options, code) => {
    expect(codeOf(() => new Voting(options as never))).toBe(code);
  });

  it.each([
    ['a number', 42],
    ['words', ['42']],
    ['a fraction', [1, 1.5]],
  ])('a function that proposes %s is told so', (_, given) => {
    const values = new OwnValues({ propose: () => given as never, batch: 2 });
    expect(codeOf(() => values.proposal(1))).toBe('Q7002');
  });

  it('of what a function proposes no more than a batch is said', () => {
    const given = [[7, 8, 9.5], undefined];
    const values = new OwnValues({ propose: (round) => given[round], batch: 2 });
    expect([0, 1].map((round) => values.proposal(round))).toEqual([[7, 8], undefined]);
  });

  it('what is put in is a whole number, and not without end', () => {
    const node = new Voting({ group, self: id(0) });
    expect([1.5, Number.NaN, 2 ** 53].map((value) => codeOf(() => node.input(value)))).toEqual([
      'Q7002',
      'Q7002',
      'Q7002',
    ]);
    for (let count = 0; count < 65_536; count++) node.input(-count);
    expect(node.ready).toBe(false);
    expect(codeOf(() => node.input(1))).toBe('Q7003');
  });
});

describe('formats', () => {
  const messages = codec(messageSchema(group));
  const records = codec(recordSchema);
  const longest = Array.from({ length: 512 }, () => Number.MIN_SAFE_INTEGER);

  it.each<Message>([
    { kind: 'proposal', round: maxRound, attempt: maxAttempts, value: longest },
    { kind: 'vote', round: 1, attempt: 1, phase: 1, value: undefined },
    { kind: 'support', round: 1, attempt: 1, phase: 0, supported: true, value: [] },
    { kind: 'decree', round: 1, attempt: 0, phase: 1, value: [1, 2] },
    { kind: 'settled', round: 1, attempt: 1 },
    { kind: 'ready', round: 2, attempt: 1, decision: [3] },
    { kind: 'hello', round: 0 },
    { kind: 'ask', round: 1 },
    { kind: 'decisions', round: 1, decisions: Array.from({ length: 16 }, () => [1]) },
  ])('$kind survives the wire', (message) => {
    expect(messages.decode(messages.encode(message))).toEqual(message);
  });

  it('a phase that there is not, and an answer without decisions, are refused', () => {
    const wider = codec(messageSchema(createGroup({ nodes: 7 })));
    const late: Message = { kind: 'vote', round: 1, attempt: 1, phase: 2, value: undefined };
    expect(messages.decode(wider.encode(late))).toBeInstanceOf(Refusal);
    expect(() => messages.encode({ kind: 'decisions', round: 1, decisions: [] })).toThrow();
    expect(() => messages.encode({ kind: 'hello', round: maxRound + 1 })).toThrow();
  });

  const tooLong = [...longest, 1];
  const atPlace = { round: 1, attempt: 1 };

  it.each<Message>([
    { kind: 'proposal', round: maxRound + 1, attempt: 1, value: undefined },
    { kind: 'settled', round: 1, attempt: maxAttempts + 1 },
    { kind: 'settled', round: -1, attempt: 1 },
    { kind: 'vote', ...atPlace, phase: 2, value: undefined },
    { kind: 'support', ...atPlace, phase: 2, supported: false, value: undefined },
    { kind: 'decree', ...atPlace, phase: -1, value: undefined },
    { kind: 'vote', ...atPlace, phase: 0, value: tooLong },
    { kind: 'ready', ...atPlace, decision: [2 ** 53] },
    { kind: 'ready', ...atPlace, decision: [-(2 ** 53)] },
    { kind: 'ready', ...atPlace, decision: [0.5] },
    { kind: 'hello', round: maxRound + 1 },
    { kind: 'ask', round: maxRound + 1 },
    { kind: 'decisions', round: maxRound + 1, decisions: [[1]] },
    { kind: 'decisions', round: 1, decisions: [] },
    { kind: 'decisions', round: 1, decisions: Array.from({ length: 17 }, () => [1]) },
    { kind: 'decisions', round: 1, decisions: [tooLong] },
  ])('$kind beyond its ranges is none', (message) => {
    expect(() => messages.encode(message)).toThrow();
  });

  it.each<LogRecord>([
    { kind: 'settled', round: 0, attempt: 1, decision: [] },
    { kind: 'settled', round: maxRound + 1, attempt: 1, decision: [] },
    { kind: 'settled', round: 1, attempt: maxAttempts + 1, decision: [] },
    { kind: 'settled', round: 1, attempt: 1, decision: tooLong },
    { kind: 'decided', round: 0, decision: [] },
    { kind: 'decided', round: maxRound + 1, decision: [] },
    { kind: 'decided', round: 1, decision: tooLong },
  ])('a record "$kind" beyond its ranges is none, and what is cut off is refused', (record) => {
    expect(() => records.encode(record)).toThrow();
    const bytes = records.encode({ kind: 'settled', round: 1, attempt: 1, decision: [1, 2] });
    expect(records.decode(bytes.subarray(0, bytes.length - 1))).toBeInstanceOf(Refusal);
  });

  it.each<LogRecord>([
    { kind: 'settled', round: 1, attempt: 0, decision: undefined },
    { kind: 'settled', round: maxRound, attempt: maxAttempts, decision: longest },
    { kind: 'decided', round: 1, decision: [] },
  ])('$kind survives the disk', (record) => {
    expect(records.decode(records.encode(record))).toEqual(record);
  });
});
