/** What plain JavaScript can do wrong is told by a code, with what is wrong and what to do, and changes nothing. */
import { describe, expect, it } from 'vitest';
import { createReliableBroadcast } from '@quorate/reliable-broadcast';
import {
  ApproximateAgreement,
  createGroup,
  nodeId,
  QuorateError,
  roundsFor,
  safeMidpoint,
  StableVector,
} from '../src/index.js';
import { overStableVector } from './subject.js';

/** The code that the caller is told, always with what to do; undefined when nothing is thrown. Whatever else is thrown is thrown on. */
function told(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (!(error instanceof QuorateError)) throw error;
    return error.hint === undefined ? `${error.code} without a hint` : error.code;
  }
}

/** A caller without a compiler. */
const anything = (value: unknown): never => value as never;

const group = createGroup({ nodes: 4 });
const self = nodeId(group, 0);

const vector = (changes: object = {}): StableVector<unknown> =>
  new StableVector(anything({ group, self, broadcast: createReliableBroadcast, ...changes }));
const declared = { dimension: 1, epsilon: 0.1, range: [0, 1] };
const agreement = (changes: object = {}): ApproximateAgreement<unknown> =>
  new ApproximateAgreement(anything({ group, self, ...declared, collector: overStableVector, ...changes }));

describe('neither layer is made', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a word', 'bracha'],
    ['an empty object', {}],
  ])('of %s', (_, options) => {
    expect(told(() => new StableVector(anything(options)))).toBe('Q4014');
    expect(told(() => new ApproximateAgreement(anything(options)))).toBe('Q4014');
  });

  it.each<[string, unknown, string]>([
    ['group', undefined, 'Q4014'],
    ['group', {}, 'Q4014'],
    ['group', { n: 4 }, 'Q4014'],
    ['group', { n: 4, f: '1' }, 'Q4014'],
    ['self', undefined, 'Q1002'],
    ['self', 4, 'Q1002'],
    ['self', '0', 'Q1002'],
  ])('with %s = %j: %s', (name, value, code) => {
    expect(told(() => vector({ [name]: value }))).toBe(code);
    expect(told(() => agreement({ [name]: value }))).toBe(code);
  });

  it.each([undefined, null, 7, 'bracha', {}, StableVector, () => undefined, () => ({})])('on %s', (below) => {
    expect(told(() => vector({ broadcast: below }))).toBe('Q4014');
    expect(told(() => agreement({ collector: below }))).toBe('Q4014');
  });
});

describe('approximate agreement is not made', () => {
  it.each<[string, unknown, string]>([
    ...[undefined, null, 7, '01', [], [0], [0, 'x'], ['0', '1'], [0, Number.NaN], [1, 0], [0, 1, 2], {}].map(
      (range): [string, unknown, string] => ['range', range, 'Q4303'],
    ),
    ...[undefined, null, Number.NaN, '0.1', 0, -1, Infinity, {}].map((epsilon): [string, unknown, string] => [
      'epsilon',
      epsilon,
      'Q4302',
    ]),
    ...[undefined, null, Number.NaN, '1', 0, 1.5, 5, {}].map((dimension): [string, unknown, string] => [
      'dimension',
      dimension,
      'Q4301',
    ]),
    ...[7, null, {}, 'middle'].map((rule): [string, unknown, string] => ['rule', rule, 'Q4014']),
  ])('with %s = %j: %s', (name, value, code) => {
    expect(told(() => agreement({ [name]: value }))).toBe(code);
  });
});

describe('a stable vector refuses', () => {
  it.each([undefined, null, 'x', 7, {}, { round: 0 }, { round: 0, value: 'text' }, { round: 0, value: [1] }])(
    'the input %j',
    (input) => {
      expect(told(() => vector().input(anything(input)))).toBe('Q4010');
    },
  );

  it.each([-1, 1.5, Number.NaN, Infinity, 2 ** 53, '0', null, undefined, 0n, {}])('the round %s', (round) => {
    const node = vector();
    expect(told(() => node.input(anything({ round, value: Uint8Array.of(1) })))).toBe('Q4011');
    expect(told(() => node.close(anything(round)))).toBe('Q4011');
    expect([node.lowestRound, node.ready]).toEqual([0, true]);
  });
});

describe('what is exported beside them', () => {
  it.each<[unknown, string]>([
    [undefined, 'Q4301'],
    [{}, 'Q4301'],
    [{ dimension: 1, epsilon: 1 }, 'Q4303'],
    [{ dimension: 1, epsilon: Number.NaN, range: [0, 1] }, 'Q4302'],
    [{ dimension: 1, epsilon: 0, range: [0, 1] }, 'Q4302'],
    [{ dimension: 1, epsilon: -1, range: [0, 1] }, 'Q4302'],
  ])('roundsFor(%j): %s', (value, code) => {
    expect(told(() => roundsFor(anything(value)))).toBe(code);
  });

  const square = [
    [0, 0],
    [0, 1],
    [1, 1],
    [1, 0],
  ];
  it.each<[readonly unknown[]]>([
    [[]],
    [[null, 1, 0]],
    [[[0, 1], 0, 0]],
    [[[[0], [1, 2]], 0, 0]],
    [[[[Number.NaN, 0]], 0, 0]],
    [[[['0', 0]], 0, 0]],
    [[[[0, 0, 0, 0, 0]], 0, 0]],
    [[square, -1, 0]],
    [[square, 0.5, 0]],
    [[square, Number.NaN, 0]],
    [[square, 1, 2]],
    [[square, 1, -1]],
    [[square, 1, undefined]],
  ])('safeMidpoint of %j', (args) => {
    expect(told((): unknown => Reflect.apply(safeMidpoint, undefined, args))).toBe('Q4309');
    expect(safeMidpoint(square, 1, 0)).toHaveLength(2);
  });
});
