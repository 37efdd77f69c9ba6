/** Orders of arrival, silence and slowness. */
import { expect, it } from 'vitest';
import { drawPlan, runPlan, seededRandom, type NetworkPlan } from '@quorate/simulation';
import { hullDistance } from '../../src/hull-distance.js';
import { roundsFor, type Declared, type Point } from '../../src/index.js';
import { HostileValues, rawPoint } from '../liars.js';
import { finish, play, start, type Liar } from '../play.js';
import { approximate, id } from '../subject.js';

const saying =
  (point: Point, declared: Declared): Liar =>
  (node) =>
    new HostileValues(node, roundsFor(declared), () => rawPoint(...point));

it('AA-01 one dimension: inputs 0, 100 and 40, epsilon 0.01, one of four silent: 14 rounds', () => {
  const declared: Declared = { dimension: 1, epsilon: 0.01, range: [0, 100] };
  expect(roundsFor(declared)).toBe(14);
  for (let seed = 0; seed < 20; seed++) {
    const { violations, decisions } = play({ declared, inputs: [[0], [100], [40]], seed });
    expect({ seed, violations }).toEqual({ seed, violations: [] });
    expect(decisions).toHaveLength(3);
  }
});

it('AA-05 the schedule that stalls the witnessless algorithm: here the spread halves in every round', () => {
  const declared: Declared = { dimension: 1, epsilon: 0.1, range: [0, 1] };
  const simulation = start({
    declared,
    inputs: [[0], [1], [1]],
    liar: (node) => new HostileValues(node, roundsFor(declared), () => rawPoint(0)),
  });
  // As long as it can be, node 0 sees {0, 1, the liar’s 0}, and nodes 1 and 2 see {1, 1, the liar’s 0}, in every round.
  const hold = simulation.hold(({ to, message }) => {
    if (message.kind !== 'broadcast' || message.message.kind !== 'vote') return false;
    return to === 0 ? message.message.sender === 2 : message.message.sender === 0;
  });
  simulation.run();
  // The views of nodes 1, 2 and 3 are equal, so they go on; nobody has the view of node 0, which waits.
  expect(simulation.outputs(id(0)).map(({ kind }) => kind)).toEqual(['round']);
  expect(simulation.outputs(id(1)).at(-1)?.kind).toBe('decision');
  hold.release();
  simulation.run();
  const { violations, decisions } = finish(simulation, 3);
  expect(violations).toEqual([]);
  expect(decisions).toHaveLength(3);
});

it.each([
  [5, 1, 2],
  [9, 2, 2],
  [6, 1, 3],
  [7, 2, 1],
])(
  'AA-06 AA-10 exactly at the bound, %i nodes, %i of them silent, %i dimensions: everybody decides',
  (n, f, dimension) => {
    const declared: Declared = { dimension, epsilon: 0.2, range: [0, 1] };
    const inputs: Point[] = Array.from({ length: n - f }, (_, node) =>
      Array.from({ length: dimension }, (_unused, axis) => ((node * 7 + axis * 3) % 10) / 9),
    );
    const { violations, decisions } = play({ declared, inputs, faulty: f });
    expect(violations).toEqual([]);
    expect(decisions).toHaveLength(n - f);
  },
);

it('AA-18 one node is slow, and a whole agreement behind: it finds every round of it', () => {
  const declared: Declared = { dimension: 1, epsilon: 0.01, range: [0, 1] };
  const slow: NetworkPlan = { latency: { min: 1, max: 3 }, slow: [[id(0), 500]] };
  const subject = approximate(declared);
  for (const behaviour of ['silent', 'equivocate']) {
    const faults = [{ node: id(3), behaviour }];
    const plan = drawPlan({ subject: 'approximate', nodes: [4, 4], faulty: 1, faults, network: slow, count: 3 }, 5);
    const { violations, simulation } = runPlan(subject, plan);
    expect(violations).toEqual([]);
    expect(simulation.outputs(id(0)).filter(({ kind }) => kind === 'decision')).toHaveLength(3);
  }
});

/** Turned, sheared, mirrored, flattened and moved, by a seed; with the most that it stretches anything. */
function drawMap(seed: number): {
  readonly map: (point: Point) => Point;
  readonly stretch: number;
  readonly far: number;
} {
  const random = seededRandom(seed);
  const scale = 10 ** (random.below(9) - 4);
  const part = (): number => ((random.below(2001) - 1000) / 1000) * scale;
  const [a, b, c, d, right, up] = [part(), part(), part(), part(), 3 * part(), 3 * part()];
  const map = ([x = 0, y = 0]: Point): Point => [a * x + b * y + right, c * x + d * y + up];
  const stretch = Math.hypot(a, b, c, d);
  return {
    map,
    stretch,
    far: Math.abs(right) + Math.abs(up) + 2 * (Math.abs(a) + Math.abs(b) + Math.abs(c) + Math.abs(d)),
  };
}

it('AA-19 metamorphic: 100 runs with inputs A x + b stay in the mapped hull, within the scaled epsilon', () => {
  const plain: Declared = { dimension: 2, epsilon: 0.05, range: [-1, 1] };
  const inputs: Point[] = [
    [-1, -0.5],
    [0.25, 1],
    [1, -1],
    [0.5, 0.125],
  ];
  for (let seed = 0; seed < 100; seed++) {
    const { map, stretch, far } = drawMap(seed);
    const mapped: Declared = { dimension: 2, epsilon: plain.epsilon * stretch, range: [-far, far] };
    const lie: Point = seed % 2 === 0 ? [1, 1] : [-1, 1];
    const network = { latency: { min: 1, max: 1 + (seed % 40) } };
    const image = play({ declared: mapped, inputs: inputs.map(map), seed, network, liar: saying(map(lie), mapped) });
    // The checker holds every point of every round to the hull of these inputs, and decisions to this epsilon.
    expect({ seed, violations: image.violations }).toEqual({ seed, violations: [] });
    expect(image.decisions).toHaveLength(4);
    if (seed % 10 > 0) continue;
    const { violations, decisions } = play({ declared: plain, inputs, seed, network, liar: saying(lie, plain) });
    expect({ seed, violations }).toEqual({ seed, violations: [] });
    // What a node decides of the plain inputs lies, mapped, in the hull that its image is held to.
    for (const decision of decisions) expect(hullDistance(map(decision), inputs.map(map))).toBeLessThan(1e-9 * far);
  }
});
