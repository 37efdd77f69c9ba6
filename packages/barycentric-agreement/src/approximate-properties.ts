/**
 * What approximate agreement promises, as an observer outside checks it.
 *
 * AA1 decisions within epsilon · AA2 every point of every round in the hull of correct inputs · AA3 the round's coordinate
 * spreads at most half as far as before · AA4 every correct node decides, after the declared number of rounds · AA5 equal
 * inputs are decided bit for bit · AA6 equal points of a round make equal bits.
 */
import {
  allCorrect,
  type Checker,
  type CheckerFactory,
  type Group,
  type NodeId,
  type Violation,
} from '@quorate/reliable-broadcast/contract';
import type { ApproximateOutput, Decision, RoundPoint } from './approximate-agreement.js';
import { resolutionOf, type Declared } from './convergence.js';
import { roundsFor } from './declared.js';
import { pointFaults } from './faults.js';
import { hullDistance } from './hull-distance.js';
import { comparePoints, type Point } from './point.js';

type Name = 'agreement' | 'validity' | 'contraction' | 'termination' | 'unanimity' | 'determinism';

/** The names of the properties, in the order in which tables show them. */
export const approximateProperties: Readonly<Record<Name, string>> = {
  agreement: 'AA1 ε-agreement',
  validity: 'AA2 convex validity',
  contraction: 'AA3 contraction',
  termination: 'AA4 termination',
  unanimity: 'AA5 unanimity',
  determinism: 'AA6 determinism',
};

/** Points may lie outside of the hull by so much, relative to the greatest magnitude of the range: rounding. */
const tolerance = 1e-9;

/** What a run can come near. */
const rules = {
  exactly: 'a point made of exactly n − f points',
  more: 'a point made of more than n − f points',
  others: 'points of one round made of those of different nodes',
  apart: 'points of one round that differ',
} as const;

/** What the observer knows of a run. */
export interface ApproximateRun {
  readonly group: Group;
  /** The nodes that keep to the protocol. */
  readonly correct: readonly NodeId[];
}

interface AgreementSeen {
  readonly inputs: Map<NodeId, Point>;
  /** By round, then by node. */
  readonly rounds: Map<NodeId, RoundPoint>[];
  readonly decisions: Map<NodeId, Point>;
}

/** Watches one run; memory grows with the number of rounds of the run. */
export class ApproximateObserver implements Checker<ArrayLike<number>, unknown, ApproximateOutput> {
  readonly #declared: Declared;
  readonly #quorum: number;
  readonly #correct: Set<NodeId>;
  readonly #agreements = new Map<number, AgreementSeen>();
  readonly #exercised = new Set<string>();

  constructor(declared: Declared, { group, correct }: ApproximateRun) {
    this.#declared = declared;
    this.#quorum = allCorrect(group);
    this.#correct = new Set(correct);
  }

  output(node: NodeId, value: ApproximateOutput): Violation | undefined {
    if (!this.#correct.has(node)) return undefined;
    const seen = this.#of(value.agreement);
    return value.kind === 'round' ? this.#moved(node, value, seen) : this.#decided(node, value, seen);
  }

  /** What outputs of the run showed. */
  exercised(): Iterable<string> {
    return this.#exercised;
  }

  /** From now on the node counts among the faulty ones. What it put in as a correct one stays in the hull: others may stand on it. */
  faulty(node: NodeId): void {
    this.#correct.delete(node);
    for (const { rounds, decisions } of this.#agreements.values()) {
      decisions.delete(node);
      for (const points of rounds) points.delete(node);
    }
  }

  /** The run is over: nothing is in flight between correct nodes. */
  *end(): Generator<Violation> {
    for (const [agreement, seen] of this.#agreements) {
      yield* this.#contracted(agreement, seen);
      if ([...this.#correct].some((node) => !seen.inputs.has(node))) continue;
      for (const node of this.#correct) {
        if (seen.decisions.has(node)) continue;
        yield violation('liveness', 'termination', `node ${node} has not decided agreement ${agreement}`);
      }
    }
  }

  #moved(node: NodeId, moved: RoundPoint, { inputs, rounds }: AgreementSeen): Violation | undefined {
    const { round, point, from } = moved;
    const others = (rounds[round] ??= new Map<NodeId, RoundPoint>());
    if (round === 0) inputs.set(node, point);
    const what = (): string =>
      `node ${node} is at (${point.join(', ')}) after round ${round} of agreement ${moved.agreement}`;
    // Only what was put in before can have led here, so the hull of the inputs so far is the hull of all.
    const hull = [...inputs.values()];
    const [first = point] = hull;
    if (hull.every((input) => same(input, first)) && !same(point, first)) {
      return safety('unanimity', `${what()}, though all inputs are (${first.join(', ')})`);
    }
    const distance = hullDistance(point, hull);
    if (!(distance <= tolerance * magnitude(this.#declared))) {
      return safety('validity', `${what()}, ${distance} outside of the hull of correct inputs`);
    }
    for (const [other, beside] of others) {
      if (round === 0 || same(beside.point, point) || !sameNodes(beside.from, from)) continue;
      return safety('determinism', `${what()}, node ${other} at (${beside.point.join(', ')}) from the same points`);
    }
    if (round > 0) this.#note(moved, others.values());
    others.set(node, moved);
    return undefined;
  }

  #note({ point, from }: RoundPoint, others: Iterable<RoundPoint>): void {
    this.#exercised.add(from.length > this.#quorum ? rules.more : rules.exactly);
    for (const other of others) {
      if (!sameNodes(other.from, from)) this.#exercised.add(rules.others);
      if (!same(other.point, point)) this.#exercised.add(rules.apart);
    }
  }

  #decided(node: NodeId, { agreement, point }: Decision, seen: AgreementSeen): Violation | undefined {
    const what = `node ${node} decided (${point.join(', ')}) in agreement ${agreement}`;
    const rounds = seen.rounds.findLastIndex((points) => points.has(node));
    const expected = roundsFor(this.#declared);
    if (rounds !== expected || seen.decisions.has(node)) {
      return safety('termination', `${what} after ${rounds} rounds instead of ${expected}`);
    }
    for (const [other, decision] of seen.decisions) {
      const apart = distanceOf(point, decision);
      if (!(apart <= this.#declared.epsilon)) return safety('agreement', `${what}, ${apart} away from node ${other}`);
    }
    seen.decisions.set(node, point);
    return undefined;
  }

  /** Each round halves the spread of its coordinate, up to rounding, once every correct node has gone through it. */
  *#contracted(agreement: number, { rounds }: AgreementSeen): Generator<Violation> {
    const { dimension } = this.#declared;
    for (let round = 1; round < rounds.length; round++) {
      const axis = (round - 1) % dimension;
      const [before, after] = [spread(rounds[round - 1], axis), spread(rounds[round], axis)];
      if ((rounds[round - 1]?.size ?? 0) < this.#correct.size) return;
      if (after <= before / 2 + resolutionOf(this.#declared) / 4) continue;
      const what = `coordinate ${axis} spreads over ${after} after round ${round} of agreement ${agreement}`;
      yield safety('contraction', `${what}, over ${before} before it`);
    }
  }

  #of(agreement: number): AgreementSeen {
    let seen = this.#agreements.get(agreement);
    if (seen === undefined) {
      seen = { inputs: new Map(), rounds: [], decisions: new Map() };
      this.#agreements.set(agreement, seen);
    }
    return seen;
  }
}

const same = (one: Point, other: Point): boolean =>
  one.length === other.length &&
  comparePoints(one, other) === 0 &&
  one.every((part, axis) => Object.is(part, other[axis]));

const sameNodes = (one: readonly NodeId[], other: readonly NodeId[]): boolean =>
  one.length === other.length && one.every((node, index) => node === other[index]);

const magnitude = ({ range: [low, high] }: Declared): number => Math.max(Math.abs(low), Math.abs(high));

function distanceOf(one: Point, other: Point): number {
  // Halved first: the greatest doubles are farther apart than the greatest double.
  const parts = one.map((part, axis) => Math.abs(part / 2 - (other[axis] ?? 0) / 2));
  const largest = Math.max(...parts);
  if (largest === 0) return 0;
  const share = Math.sqrt(parts.reduce((sum, part) => sum + (part / largest) ** 2, 0));
  return 2 * (largest * share);
}

function spread(points: ReadonlyMap<NodeId, RoundPoint> | undefined, axis: number): number {
  const values = [...(points?.values() ?? [])].map(({ point }) => point[axis] ?? 0);
  return values.length === 0 ? 0 : Math.max(...values) - Math.min(...values);
}

/** The checkers for simulations: what was declared is what they hold the nodes to. */
export const approximateAgreementProperties = (
  declared: Declared,
): CheckerFactory<ArrayLike<number>, unknown, ApproximateOutput> =>
  Object.assign((run: ApproximateRun) => new ApproximateObserver(declared, run), {
    rules: Object.values(rules),
    faults: pointFaults,
  });

const violation = (kind: Violation['kind'], name: Name, detail: string): Violation => ({
  property: approximateProperties[name],
  kind,
  detail,
});
const safety = (name: Name, detail: string): Violation => violation('safety', name, detail);
