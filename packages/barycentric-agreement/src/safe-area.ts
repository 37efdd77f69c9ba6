/**
 * The safe area of a multiset V of points of which f may be lies: the points that lie in the convex hull of V without any f
 * of its points [Mendes, Herlihy, STOC 2013; Vaidya, Garg, PODC 2013], so in the hull of the correct ones. By Helly's theorem
 * it is not empty when |V| ≥ (d + 1) f + 1.
 *
 * It is computed as the intersection of half-spaces (the Tukey region): those whose boundary passes through as many points
 * as there are coordinates, and which leave at most f points of V strictly outside. Any half-space that leaves at most f
 * points outside holds the safe area; and the facets of every hull above are among them.
 *
 * Points on a line or a plane, and points that come more than once, are no special case: the half-spaces are taken in
 * *every* choice J of coordinates, not only in all of them. Let V′, |V′| = |V| − f, lie in a plane A of dimension r < d. Some r
 * coordinates J map A one to one, so the facets of V′ within A stand among the half-spaces of J; and J with any further
 * coordinate gives the two half-spaces, through points of V′ alone, whose common boundary holds A.
 *
 * Numbers: coordinates are scaled so that the trimmed interval of each becomes −1 … 1. Every half-space is moved out by
 * more than rounding could have moved it in, so that it holds the safe area.
 */
import { QuorateError } from '@quorate/reliable-broadcast/contract';
import { Polytope, type HalfSpace } from './polytope.js';
import { comparePoints, maxDimension, midpoint, type Point } from './point.js';
import { nullVector } from './null-vector.js';
import { subsetsOf } from './subsets.js';

/** How rounding is allowed for, in units of the trimmed intervals. */
interface Allowance {
  /** Half-spaces are moved out by so much, and by more where their points are far away. */
  readonly slack: number;
  /** Corners so near to a boundary are on it. */
  readonly level: number;
}

/**
 * The first is tight and quick. In four dimensions an area without extent can fall between its half-spaces; then a wider
 * allowance, at more corners, finds it.
 */
const allowances: readonly Allowance[] = [
  { slack: 2e-14, level: 1e-14 },
  { slack: 1e-12, level: 1e-15 },
  { slack: 5e-11, level: 1e-14 },
];

/** A coordinate without its f lowest and f highest values: the safe area lies in between. */
interface Trimmed {
  readonly low: number;
  readonly high: number;
  readonly center: number;
  /** Half of the interval, and where that is nothing, of the widest one. */
  readonly unit: number;
}

/**
 * The point of the safe area half of the way between its lowest and its highest point along `axis` (or along the next
 * coordinate in which it has an extent). Undefined with fewer than (d + 1) f + 1 points: then it may be empty.
 * The same multiset gives the same bits, in whatever order it comes. Throws Q4309 on what is no multiset of points.
 */
export function safeMidpoint(points: readonly Point[], f: number, axis: number): Point | undefined {
  checkPoints(points, f, axis);
  const [{ length: dimension } = []] = points;
  if (dimension === 0 || points.length < (dimension + 1) * f + 1) return undefined;
  const sorted = points.toSorted(comparePoints);
  const trimmed = trim(sorted, f);
  if (trimmed === undefined) return undefined;
  const wide = trimmed.flatMap(({ low, high }, index) => (low < high ? [index] : []));
  const [first] = wide;
  if (first === undefined) return trimmed.map(({ low }) => low);
  const corners = firstOf(allowances, (allowance) => cornersOf(sorted, f, { trimmed, wide, allowance }));
  const place = wide.indexOf(wide.find((index) => index >= axis) ?? first);
  const [lowest, highest] = extremes(corners, place);
  if (lowest === undefined || highest === undefined) return undefined;
  return trimmed.map(({ low, high, center, unit }, index) => {
    const at = wide.indexOf(index);
    if (at < 0) return low;
    const share = ((lowest[at] ?? 0) + (highest[at] ?? 0)) / 2;
    return Math.min(high, Math.max(low, center + share * unit)) + 0;
  });
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0;

function checkPoints(points: readonly Point[], f: number, axis: number): void {
  const isList = Array.isArray(points) && points.every((point) => Array.isArray(point));
  const dimension = isList ? (points[0]?.length ?? 0) : 0;
  const fits = isList && points.every((point) => point.length === dimension && point.every(Number.isFinite));
  if (fits && isCount(f) && isCount(axis) && dimension <= maxDimension && axis < Math.max(1, dimension)) return;
  throw new QuorateError(
    'Q4309',
    fits ? `no middle of points of ${dimension} coordinates with f = ${f} along axis ${axis}` : 'these are not points',
    `give lists of finite numbers, all of one length of at most ${maxDimension}, with f ≥ 0 and one of their axes`,
  );
}

function trim(points: readonly Point[], f: number): readonly Trimmed[] | undefined {
  const intervals = (points[0] ?? []).map((_, axis) => {
    const values = points.map((point) => point[axis] ?? 0).toSorted((a, b) => a - b);
    return { low: values[f] ?? Infinity, high: values[values.length - 1 - f] ?? -Infinity };
  });
  if (intervals.some(({ low, high }) => !(low <= high))) return undefined;
  const widest = Math.max(...intervals.map(halfOf));
  const flat = flatFor(points, widest);
  return intervals.map((interval) => {
    const { low } = interval;
    const unit = halfOf(interval);
    // What is not wider counts as having no extent.
    if (unit <= flat) return { low, high: low, center: low, unit: widest };
    return { ...interval, center: midpoint(low, interval.high), unit };
  });
}

const halfOf = ({ low, high }: { readonly low: number; readonly high: number }): number => high / 2 - low / 2;

/**
 * Up to here, half of an interval is none: what is left out is far less than half-spaces are moved out by, and distances in units of
 * what remains are neither beyond the greatest double nor so near to the least that they have no digits. All intervals are none
 * where the widest is nothing beside the points themselves.
 */
function flatFor(points: readonly Point[], widest: number): number {
  const farthest = points.reduce((most, point) => Math.max(most, ...point.map(Math.abs)), 0);
  return widest <= Math.max(2 ** -900, farthest * 2 ** -60) ? widest : widest * 2 ** -48;
}

/** All points, one after the other, in units of the trimmed intervals. */
const scaled = (points: readonly Point[], trimmed: readonly Trimmed[]): readonly Float64Array[] =>
  points.map((point) => Float64Array.from(trimmed, (interval, axis) => inUnits(point[axis] ?? 0, interval)));

const inUnits = (value: number, { center, unit }: Trimmed): number => (value / 2 - center / 2) / (unit / 2);

/** What is computed in. */
interface Frame {
  readonly trimmed: readonly Trimmed[];
  /** The coordinates in which the safe area can have an extent. */
  readonly wide: readonly number[];
  readonly allowance: Allowance;
}

/** What the first allowance finds that finds anything. */
function firstOf(
  tried: readonly Allowance[],
  find: (allowance: Allowance) => readonly Float64Array[],
): readonly Float64Array[] {
  for (const allowance of tried) {
    const corners = find(allowance);
    if (corners.length > 0) return corners;
  }
  return [];
}

/** The corners of the safe area, in the coordinates in which it can have an extent. */
function cornersOf(sorted: readonly Point[], f: number, { trimmed, wide, allowance }: Frame): readonly Float64Array[] {
  const points = scaled(sorted, trimmed);
  const dimension = trimmed.length;
  const polytope = new Polytope(
    trimmed.flatMap((interval) =>
      interval.low < interval.high ? [[inUnits(interval.low, interval), inUnits(interval.high, interval)]] : [],
    ),
    allowance.level,
  );
  for (let size = 2; size <= dimension; size++) {
    for (const axes of subsetsOf(dimension, size)) {
      if (!axes.some((axis) => wide.includes(axis))) continue;
      for (const chosen of subsetsOf(points.length, size)) {
        for (const halfSpace of halfSpacesThrough(points, chosen, axes, { f, slack: allowance.slack })) {
          polytope.cut({
            normal: Float64Array.from(wide, (axis) => halfSpace.normal[axis] ?? 0),
            offset: halfSpace.offset,
          });
        }
      }
    }
  }
  return polytope.corners;
}

/** The two sides of the plane through the chosen points in these coordinates, as far as they leave at most f points outside. */
function halfSpacesThrough(
  points: readonly Float64Array[],
  chosen: readonly number[],
  axes: readonly number[],
  { f, slack }: { readonly f: number; readonly slack: number },
): readonly HalfSpace[] {
  const [origin, ...others] = chosen.flatMap((index) => points[index] ?? []).toSorted(bySize);
  if (origin === undefined) return [];
  const normal = normalTo(others, origin, axes);
  if (normal === undefined) return [];
  let above = 0;
  let below = 0;
  for (const point of points) {
    const height = heightOf(point, origin, normal, slack / 2);
    if (height === 0) continue;
    if (height > 0) above++;
    else below++;
    if (above > f && below > f) return [];
  }
  let offset = 0;
  let size = 1;
  for (const axis of axes) {
    const part = (normal[axis] ?? 0) * (origin[axis] ?? 0);
    offset += part;
    size += Math.abs(part);
  }
  return [
    ...(above <= f ? [{ normal, offset: offset + slack * size }] : []),
    ...(below <= f ? [{ normal: normal.map((part) => -part), offset: slack * size - offset }] : []),
  ];
}

/** How far the point lies above the plane; 0 when that is at most `rounding` for a near point, and more for a distant one. */
function heightOf(point: Float64Array, origin: Float64Array, normal: Float64Array, rounding: number): number {
  let height = 0;
  let size = 1;
  for (let axis = 0; axis < normal.length; axis++) {
    const part = (normal[axis] ?? 0) * ((point[axis] ?? 0) - (origin[axis] ?? 0));
    height += part;
    size += Math.abs(part);
  }
  return Math.abs(height) > rounding * size ? height : 0;
}

/** The unit vector in these coordinates that is orthogonal to all differences; undefined when it is not the only one. */
function normalTo(
  points: readonly Float64Array[],
  origin: Float64Array,
  axes: readonly number[],
): Float64Array | undefined {
  const rows = points.map((point) => unitRow(axes.map((axis) => (point[axis] ?? 0) - (origin[axis] ?? 0))));
  const solution = nullVector(rows);
  if (solution === undefined) return undefined;
  const length = Math.sqrt(solution.reduce((sum, part) => sum + part * part, 0));
  const normal = new Float64Array(origin.length);
  for (const [place, axis] of axes.entries()) normal[axis] = (solution[place] ?? 0) / length;
  return normal;
}

function unitRow(row: readonly number[]): number[] {
  const largest = Math.max(...row.map(Math.abs));
  return largest > 0 ? row.map((part) => part / largest) : [...row];
}

const largestOf = (point: Float64Array): number => point.reduce((most, part) => Math.max(most, Math.abs(part)), 0);
const bySize = (one: Float64Array, other: Float64Array): number => largestOf(one) - largestOf(other);

/** The corners that are lowest and highest in a coordinate. */
function extremes(
  corners: readonly Float64Array[],
  place: number,
): readonly [Float64Array | undefined, Float64Array | undefined] {
  let [lowest] = corners;
  let [highest] = corners;
  for (const corner of corners) {
    if ((corner[place] ?? 0) < (lowest?.[place] ?? 0)) lowest = corner;
    if ((corner[place] ?? 0) > (highest?.[place] ?? 0)) highest = corner;
  }
  return [lowest, highest];
}
