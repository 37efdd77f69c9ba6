import { describe, expect, it } from 'vitest';
import { allCorrect, deliver, properties } from '@quorate/reliable-broadcast';
import { seedsOr } from './harness.js';
import { knownBad, seedsUntil, violationsOf, wrongThresholds, zeroAndOne, type KnownBad } from './known-bad.js';
import type { Rules } from './textbook.js';

const most = 3000;

describe.each([
  ['a known-bad protocol', knownBad],
  ['a wrong threshold', wrongThresholds],
])('%s is caught:', (_, protocols) => {
  const cases = protocols.flatMap((bad) => bad.breaks.map((property) => ({ bad, property })));
  it.each(cases.map((one) => ({ ...one, size: sizeOf(one.bad), broken: properties[one.property] })))(
    '$bad.name, $size, breaks $broken',
    (one) => {
      expect(seedsUntil(one.bad, one.property, most)).toBeLessThanOrEqual(most);
    },
  );
});

function sizeOf({ size }: KnownBad): string {
  return size === undefined ? 'n = 4 … 10' : `n = ${size[0]}, f = ${size[1]}`;
}

it('every property has a protocol that breaks it', () => {
  expect(new Set(knownBad.flatMap(({ breaks }) => breaks))).toEqual(new Set(Object.keys(properties)));
});

describe.each<[string, Partial<Rules>, readonly (readonly [number, number])[]]>([
  [
    'E = ⌊(n + f) / 2⌋ + 1, A = f + 1, D = 2f + 1',
    {},
    [
      [4, 1],
      [5, 1],
      [6, 1],
      [7, 2],
    ],
  ],
  [
    'E = D = n − f, A = f + 1',
    { echoQuorum: allCorrect, delivery: allCorrect },
    [
      [4, 1],
      [5, 1],
      [7, 2],
    ],
  ],
  [
    'E = D = 2f + 1 where n = 3f + 1, A = f + 1',
    { echoQuorum: deliver },
    [
      [4, 1],
      [7, 2],
    ],
  ],
])('%s is a legal setting:', (name, rules, sizes) => {
  it.each(sizes)('n = %i, f = %i', (...size) => {
    for (const property of Object.keys(properties)) {
      for (const attack of [{}, { stories: zeroAndOne }]) {
        for (let seed = 0; seed < seedsOr(40); seed++) {
          const violations = violationsOf({ name, rules, size, breaks: [], ...attack }, property, seed);
          expect({ property, seed, violations }).toEqual({ property, seed, violations: [] });
        }
      }
    }
  });
});
