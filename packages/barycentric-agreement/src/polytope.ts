/**
 * A convex polytope by its corners, cut down by half-spaces one after the other (the double description method: Motzkin et al.
 * 1953). Every new corner lies on a segment between two old ones, so rounding never leads out of the polytope, and the same
 * cuts in the same order give the same bits.
 */

/** The half-space of all x with normal · x ≤ offset. */
export interface HalfSpace {
  readonly normal: Float64Array;
  readonly offset: number;
}

/** The lowest and the highest number. */
export type Interval = readonly [number, number];

interface Corner {
  readonly at: Float64Array;
  /** The faces that it lies on, by number, ascending. */
  readonly faces: readonly number[];
}

export class Polytope {
  readonly #dimension: number;
  readonly #level: number;
  #corners: readonly Corner[];
  #nextFace: number;

  /**
   * The box of all x that lie within these intervals, one for each coordinate. Corners nearer than `level` to the boundary of a
   * cut are on it: cuts that differ by rounding alone are one.
   */
  constructor(intervals: readonly Interval[], level: number) {
    this.#level = level;
    this.#dimension = intervals.length;
    this.#corners = Array.from({ length: 2 ** intervals.length }, (_, corner) => boxCorner(intervals, corner));
    this.#nextFace = 2 * intervals.length;
  }

  /** Corners, some perhaps more than once; none when nothing is left. */
  get corners(): readonly Float64Array[] {
    return this.#corners.map(({ at }) => at);
  }

  /** Leaves what lies in the half-space. */
  cut(halfSpace: HalfSpace): void {
    const heights = this.#corners.map(({ at }) => this.#levelled(heightOver(halfSpace, at)));
    if (heights.every((height) => height <= 0)) return;
    const face = this.#nextFace++;
    const left: Corner[] = [];
    for (const [index, corner] of this.#corners.entries()) {
      const height = heights[index] ?? 0;
      if (height < 0) left.push(corner);
      else if (height === 0) left.push({ at: corner.at, faces: [...corner.faces, face] });
    }
    for (const [index, below] of this.#corners.entries()) {
      const depth = heights[index] ?? 0;
      if (depth >= 0) continue;
      for (const [other, above] of this.#corners.entries()) {
        const height = heights[other] ?? 0;
        if (height <= 0) continue;
        const edge = this.#edgeOf(below, above);
        if (edge === undefined) continue;
        left.push({ at: between(below.at, above.at, depth / (depth - height)), faces: [...edge, face] });
      }
    }
    this.#corners = left;
  }

  #levelled(height: number): number {
    return Math.abs(height) <= this.#level ? 0 : height;
  }

  /** The faces that hold both corners, if they are neighbours: at least d − 1 faces, on which no third corner lies. */
  #edgeOf(one: Corner, other: Corner): readonly number[] | undefined {
    const shared = one.faces.filter((face) => other.faces.includes(face));
    if (shared.length < this.#dimension - 1) return undefined;
    for (const third of this.#corners) {
      if (third !== one && third !== other && shared.every((face) => third.faces.includes(face))) return undefined;
    }
    return shared;
  }
}

function boxCorner(intervals: readonly Interval[], corner: number): Corner {
  const sides = intervals.map((_, axis) => (corner >>> axis) & 1);
  return {
    at: Float64Array.from(intervals, ([low, high], axis) => (sides[axis] === 1 ? high : low)),
    faces: sides.map((side, axis) => 2 * axis + side),
  };
}

function heightOver({ normal, offset }: HalfSpace, at: Float64Array): number {
  let height = -offset;
  for (let axis = 0; axis < at.length; axis++) height += (normal[axis] ?? 0) * (at[axis] ?? 0);
  return height;
}

const between = (from: Float64Array, to: Float64Array, share: number): Float64Array =>
  from.map((coordinate, axis) => coordinate + ((to[axis] ?? 0) - coordinate) * share);
