import { describe, expect, it } from 'vitest';
import { seededRandom, shuffled, type Random } from '@quorate/simulation';
import { hullDistance } from '../src/hull-distance.js';
import { safeMidpoint, type Point } from '../src/index.js';
import { subsetsOf } from '../src/subsets.js';
import { extentByDefinition } from './extent-by-definition.js';

type Draw = (random: Random) => number;
const unit: Draw = (random) => random.below(2 ** 30) / 2 ** 30;

/** Kinds of points that break geometry: the first f are anywhere, as lies are. */
const kinds: Readonly<Record<string, (random: Random, count: number, f: number, dimension: number) => Point[]>> = {
  'in general position': (random, count, _f, dimension) => all(random, count, dimension, unit),
  'on a line': (random, count, f, dimension) => spanned(random, { count, f, dimension, directions: 1, width: 1 }),
  'on a plane': (random, count, f, dimension) => spanned(random, { count, f, dimension, directions: 2, width: 1 }),
  'on a grid of three': (random, count, _f, dimension) => all(random, count, dimension, () => random.below(3)),
  'twice or more': (random, count, _f, dimension) =>
    all(random, count, dimension, unit).map((point, index) => (index % 2 === 0 ? point : point.map(() => 0.25))),
  'close together, lies far away': (random, count, f, dimension) =>
    all(random, count, dimension, unit).map((point, index) =>
      index < f ? point : point.map((part) => 0.7 + part * 1e-10),
    ),
  'in a sliver': (random, count, f, dimension) => spanned(random, { count, f, dimension, directions: 2, width: 1e-9 }),
};

const all = (random: Random, count: number, dimension: number, draw: Draw): Point[] =>
  Array.from({ length: count }, () => Array.from({ length: dimension }, () => draw(random)));

function spanned(
  random: Random,
  { count, f, dimension, directions, width }: Record<'count' | 'f' | 'dimension' | 'directions' | 'width', number>,
): Point[] {
  const axes = all(random, directions, dimension, (source) => unit(source) - 0.5);
  return all(random, count, dimension, unit).map((point, index) => {
    if (index < f) return point;
    const shares = axes.map((_, axis) => unit(random) * (axis === 0 ? 1 : width));
    return point.map(
      (_, at) => 0.5 + axes.reduce((sum, axis, which) => sum + (axis[at] ?? 0) * (shares[which] ?? 0), 0),
    );
  });
}

describe.each(Object.entries(kinds))('the safe area of points %s', (_name, points) => {
  it.each([
    [2, 1, 4],
    [2, 1, 5],
    [2, 2, 7],
    [3, 1, 5],
    [3, 1, 6],
    [4, 1, 6],
  ])('%#: has a middle that lies in the hull of every choice of the points but f', (dimension, f, count) => {
    for (let seed = 0; seed < (dimension === 4 ? 2 : 8); seed++) {
      const given = points(seededRandom(seed), count, f, dimension);
      for (let axis = 0; axis < dimension; axis++) {
        const middle = safeMidpoint(given, f, axis);
        expect({ seed, found: middle !== undefined }).toEqual({ seed, found: true });
        for (const left of subsetsOf(count, count - f)) {
          const hull = left.map((index) => given[index] ?? []);
          const far = hullDistance(middle ?? [], hull);
          expect({ seed, axis, left: [...left], far: far < 1e-9 ? 0 : far }).toEqual({
            seed,
            axis,
            left: [...left],
            far: 0,
          });
        }
      }
    }
  });
});

describe('the safe area in two dimensions', () => {
  it.each([
    [1, 4],
    [1, 5],
    [1, 6],
    [2, 7],
  ])('reaches exactly as far as its definition says, f = %i of %i points', (f, count) => {
    for (let seed = 0; seed < 60; seed++) {
      const random = seededRandom(seed);
      const side = 2 + random.below(6);
      const given = all(random, count, 2, () => random.below(side));
      for (const axis of [0, 1]) {
        const [low, high] = extentByDefinition(given, f, axis) ?? [NaN, NaN];
        const middle = safeMidpoint(given, f, axis)?.[axis] ?? NaN;
        // Without an extent along this axis, the middle is that of the other one: the coordinate is the same.
        expect({ seed, axis, off: Math.abs(middle - (low + high) / 2) < 1e-12 }).toEqual({ seed, axis, off: true });
      }
    }
  });

  it('is empty with one point too few, and says so', () => {
    expect(
      safeMidpoint(
        [
          [0, 0],
          [1, 0],
          [0, 1],
        ],
        1,
        0,
      ),
    ).toBe(undefined);
    expect(safeMidpoint([[0, 0]], 1, 0)).toBe(undefined);
  });
});

it('AA6 gives equal bits for equal multisets, whatever their order', () => {
  for (const [dimension, f, count] of [
    [1, 1, 4],
    [2, 2, 9],
    [3, 1, 6],
  ] as const) {
    for (let seed = 0; seed < 20; seed++) {
      const random = seededRandom(seed);
      const given = all(random, count, dimension, seed % 2 === 0 ? unit : () => random.below(4));
      const expected = safeMidpoint(given, f, 0);
      for (let again = 0; again < 3; again++) expect(safeMidpoint(shuffled(given, random), f, 0)).toEqual(expected);
    }
  }
});

it('AA-17 safe-area cost: one step at n = 16, 26 and 64 with d = 3, n = 41 and 256 with d = 2, n = 19 with d = 4', () => {
  for (const [dimension, f, count] of [
    [3, 3, 16],
    [3, 5, 26],
    [3, 12, 64],
    [2, 10, 41],
    [2, 63, 256],
    [4, 3, 19],
  ] as const) {
    expect(safeMidpoint(all(seededRandom(count), count, dimension, unit), f, 0)).toHaveLength(dimension);
  }
}, 12_000);
