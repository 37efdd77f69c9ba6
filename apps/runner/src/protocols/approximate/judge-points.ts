/** Judges approximate agreement on real threads with its own checkers: they are shown again where the correct nodes stood. */
import { roundsFor, type ApproximateOutput, type Declared } from '@quorate/barycentric-agreement';
import {
  NodeSet,
  nodeIds,
  nodeSetBytes,
  type Checker,
  type CheckerFactory,
  type Group,
  type NodeId,
  type Violation as Shown,
} from '@quorate/transport';
import { judgementOf, type Judgement, type Violation } from '../../judgement.js';
import type { Evidence, Promised } from '../protocol.js';
import { pointAt, type PointRecord } from './point-log.js';
import { pointOf } from './points.js';

type PointChecker = Checker<ArrayLike<number>, never, ApproximateOutput>;

/** What is shown, to whom. */
export interface ReplayedPoints {
  readonly promises: readonly Promised[];
  readonly checkers: readonly CheckerFactory<ArrayLike<number>, never, ApproximateOutput>[];
  readonly declared: Declared;
}

/** Compares where the correct nodes stood with what was promised. */
export async function judgePoints(
  { promises, checkers, declared }: ReplayedPoints,
  evidence: Evidence<PointRecord>,
): Promise<Judgement> {
  const { group, reports, values, ending, pace } = evidence;
  const found = new Map<string, Violation>();
  const correct = nodeIds(group).filter((id) => reports.some(({ node }) => node === id));
  // Of the agreements that nobody came to, one tells what all would.
  const told = Math.max(0, ...reports.map(({ log }) => log.agreements));
  const agreements = Math.min(values.count, told + 1);
  let agreement = 0;
  for (; agreement < agreements && found.size < promises.length; agreement++) {
    if (pace.due && !(await pace.goesOn(agreement, agreements))) break;
    // Every agreement has checkers of its own, so that nothing is held of those before.
    const made = checkers.map((make): PointChecker => make({ group, correct }));
    for (const { property: label, kind, detail } of judgeAgreement(made, declared, evidence, correct, agreement)) {
      const property = promises.find((promise) => promise.label === label)?.key;
      if (property !== undefined && !found.has(property)) found.set(property, { property, kind, detail });
    }
  }
  const inOrder = promises.flatMap(({ key }) => found.get(key) ?? []);
  const unseen = reports.some(({ log }) => log.unrecorded > 0);
  return judgementOf(promises, inOrder, { ending, unseen, partly: agreement < agreements });
}

function judgeAgreement(
  checkers: readonly PointChecker[],
  declared: Declared,
  { group, reports, values }: Evidence<PointRecord>,
  correct: readonly NodeId[],
  agreement: number,
): readonly Shown[] {
  const found: (Shown | undefined)[] = [];
  const tell = (node: NodeId, output: ApproximateOutput): void => {
    for (const checker of checkers) found.push(checker.output?.(node, output));
  };
  const rounds = roundsFor(declared);
  for (const node of correct) {
    const point = pointOf(values.at(node, agreement), declared);
    tell(node, { kind: 'round', agreement, round: 0, point, from: [] });
  }
  const told = correct.flatMap((node) =>
    reports.filter((report) => report.node === node).map(({ log }) => ({ node, log })),
  );
  // All nodes' first rounds, then all their second ones: only what was there before can have led to a point.
  for (let round = 1; round <= rounds; round++) {
    const place = agreement * rounds + round - 1;
    for (const { node, log } of told) {
      const point = pointAt(log, group, declared.dimension, place);
      if (point !== undefined) tell(node, { kind: 'round', agreement, round, point, from: fromAt(log, group, place) });
    }
  }
  for (const { node, log } of told) {
    if (!log.decided.includes(agreement)) continue;
    const point =
      rounds === 0
        ? pointOf(values.at(node, agreement), declared)
        : pointAt(log, group, declared.dimension, (agreement + 1) * rounds - 1);
    if (point !== undefined) tell(node, { kind: 'decision', agreement, point });
  }
  return [...found.filter((one) => one !== undefined), ...checkers.flatMap((checker) => [...(checker.end?.() ?? [])])];
}

function fromAt({ from }: PointRecord, group: Group, place: number): readonly NodeId[] {
  const size = nodeSetBytes(group.n);
  const set = NodeSet.fromBytes(from.subarray(place * size, (place + 1) * size), group.n);
  return nodeIds(group).filter((node) => set?.has(node) === true);
}
