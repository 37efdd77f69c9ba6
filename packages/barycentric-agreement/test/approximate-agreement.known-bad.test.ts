/** Every checker rejects agreements that lack the rule it watches. */
import { describe, expect, it } from 'vitest';
import {
  createReliableBroadcast,
  FirstValues,
  type Message as Bracha,
  type Message as Below,
} from '@quorate/reliable-broadcast';
import { drawPlan, runPlan, seededRandom, Simulation } from '@quorate/simulation';
import {
  ApproximateAgreement,
  approximateAgreementProperties,
  createGroup,
  nodeIds,
  type ApproximateOutput,
  type ConvergenceRule,
  roundsFor,
  type Declared,
  type Point,
} from '../src/index.js';
import { HostileValues, rawPoint } from './liars.js';
import { play, type Liar } from './play.js';
import { approximate, id, overStableVector } from './subject.js';

const one: Declared = { dimension: 1, epsilon: 0.05, range: [-100, 100] };
const three: Declared = { dimension: 3, epsilon: 0.05, range: [-1, 1] };

const alongEach =
  (rule: (values: readonly number[], f: number) => number): ConvergenceRule =>
  ({ points, f }) =>
    points[0]?.map((_, axis) =>
      rule(
        points.map((point) => point[axis] ?? 0),
        f,
      ),
    );
const trimmed = (values: readonly number[], f: number): readonly number[] =>
  values.toSorted((a, b) => a - b).slice(f, values.length - f);
const middle = (values: readonly number[]): number => ((values[0] ?? 0) + (values.at(-1) ?? 0)) / 2;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

interface KnownBad {
  readonly name: string;
  readonly breaks: string;
  readonly rule: ConvergenceRule;
  readonly declared?: Declared;
  /** Inputs of the correct nodes; drawn unless given. */
  readonly inputs?: readonly Point[];
  /** What the liar puts into every round. */
  readonly lie?: Point;
}

const third = 1 / 3;
const onPlane: readonly Point[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  [third, third, third],
  [third, third, third],
];

const sortedAsStrings = (values: readonly number[], f: number): number =>
  middle(
    values
      .map(String)
      .toSorted()
      .slice(f, values.length - f)
      .map(Number),
  );
const thrice = (values: readonly number[], f: number): number => mean([1, 2, 3].map(() => middle(trimmed(values, f))));
const inArrivalOrder: ConvergenceRule = ({ points, f }) => [mean(points.slice(f).map(([value = 0]) => value))];

const knownBad: readonly KnownBad[] = [
  { name: 'the mean of all', breaks: 'AA2 convex validity', rule: alongEach(mean) },
  {
    name: 'trimmed too little',
    breaks: 'AA2 convex validity',
    rule: alongEach((values, f) => middle(trimmed(values, f - 1))),
  },
  { name: 'AA-21 sorted as strings', breaks: 'AA2 convex validity', rule: alongEach(sortedAsStrings) },
  {
    name: 'AA-09 every coordinate trimmed on its own',
    breaks: 'AA2 convex validity',
    rule: alongEach((values, f) => middle(trimmed(values, f))),
    declared: three,
    inputs: onPlane,
    lie: [0, 0, 0],
  },
  {
    name: 'the lowest of the rest',
    breaks: 'AA3 contraction',
    rule: alongEach((values, f) => trimmed(values, f)[0] ?? 0),
  },
  {
    name: 'the mean of three times the same',
    breaks: 'AA5 unanimity',
    rule: alongEach(thrice),
    inputs: [[0.1], [0.1], [0.1]],
    lie: [0.1],
  },
  { name: 'a sum in the order of arrival', breaks: 'AA6 determinism', rule: inArrivalOrder },
];

describe('an agreement with another rule', () => {
  it.each(knownBad)('$name: breaks $breaks', ({ breaks, rule, declared = one, inputs, lie = [100] }) => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 60 && !seen.has(breaks); seed++) {
      const random = seededRandom(seed);
      const drawn = Array.from({ length: 3 }, () => [(random.below(2001) - 1000) / 11]);
      const network = { latency: { min: 1, max: 60 } };
      const liar: Liar = (node) => new HostileValues(node, roundsFor(declared), () => rawPoint(...lie));
      const { violations } = play({ declared, inputs: inputs ?? drawn, seed, liar, network, changes: { rule } });
      for (const { property } of violations) seen.add(property);
    }
    expect([...seen]).toContain(breaks);
  });
});

describe('an agreement that believes a peer about the number of rounds', () => {
  it.each([
    ['fewer', 50],
    ['more', 0.001],
  ])('%s than declared: breaks AA4 termination (AA-07)', (_name, epsilon) => {
    const honest = approximate(one);
    const gullible = approximate(one, {
      honest: (options) =>
        options.self === 0
          ? new ApproximateAgreement({ ...options, ...one, epsilon, collector: overStableVector })
          : honest.honest(options),
    });
    const space = { subject: 'approximate', nodes: [4, 4], faulty: 1, faults: [], count: 1 } as const;
    const { violations } = runPlan(gullible, drawPlan(space, 1));
    expect(violations.map(({ property }) => property)).toContain('AA4 termination');
  });
});

it('AA-05 the first values of reliable broadcast alone: the spread stays for ever, AA3 and AA1 are broken', () => {
  const declared: Declared = { dimension: 1, epsilon: 0.1, range: [0, 1] };
  const group = createGroup({ nodes: 4 });
  const simulation = new Simulation<ArrayLike<number>, Below, ApproximateOutput>({
    group,
    seed: 1,
    faulty: [id(3)],
    checkers: [approximateAgreementProperties(declared)],
    protocol: ({ self }) =>
      new ApproximateAgreement({
        group,
        self,
        ...declared,
        collector: (options) => new FirstValues<Bracha>({ ...options, broadcast: createReliableBroadcast }),
        // The liar says 0 in each round, and is otherwise honest.
        ...(self === 3 && { rule: () => [0] }),
      }),
  });
  // Node 0 sees {0, 1, the liar’s 0} and nodes 1 and 2 see {1, 1, the liar’s 0}, in every round.
  simulation.hold(
    ({ to, message }) =>
      message.kind === 'vote' && ((to === 0 && message.sender === 2) || (to !== 0 && message.sender === 0)),
  );
  for (const node of nodeIds(group)) simulation.input(node, [node === 1 || node === 2 ? 1 : 0]);
  simulation.run();
  const broken = simulation.end().map(({ property }) => property);
  expect(broken).toContain('AA1 ε-agreement');
  expect(broken).toContain('AA3 contraction');
});
