/** Judges rounds on real threads with the checkers of the protocol itself: they are shown again what the correct nodes put out. */
import type { Collected, RoundValue } from '@quorate/reliable-broadcast';
import { nodeIds, type Checker, type CheckerFactory, type NodeId, type Violation as Shown } from '@quorate/transport';
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

/** Compares what the correct nodes put out first in each round with what was promised. */
export function judgeRounds<O extends Collected>(replayed: Replayed<O>, evidence: Evidence<RoundRecord>): Judgement {
  const promises = replayed.promises.filter(({ simulatedOnly }) => simulatedOnly !== true);
  const found = new Map<string, Violation>();
  const lies = evidence.reports.map(
    ({ log }) => new Map(log.deviating.map(({ round, sender, value }) => [`${round} ${sender}`, value])),
  );
  // Of the rounds that nobody came to, one tells what all would.
  const told = Math.max(0, ...evidence.reports.map(({ log }) => log.rounds));
  const rounds = Math.min(evidence.values.count, told + 1);
  for (let round = 0; round < rounds && found.size < promises.length; round++) {
    for (const { property: label, kind, detail } of judgeRound(replayed, evidence, lies, round)) {
      const property = promises.find((promise) => promise.label === label)?.key;
      if (property !== undefined && !found.has(property)) found.set(property, { property, kind, detail });
    }
  }
  const inOrder = promises.flatMap(({ key }) => found.get(key) ?? []);
  const unseen = evidence.reports.some(({ log }) => log.unrecorded > 0);
  return judgementOf(promises, inOrder, { ending: evidence.ending, unseen });
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
