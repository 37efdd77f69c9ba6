/**
 * How far a point lies from the convex hull of others, for checkers: by another way than the one that agreement takes.
 *
 * Source: P. Wolfe, "Finding the nearest point in a polytope", Mathematical Programming 11 (1976).
 */
import type { Point } from './point.js';

/** Wolfe's method ends; this bounds what rounding could make of it. */
const mostSteps = 1000;

/** The Euclidean distance of `point` from the hull of at least one point, never more, and less by at most about 5e-9 of their extent, in slivers. */
export function hullDistance(point: Point, hull: readonly Point[]): number {
  if (point.length === 1) return distanceOutside(point[0] ?? 0, hull);
  const far = hull.map((corner) => corner.map((part, axis) => part / 2 - (point[axis] ?? 0) / 2));
  const scale = Math.max(...far.flat().map(Math.abs));
  if (scale === 0) return 0;
  const corners = far.map((corner) => corner.map((part) => part / scale));
  return 2 * nearestToOrigin(corners) * scale;
}

/** On a line, the hull is an interval. */
function distanceOutside(value: number, hull: readonly Point[]): number {
  let nearest = Infinity;
  let below = false;
  let above = false;
  for (const [end = 0] of hull) {
    nearest = Math.min(nearest, Math.abs(value - end));
    below ||= end <= value;
    above ||= end >= value;
  }
  return below && above ? 0 : nearest;
}

interface Weighted {
  readonly corner: readonly number[];
  readonly weight: number;
}

/**
 * Every point on the way shows a plane that parts the origin from all corners, and so a distance that is certain. In slivers rounding
 * may end the way before the nearest point is reached: then what is certain is the answer, so that a checker accuses nobody wrongly.
 */
function nearestToOrigin(corners: readonly (readonly number[])[]): number {
  const [first = []] = corners.toSorted((a, b) => dot(a, a) - dot(b, b));
  let active: readonly Weighted[] = [{ corner: first, weight: 1 }];
  let certain = 0;
  for (let step = 0; step < mostSteps; step++) {
    const nearest = combined(active);
    const far = length(nearest);
    if (far < 1e-14) return 0;
    const [next = []] = corners.toSorted((a, b) => dot(nearest, a) - dot(nearest, b));
    certain = Math.max(certain, dot(nearest, next) / far);
    if (far - certain <= 1e-14 || active.some(({ corner }) => corner === next)) return certain;
    active = settled([...active, { corner: next, weight: 0 }]);
  }
  return certain;
}

/** Wolfe's minor cycles: towards the nearest point of the affine hull, dropping corners on the way, until it is inside. */
function settled(start: readonly Weighted[]): readonly Weighted[] {
  let active = start;
  for (;;) {
    const target = affineWeights(active.map(({ corner }) => corner));
    if (target.every((weight) => weight > 1e-15)) {
      return active.map(({ corner }, index) => ({ corner, weight: target[index] ?? 0 }));
    }
    let share = 1;
    for (const [index, { weight }] of active.entries()) {
      const goal = target[index] ?? 0;
      if (goal <= 1e-15) share = Math.min(share, weight / Math.max(weight - goal, Number.MIN_VALUE));
    }
    const moved = active.map(({ corner, weight }, index) => ({
      corner,
      weight: weight + share * ((target[index] ?? 0) - weight),
    }));
    const lightest = Math.min(...moved.filter((_, index) => (target[index] ?? 0) <= 1e-15).map(({ weight }) => weight));
    active = moved.filter(({ weight }, index) => (target[index] ?? 0) > 1e-15 || weight > lightest);
    if (active.length <= 1) return active.map(({ corner }) => ({ corner, weight: 1 }));
  }
}

/** Weights, 1 in all, of the point of the affine hull that is nearest to the origin: least squares by orthogonalisation. */
function affineWeights(corners: readonly (readonly number[])[]): readonly number[] {
  const [base = [], ...others] = corners;
  const basis: { readonly unit: readonly number[]; readonly row: readonly number[]; readonly size: number }[] = [];
  for (const corner of others) {
    let rest = corner.map((part, axis) => part - (base[axis] ?? 0));
    const row = basis.map(() => 0);
    // Twice is enough [Kahan]: what rounding left of the first time goes.
    for (let pass = 0; pass < 2; pass++) {
      for (const [index, { unit }] of basis.entries()) {
        const share = dot(rest, unit);
        row[index] = (row[index] ?? 0) + share;
        rest = rest.map((part, axis) => part - share * (unit[axis] ?? 0));
      }
    }
    const size = length(rest);
    basis.push({ unit: size > 1e-300 ? rest.map((part) => part / size) : rest, row, size });
  }
  const weights = basis.map(() => 0);
  for (let index = basis.length - 1; index >= 0; index--) {
    const { unit = [], size = 0 } = basis[index] ?? {};
    let sum = -dot(base, unit);
    for (let later = index + 1; later < basis.length; later++) {
      sum -= (basis[later]?.row[index] ?? 0) * (weights[later] ?? 0);
    }
    weights[index] = size > 1e-300 ? sum / size : 0;
  }
  return [1 - weights.reduce((sum, weight) => sum + weight, 0), ...weights];
}

const combined = (active: readonly Weighted[]): readonly number[] =>
  (active[0]?.corner ?? []).map((_, axis) =>
    active.reduce((sum, { corner, weight }) => sum + weight * (corner[axis] ?? 0), 0),
  );

const length = (vector: readonly number[]): number => Math.sqrt(dot(vector, vector));

function dot(one: readonly number[], other: readonly number[]): number {
  let sum = 0;
  for (const [axis, part] of one.entries()) sum += part * (other[axis] ?? 0);
  return sum;
}
