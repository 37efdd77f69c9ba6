/** Where one node stood after each round of each agreement. */
import { createHash } from 'node:crypto';
import { roundsFor, type ApproximateOutput, type Declared, type Point } from '@quorate/barycentric-agreement';
import { NodeSet, nodeSetBytes, type Group } from '@quorate/transport';
import type { OutputLog, OutputSummary, ValueSource } from '../protocol.js';

/** Plain data. A round that did not come about has no members in `from`. */
export interface PointRecord extends OutputSummary {
  /** Agreement after agreement, round 1, 2, …: the coordinates after it. */
  readonly points: Float64Array;
  /** The same of the nodes whose points it was made from, as a set. */
  readonly from: Uint8Array;
  /** Agreements that were decided, ascending. */
  readonly decided: Float64Array;
  /** Agreements that are told of: 0 … agreements − 1. */
  readonly agreements: number;
}

/** What is kept of points, in bytes: 1 GiB of the machine's memory would be one of its nodes'. */
const mostBytes = 134_217_728;
/** Agreements whose points stand in documents. */
const shownAgreements = 100;

export class PointLog implements OutputLog<ApproximateOutput, PointRecord> {
  readonly #group: Group;
  readonly #rounds: number;
  readonly #dimension: number;
  readonly #agreements: number;
  readonly #setBytes: number;
  readonly #decided = new Set<number>();
  readonly #starts: Point[] = [];
  #points = new Float64Array(0);
  #from = new Uint8Array(0);
  #told = 0;
  #unrecorded = 0;

  constructor(group: Group, values: ValueSource, declared: Declared) {
    this.#group = group;
    this.#rounds = roundsFor(declared);
    this.#dimension = declared.dimension;
    this.#agreements = values.count;
    this.#setBytes = nodeSetBytes(group.n);
  }

  get count(): number {
    return this.#decided.size;
  }

  record(output: ApproximateOutput): void {
    const { agreement, point } = output;
    if (agreement >= this.#agreements) {
      this.#unrecorded++;
      return;
    }
    this.#told = Math.max(this.#told, agreement + 1);
    if (output.kind === 'decision') {
      this.#decided.add(agreement);
      return;
    }
    if (output.round === 0) {
      if (agreement < shownAgreements) this.#starts[agreement] = point;
      return;
    }
    const place = agreement * this.#rounds + output.round - 1;
    if (!this.#admits((agreement + 1) * this.#rounds)) return;
    this.#points.set(point, place * this.#dimension);
    const members = new NodeSet();
    for (const node of output.from) members.add(node);
    this.#from.set(members.toBytes(this.#group.n), place * this.#setBytes);
  }

  summary(): PointRecord {
    const decided = Float64Array.from(this.#decided).toSorted();
    const hash = createHash('sha256');
    for (const agreement of decided) hash.update(bytesOf(this.#at(agreement, this.#rounds) ?? []));
    return {
      count: decided.length,
      sha256: hash.digest('hex'),
      unrecorded: this.#unrecorded,
      points: this.#points,
      from: this.#from,
      decided,
      agreements: this.#told,
      shown: { points: this.#shown() },
    };
  }

  /** By agreement, then by round, from the node's own input on. */
  #shown(): readonly (readonly Point[])[] {
    return this.#starts.map((start, agreement) => {
      const points = [start];
      for (let round = 1; round <= this.#rounds; round++) {
        const point = this.#at(agreement, round);
        if (point !== undefined) points.push(point);
      }
      return points;
    });
  }

  #at(agreement: number, round: number): Point | undefined {
    if (round === 0) return this.#starts[agreement];
    return pointAt(
      { points: this.#points, from: this.#from },
      this.#group,
      this.#dimension,
      agreement * this.#rounds + round - 1,
    );
  }

  #admits(places: number): boolean {
    if (this.#from.length >= places * this.#setBytes) return true;
    const wanted = Math.max(places, 64, (this.#from.length / this.#setBytes) * 2);
    if (wanted * (this.#dimension * 8 + this.#setBytes) > mostBytes) {
      this.#unrecorded++;
      return false;
    }
    const points = new Float64Array(wanted * this.#dimension);
    points.set(this.#points);
    this.#points = points;
    const from = new Uint8Array(wanted * this.#setBytes);
    from.set(this.#from);
    this.#from = from;
    return true;
  }
}

/** The point of a place, if there is one. */
export function pointAt(
  { points, from }: Pick<PointRecord, 'points' | 'from'>,
  { n }: Group,
  dimension: number,
  place: number,
): Point | undefined {
  const size = nodeSetBytes(n);
  const there = from.subarray(place * size, (place + 1) * size).some((byte) => byte !== 0);
  return there ? Array.from(points.subarray(place * dimension, (place + 1) * dimension)) : undefined;
}

/** What a simulated node came to: its decisions, and where it stood in between. */
export function pointsOf(outputs: readonly ApproximateOutput[]): OutputSummary {
  const hash = createHash('sha256');
  const decisions = outputs.filter(({ kind }) => kind === 'decision').toSorted((a, b) => a.agreement - b.agreement);
  for (const { point } of decisions) hash.update(bytesOf(point));
  const points: Point[][] = [];
  for (const output of outputs) {
    if (output.kind === 'round' && output.agreement < shownAgreements)
      (points[output.agreement] ??= []).push(output.point);
  }
  return { count: decisions.length, sha256: hash.digest('hex'), unrecorded: 0, shown: { points } };
}

const bytesOf = (point: Point): Uint8Array => {
  const bytes = Buffer.alloc(point.length * 8);
  for (const [axis, coordinate] of point.entries()) bytes.writeDoubleBE(coordinate, axis * 8);
  return bytes;
};
