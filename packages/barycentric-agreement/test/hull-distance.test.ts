/** The checker's own way to the hull: it never calls a point that lies inside an outsider, and knows how far others are. */
import { describe, expect, it } from 'vitest';
import { hullDistance } from '../src/hull-distance.js';
import type { Point } from '../src/index.js';

/** Points that rational arithmetic puts inside (or, the last one, within 1e-16 of the magnitude). */
const inside: readonly { readonly point: Point; readonly hull: readonly Point[] }[] = [
  {
    point: [-441.73847361438675, 1000000],
    hull: [
      [-23726334776.729347, 53711269795894.63],
      [0, 602211557142436.5],
      [-1000000, -1000000],
      [0, -1000000],
      [-1000000, 1000000],
    ],
  },
  {
    point: [-0.012417739702716231, 0.08473469686088224],
    hull: [
      [-0.06985291869631295, 0.08473469640442548],
      [0.029162408683099644, 0.08473469694103536],
      [0.06970266856520622, 0.08473469712499627],
      [-0.04667375558457795, 0.08473469695581842],
      [0.03595577546650772, 0.08473469679892712],
      [-0.07178991628507043, 0.08473469711568461],
      [0.010213527520336236, 0.08473469719172955],
    ],
  },
  {
    point: [2.475080176036662e-103, -1.3091778190747946e-103],
    hull: [
      [-8.818083463734185e-102, 4.664268359135955e-102],
      [-4.803125828203488e-102, 2.5405824885361083e-102],
      [7.184976576657162e-102, -3.800447029588579e-102],
    ],
  },
];

describe('the distance from a hull', () => {
  it.each(inside)('is none for a point within a sliver: $point', ({ point, hull }) => {
    const magnitude = Math.max(...hull.flat().map(Math.abs));
    expect(hullDistance(point, hull) / magnitude).toBeLessThan(1e-14);
  });

  it.each<readonly [Point, readonly Point[], number]>([
    [[3], [[1], [2]], 1],
    [[-0.5], [[1], [-0]], 0.5],
    [[1.5], [[1], [2]], 0],
    [[1e308], [[-0.5e308]], 1.5e308],
    [
      [2, 2],
      [
        [0, 0],
        [1, 1],
      ],
      Math.SQRT2,
    ],
    [
      [0.5, -0.25],
      [
        [0, 0],
        [1, 0],
        [0, 1],
      ],
      0.25,
    ],
    [
      [0, 0, 0],
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      Math.sqrt(1 / 3),
    ],
    [
      [0, 0, 0, -1e-6],
      [
        [1, 0, 0, 0],
        [-1, 1, 0, 0],
        [-1, -1, 0, 0],
        [0, 0, 1, 0],
        [0, 0, -1, 0],
      ],
      1e-6,
    ],
  ])('of %j from the hull of %j is %d', (point, hull, distance) => {
    const extent = Math.max(...hull.flat().map(Math.abs));
    expect(Math.abs(hullDistance(point, hull) - distance) / extent).toBeLessThan(1e-10);
  });
});
