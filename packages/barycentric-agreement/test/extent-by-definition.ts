/**
 * The safe area by its definition, in two dimensions and for small whole coordinates, exactly: every corner of an intersection of
 * hulls is a point or a crossing of two lines through points, so try them all in all hulls.
 */
import type { Point } from '../src/index.js';
import { subsetsOf } from '../src/subsets.js';

/** (x / w, y / w) with whole numbers, w > 0. */
type Fraction = readonly [number, number, number];

/** The lowest and the highest coordinate in the hulls of all choices of the points but f; undefined when they share no point. */
export function extentByDefinition(
  points: readonly Point[],
  f: number,
  axis: number,
): readonly [number, number] | undefined {
  const hulls = Array.from(subsetsOf(points.length, points.length - f), (left) =>
    left.map((index) => points[index] ?? []),
  );
  const reached = crossings(points)
    .filter((point) => hulls.every((hull) => isWithin(point, hull)))
    .map((point) => (point[axis] ?? 0) / point[2]);
  return reached.length === 0 ? undefined : [Math.min(...reached), Math.max(...reached)];
}

function crossings(points: readonly Point[]): readonly Fraction[] {
  const lines = Array.from(subsetsOf(points.length, 2), ([one = 0, other = 0]) => {
    const [ax = 0, ay = 0] = points[one] ?? [];
    const [bx = 0, by = 0] = points[other] ?? [];
    return [by - ay, ax - bx, (by - ay) * ax + (ax - bx) * ay] as const;
  });
  const found: Fraction[] = points.map(([x = 0, y = 0]) => [x, y, 1]);
  for (const [one = 0, other = 0] of subsetsOf(lines.length, 2)) {
    const [a, b, c] = lines[one] ?? [0, 0, 0];
    const [d, e, g] = lines[other] ?? [0, 0, 0];
    const w = a * e - b * d;
    if (w !== 0) found.push([(c * e - b * g) * Math.sign(w), (a * g - c * d) * Math.sign(w), Math.abs(w)]);
  }
  return found;
}

/** [Carathéodory] In the hull of points is what is in a triangle of them. */
function isWithin(point: Fraction, hull: readonly Point[]): boolean {
  for (const [a = 0, b = 0, c = 0] of subsetsOf(hull.length, 3)) {
    if (isInTriangle(point, hull[a] ?? [], hull[b] ?? [], hull[c] ?? [])) return true;
  }
  return false;
}

function isInTriangle(point: Fraction, a: Point, b: Point, c: Point): boolean {
  const sides = [side(a, b, point), side(b, c, point), side(c, a, point)];
  if (!sides.every((one) => one >= 0) && !sides.every((one) => one <= 0)) return false;
  // A triangle without an area is a segment: on its line, the corners must enclose the point as well.
  return [0, 1].every((axis) => {
    const corners = [a, b, c].map((corner) => (corner[axis] ?? 0) * point[2]);
    return (point[axis] ?? 0) >= Math.min(...corners) && (point[axis] ?? 0) <= Math.max(...corners);
  });
}

const side = ([ax = 0, ay = 0]: Point, [bx = 0, by = 0]: Point, [x, y, w]: Fraction): number =>
  (bx - ax) * (y - ay * w) - (by - ay) * (x - ax * w);
