import { describe, expect, it } from 'vitest';
import {
  ApproximateAgreement,
  createGroup,
  errors,
  nodeId,
  QuorateError,
  roundsFor,
  StableVector,
  type ApproximateAgreementOptions,
  type Message,
} from '../src/index.js';
import { createReliableBroadcast, type Message as Bracha } from '@quorate/reliable-broadcast';
import { overStableVector } from './subject.js';

type Options = ApproximateAgreementOptions<Message<Bracha>>;

const of = (nodes: number, faulty: number, changes: Partial<Options> = {}): ApproximateAgreement<Message<Bracha>> => {
  const group = createGroup({ nodes, faulty });
  const declared = { dimension: 1, epsilon: 0.01, range: [0, 1] } as const;
  return new ApproximateAgreement({
    group,
    self: nodeId(group, 0),
    ...declared,
    collector: overStableVector,
    ...changes,
  });
};

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof QuorateError ? error.code : String(error);
  }
}

const small = (openRounds: number, maxValue: number): Partial<Options> => ({
  collector: (options) => new StableVector({ ...options, broadcast: createReliableBroadcast, openRounds, maxValue }),
});

describe('what cannot be kept is refused at construction', () => {
  it.each([0, -1, 1.5, 5, NaN])('AA-16 %d dimensions', (dimension) => {
    expect(codeOf(() => of(40, 1, { dimension }))).toBe('Q4301');
  });

  it.each([0, -1, NaN, Infinity, 1e-17])('AA-12 an epsilon of %d', (epsilon) => {
    expect(codeOf(() => of(4, 1, { epsilon }))).toBe('Q4302');
  });

  it('AA-15 an epsilon below one ULP', () => {
    expect(codeOf(() => of(4, 1, { epsilon: 1e-3, range: [0, 2e16] }))).toBe('Q4302');
    expect(codeOf(() => of(4, 1, { epsilon: 64, range: [0, 2e16] }))).toBe(undefined);
  });

  it.each([
    [1, 0],
    [NaN, 1],
    [0, Infinity],
  ])('AA-14 the range %d … %d', (low, high) => {
    expect(codeOf(() => of(4, 1, { range: [low, high] }))).toBe('Q4303');
  });

  it('AA-11 bound n > (d + 2) f', () => {
    for (const [dimension, f] of [
      [1, 1],
      [2, 1],
      [2, 3],
      [3, 2],
      [4, 1],
    ] as const) {
      const least = (dimension + 2) * f + 1;
      expect(codeOf(() => of(least, f, { dimension, epsilon: 0.1 }))).toBe(undefined);
      if (dimension === 1) continue;
      expect(codeOf(() => of(least - 1, f, { dimension, epsilon: 0.1 }))).toBe('Q4304');
      expect(codeOf(() => of(least - 1, f, { dimension, epsilon: 0.1, unsafe: true }))).toBe(undefined);
    }
  });

  it('AA-17 more nodes than a round has time for', () => {
    expect(codeOf(() => of(64, 12, { dimension: 3, epsilon: 0.1 }))).toBe(undefined);
    expect(codeOf(() => of(65, 12, { dimension: 3, epsilon: 0.1 }))).toBe('Q4305');
    expect(codeOf(() => of(20, 3, { dimension: 4, epsilon: 0.1 }))).toBe('Q4305');
  });

  it('a collector with too few rounds, or too little room', () => {
    expect(codeOf(() => of(4, 1, small(7, 14)))).toBe(undefined);
    expect(codeOf(() => of(4, 1, small(6, 14)))).toBe('Q4306');
    expect(codeOf(() => of(4, 1, small(7, 13)))).toBe('Q4306');
  });
});

it.each([{ openRounds: 0 }, { openRounds: NaN }, { openRounds: '4' }, { openRounds: 4097 }, { maxValue: -1 }])(
  'a stable vector refuses bounds that are none: %j',
  (bounds) => {
    const group = createGroup({ nodes: 4 });
    const options = { group, self: nodeId(group, 0), broadcast: createReliableBroadcast, ...(bounds as object) };
    expect(codeOf(() => new StableVector(options))).toBe('Q4013');
  },
);

describe('the caller', () => {
  it.each([[[]], [[0, 0]], [[NaN]], [[Infinity]], [[-0.1]], [[1.1]]])('is refused the point %j', (point) => {
    expect(codeOf(() => of(4, 1).input(point))).toBe('Q4307');
  });

  it.each([
    ['0.5'],
    ['5'],
    [['0.5']],
    [[null]],
    [[true]],
    [[0n]],
    [[[0.5]]],
    [undefined],
    [null],
    [7],
    [{ length: 1 }],
  ])('is refused what is no point at all: %s', (nonsense) => {
    const node = of(4, 1);
    expect(codeOf(() => node.input(nonsense as unknown as number[]))).toBe('Q4307');
    expect(node.nextAgreement).toBe(0);
  });

  it('may put −0 in, which is 0', () => {
    const [first] = of(4, 1).input(Float64Array.of(-0));
    expect(first).toEqual({ kind: 'output', value: { kind: 'round', agreement: 0, round: 0, point: [0], from: [] } });
  });

  it('waits while too many agreements are undecided', () => {
    const node = of(4, 1);
    let agreements = 0;
    for (; node.ready; agreements++) node.input([0]);
    expect(agreements).toBe(Math.floor(64 / node.rounds));
    expect(codeOf(() => node.input([0]))).toBe('Q4308');
  });

  it('decides at once where the range is no wider than epsilon', () => {
    const node = of(4, 1, { epsilon: 2 });
    expect(node.rounds).toBe(0);
    expect(node.input([0.5]).map((effect) => effect.kind)).toEqual(['output', 'output']);
    expect(node.ready).toBe(true);
  });
});

it.each([
  [1, 0.001, [0, 1], 10],
  [1, 0.01, [0, 100], 14],
  [2, 0.001, [0, 1], 22],
  [3, 0.001, [0, 1], 33],
  [4, 0.001, [0, 1], 44],
  [1, 1e-9, [0, 1], 30],
] as const)('%i dimensions within %d of %j take %i rounds', (dimension, epsilon, range, rounds) => {
  expect(roundsFor({ dimension, epsilon, range })).toBe(rounds);
});

it('every code that is thrown is explained', () => {
  for (let code = 4301; code <= 4308; code++) expect(errors[`Q${code}`]?.text.length).toBeGreaterThan(50);
});
