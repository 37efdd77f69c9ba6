/**
 * How a node gets from the points of a round to its next point, and how many rounds that takes. All nodes compute the same
 * number of rounds from what was declared, whatever anybody says.
 *
 * One dimension: without its f lowest and f highest values, the middle of the rest [Dolev, Lynch, Pinter, Stark, Weihl, JACM 33
 * (1986); Abraham, Amit, Dolev, OPODIS 2004]. More: the middle of the safe area along one coordinate, the coordinates taking
 * turns [Mendes, Herlihy, STOC 2013].
 *
 * Why it converges: when any two nodes have n − f of a round's values in common, W, then the safe areas of both hold that of W,
 * which is not empty for n > (d + 2) f. So along the round's coordinate both intervals lie within that of the correct values,
 * share a point, and their middles are at most half as far apart as correct values can be. No other coordinate gets worse.
 */
import type { Group } from '@quorate/reliable-broadcast/contract';
import { midpoint, type Point, type Range } from './point.js';
import { safeMidpoint } from './safe-area.js';

/** What the points of a round become. */
export interface ConvergenceRound {
  /** Points of distinct nodes, n − f or more; at most f of them are lies. */
  readonly points: readonly Point[];
  readonly f: number;
  /** Counts the rounds of an agreement from 0. */
  readonly round: number;
}

/** A node's next point; undefined when these points allow none. Equal multisets of points give equal bits. */
export type ConvergenceRule = (round: ConvergenceRound) => Point | undefined;

/** What every node of a group declares alike. */
export interface Declared {
  /** Coordinates of a point, 1 … 4. */
  readonly dimension: number;
  /** The Euclidean distance within which the decisions of correct nodes lie. */
  readonly epsilon: number;
  /** The lowest and the highest number of each coordinate. */
  readonly range: Range;
}

/** Trimming in one dimension, the safe area in more. */
export const convergenceRule: ConvergenceRule = ({ points, f, round }) => {
  const dimension = points[0]?.length ?? 0;
  return dimension === 1 ? trimmedMidpoint(points, f) : safeMidpoint(points, f, round % dimension);
};

/** The middle of what remains of numbers without the f lowest and the f highest. */
function trimmedMidpoint(points: readonly Point[], f: number): Point | undefined {
  const values = points.map(([value = 0]) => value).toSorted((a, b) => a - b);
  const low = values[f];
  const high = values[values.length - 1 - f];
  return low === undefined || high === undefined || low > high ? undefined : [midpoint(low, high)];
}

/** Far nearer to 0 than this, doubles have fewer digits. */
const smallest = 2 ** -800;

/** What doubles of the range can still tell apart after many roundings; epsilon is at least this. */
export const resolutionOf = ({ dimension, range: [low, high] }: Declared): number =>
  Math.max(smallest, Math.max(Math.abs(low), Math.abs(high)) * (dimension === 1 ? 2 ** -49 : 2 ** -45));

/** The most nodes for which a round takes at most about two seconds, by dimension. */
export const mostNodes: readonly number[] = [0, 256, 256, 64, 19];

/** n > (d + 2) f: the points that are safe whatever f nodes said are never none. */
export const suffices = ({ n, f }: Group, dimension: number): boolean => n > (dimension + 2) * f;
