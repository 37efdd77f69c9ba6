import { codec, float, list, type Codec } from '@quorate/reliable-broadcast/contract';

/** A point: finite numbers, one for each dimension; never −0. */
export type Point = readonly number[];

/** The greatest dimension. */
export const maxDimension = 4;

/** The lowest and the highest number that a coordinate may have, the same for every dimension. */
export type Range = readonly [number, number];

/** How a point travels as the value of a round: a list of `dimension` doubles, each finite and within the range. */
export const pointCodec = (dimension: number, [min, max]: Range): Codec<Point> =>
  codec(list(float({ min, max }), { min: dimension, max: dimension }));

/** Bytes of the longest frame of a point: the header of the list, and nine for each double. */
export const pointBytes = (dimension: number): number => 5 + 9 * dimension;

/** Numeric order, coordinate by coordinate: the same multiset is always computed with in the same order. */
export function comparePoints(one: Point, other: Point): number {
  for (const [axis, coordinate] of one.entries()) {
    const difference = coordinate - (other[axis] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Half of the way between two numbers in order, within them, also where their difference or their sum is infinite. */
export function midpoint(low: number, high: number): number {
  const width = high - low;
  return (Number.isFinite(width) ? low + width / 2 : low / 2 + high / 2) + 0;
}
