/** What nodes that lie say instead of points, and what becomes of it. */
import { expect, it } from 'vitest';
import { roundsFor, type Declared, type Point } from '../../src/index.js';
import { HostileValues, rawPoint } from '../liars.js';
import { play, type Liar } from '../play.js';

const unit: Declared = { dimension: 1, epsilon: 0.01, range: [-1, 1] };
const seeds = Array.from({ length: 8 }, (_, seed) => seed);

const saying =
  (declared: Declared, ...values: readonly Uint8Array[]): Liar =>
  (node) =>
    new HostileValues(node, roundsFor(declared), (round) => values[round % values.length]);

it.each([
  ['NaN', rawPoint(NaN)],
  ['Infinity', rawPoint(Infinity)],
  ['−Infinity', rawPoint(-Infinity)],
  ['−0', rawPoint(-0)],
  ['beyond the range', rawPoint(1.5)],
])('AA-03 %s is rejected, reported, and moves nobody out of the hull', (_name, value) => {
  for (const seed of seeds) {
    const inputs = [[0.25], [0.5], [0.75]];
    const { violations, decisions, faults } = play({ declared: unit, inputs, seed, liar: saying(unit, value) });
    expect({ seed, violations, faults }).toEqual({ seed, violations: [], faults: ['malformed-point'] });
    expect(decisions).toHaveLength(3);
  }
});

it('AA-04 points of another dimension, no points, and bytes that are nothing at all', () => {
  const values = [
    rawPoint(),
    rawPoint(0, 0),
    new Uint8Array(0),
    Uint8Array.of(0xff, 1, 2),
    new Uint8Array(64).fill(0x91),
  ];
  for (const seed of seeds) {
    const inputs = [[0.25], [0.5], [0.75]];
    const { violations, decisions, faults } = play({ declared: unit, inputs, seed, liar: saying(unit, ...values) });
    expect({ seed, violations, faults }).toEqual({ seed, violations: [], faults: ['malformed-point'] });
    expect(decisions).toHaveLength(3);
  }
});

it('AA-02 two liars, one for each coordinate, at n = 9 and d = 2', () => {
  const declared: Declared = { dimension: 2, epsilon: 0.1, range: [-1000, 1000] };
  const inputs: Point[] = [0, 1, 2, 3, 4, 5, 6].map((node) => [Math.cos(node), Math.sin(node)]);
  for (const seed of seeds.slice(0, 3)) {
    const liar: Liar = (node) => {
      const value = node.self === 7 ? rawPoint(1000, 0) : rawPoint(0, -1000);
      return new HostileValues(node, roundsFor(declared), () => value);
    };
    const { violations, decisions } = play({ declared, inputs, faulty: 2, seed, liar });
    expect({ seed, violations }).toEqual({ seed, violations: [] });
    expect(decisions).toHaveLength(7);
  }
});

it('AA-07 round-count lies: neither values far ahead nor silence after the first round change the number of rounds', () => {
  const declared: Declared = { dimension: 1, epsilon: 0.01, range: [0, 1] };
  const lies: readonly Liar[] = [
    (node) => new HostileValues(node, 64, () => rawPoint(1e300)),
    (node) => new HostileValues(node, 1, () => rawPoint(0)),
  ];
  for (const liar of lies) {
    const { violations, decisions, simulation } = play({ declared, inputs: [[0], [1], [0.3]], liar });
    expect(violations).toEqual([]);
    expect(decisions).toHaveLength(3);
    for (const node of [0, 1, 2] as never[]) {
      expect(simulation.outputs(node).filter(({ kind }) => kind === 'round')).toHaveLength(1 + roundsFor(declared));
    }
  }
});

it('AA-08 values as large as doubles are: sums and differences overflow, nothing else does', () => {
  const declared: Declared = { dimension: 1, epsilon: 1e306, range: [-1.7e308, 1.7e308] };
  const inputs = [[1.7e308], [1.6e308], [-1.7e308]];
  const { violations, decisions } = play({
    declared,
    inputs,
    liar: saying(declared, rawPoint(-1.7e308), rawPoint(1.7e308)),
  });
  expect(violations).toEqual([]);
  expect(decisions.flat().every(Number.isFinite)).toBe(true);
  const wide: Declared = { ...declared, dimension: 2 };
  const corners: Point[] = [
    [1.7e308, 1.7e308],
    [-1.7e308, 1.7e308],
    [1.7e308, -1.7e308],
    [-1.6e308, 1.5e308],
  ];
  const flat = play({ declared: wide, inputs: corners, liar: saying(wide, rawPoint(1.7e308, -1.7e308)) });
  expect(flat.violations).toEqual([]);
  expect(flat.decisions).toHaveLength(4);
});

it('AA-09 hull, not box: what stands on a plane stays on it, at n = 6 and d = 3', () => {
  const third = 1 / 3;
  const declared: Declared = { dimension: 3, epsilon: 0.01, range: [0, 1] };
  const inputs: Point[] = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
    [third, third, third],
    [third, third, third],
  ];
  for (const seed of seeds.slice(0, 4)) {
    const { violations, simulation } = play({ declared, inputs, seed, liar: saying(declared, rawPoint(0, 0, 0)) });
    expect({ seed, violations }).toEqual({ seed, violations: [] });
    for (const node of [0, 1, 2, 3, 4] as never[]) {
      for (const { point } of simulation.outputs(node)) {
        expect(Math.abs(point.reduce((sum, part) => sum + part, 0) - 1)).toBeLessThan(1e-9);
        expect(Math.min(...point)).toBeGreaterThanOrEqual(0);
      }
    }
  }
});

it('AA-13 duplicate inputs: five nodes, all correct ones at (5, 7), decide (5, 7)', () => {
  const declared: Declared = { dimension: 2, epsilon: 0.01, range: [-10, 10] };
  const inputs: Point[] = [
    [5, 7],
    [5, 7],
    [5, 7],
    [5, 7],
  ];
  for (const seed of seeds.slice(0, 4)) {
    const { violations, decisions } = play({
      declared,
      inputs,
      seed,
      liar: saying(declared, rawPoint(5, -7), rawPoint(9, 9)),
    });
    expect({ seed, violations }).toEqual({ seed, violations: [] });
    expect(decisions).toEqual(inputs);
  }
});

it('AA-21 negative numbers and lexicographic order', () => {
  const declared: Declared = { dimension: 1, epsilon: 0.1, range: [-100, 100] };
  for (const seed of seeds) {
    const { violations } = play({ declared, inputs: [[-10], [9], [10]], seed, liar: saying(declared, rawPoint(100)) });
    expect({ seed, violations }).toEqual({ seed, violations: [] });
  }
  const huge: Declared = { ...declared, epsilon: 1e8, range: [-1e22, 1e22] };
  const { decisions } = play({ declared: huge, inputs: [[-10], [9], [10]], liar: saying(huge, rawPoint(1e21)) });
  for (const [value = NaN] of decisions) expect(Math.abs(value)).toBeLessThanOrEqual(10);
});
