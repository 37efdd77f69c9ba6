/** Judges rounds on real threads with the checkers of the protocol itself: they are shown again what the correct nodes put out. */
import type { Collected, RoundValue } from '@quorate/reliable-broadcast';
import {
  nodeIds,
  nodeSetBytes,
  type Checker,
  type CheckerFactory,
  type NodeId,
  type Violation as Shown,
} from '@quorate/transport';
import { judgementOf, type Judgement, type Violation } from '../../judgement.js';
import type { Evidence, Promised } from '../protocol.js';
import { membersAt, type RoundRecord } from './round-log.js';

/** How the outputs of a protocol are put together again. */
export interface Replayed<O extends Collected> {
  readonly promises: readonly Promised[];
  readonly checkers: readonly CheckerFactory<RoundValue, never, O>[];
  readonly setCount: number;
  /** An output from its values, and the members of its other sets. */
  readonly outputOf: (collected: Collected, sets: readonly ReadonlySet<NodeId>[]) => O;
}

/** So many ways that a round can look are remembered, for a round that looks like one before. */
const mostPatterns = 65_536;

/**
 * Compares what the correct nodes put out first in each round with what was promised. What is found in a round depends on who stands in
 * which set, and on values that are not those of the plan: where there are none of these, of rounds with the same sets the first tells all.
 */
export async function judgeRounds<O extends Collected>(
  replayed: Replayed<O>,
  evidence: Evidence<RoundRecord>,
): Promise<Judgement> {
  const { reports, values, pace } = evidence;
  const promises = replayed.promises.filter(({ simulatedOnly }) => simulatedOnly !== true);
  const found = new Map<string, Violation>();
  const lies = reports.map(
    ({ log }) => new Map(log.deviating.map(({ round, sender, value }) => [`${round} ${sender}`, value])),
  );
  const odd = new Set(reports.flatMap(({ log }) => log.deviating.map(({ round }) => round)));
  const stride = nodeSetBytes(evidence.group.n) * replayed.setCount;
  const sets = reports.map(({ log }) => Buffer.from(log.sets.buffer, log.sets.byteOffset, log.sets.byteLength));
  const judged = new Set<string>();
  // Of the rounds that nobody came to, one tells what all would.
  const told = Math.max(0, ...reports.map(({ log }) => log.rounds));
  const rounds = Math.min(values.count, told + 1);
  let round = 0;
  for (; round < rounds && found.size < promises.length; round++) {
    if (pace.due && !(await pace.goesOn(round, rounds))) break;
    const pattern = odd.has(round) ? undefined : patternOf(sets, round * stride, stride);
    if (pattern !== undefined && judged.has(pattern)) continue;
    if (pattern !== undefined && judged.size < mostPatterns) judged.add(pattern);
    for (const { property: label, kind, detail } of judgeRound(replayed, evidence, lies, round)) {
      const property = promises.find((promise) => promise.label === label)?.key;
      if (property !== undefined && !found.has(property)) found.set(property, { property, kind, detail });
    }
  }
  const inOrder = promises.flatMap(({ key }) => found.get(key) ?? []);
  const unseen = reports.some(({ log }) => log.unrecorded > 0);
  return judgementOf(promises, inOrder, { ending: evidence.ending, unseen, partly: round < rounds });
}

/** The sets of a round at every node, as text. Of rounds that a node does not tell of, its sets are empty. */
function patternOf(sets: readonly Buffer[], at: number, length: number): string {
  let pattern = '';
  for (const own of sets) pattern += own.toString('latin1', at, at + length).padEnd(length, '\0');
  return pattern;
}

/** Every round has checkers of its own, so that nothing is held of those before. */
function judgeRound<O extends Collected>(
  { checkers, setCount, outputOf }: Replayed<O>,
  { group, values, senders, reports }: Evidence<RoundRecord>,
  lies: readonly ReadonlyMap<string, Uint8Array>[],
  round: number,
): readonly Shown[] {
  const ids = nodeIds(group);
  const correct = ids.filter((id) => reports.some(({ node }) => node === id));
  const made = checkers.map((make): Checker<RoundValue, never, O> => make({ group, correct }));
  const found: (Shown | undefined)[] = [];
  for (const node of correct) {
    if (!senders.includes(node)) continue;
    const value = Uint8Array.from(values.at(node, round));
    for (const checker of made) found.push(checker.input?.(node, { round, value }));
  }
  for (const [index, { node, log }] of reports.entries()) {
    const id = ids[node];
    if (id === undefined || round >= log.rounds) continue;
    const [who = [], ...others] = Array.from({ length: setCount }, (_, set) =>
      membersAt(log.sets, group, setCount, round, set),
    );
    if (who.length === 0) continue;
    const collected = new Map(
      who.map((sender): [NodeId, Uint8Array] => [
        sender,
        lies[index]?.get(`${round} ${sender}`) ?? Uint8Array.from(values.at(sender, round)),
      ]),
    );
    const output = outputOf(
      { round, values: collected },
      others.map((members) => new Set(members)),
    );
    for (const checker of made) found.push(checker.output?.(id, output));
  }
  return [...found.filter((one) => one !== undefined), ...made.flatMap((checker) => [...(checker.end?.() ?? [])])];
}
