/** What the protocols have in common that collect values round by round: their inputs, outputs, checkers and load. */
import { createHash } from 'node:crypto';
import type { Collected, RoundValue } from '@quorate/reliable-broadcast';
import { contradict } from '@quorate/simulation';
import type { CheckerFactory, NodeId } from '@quorate/transport';
import { drawnValue } from '../deliveries.js';
import type { Composition, Making, OutputSummary, Promised } from '../protocol.js';
import { RoundByRound, type Collecting } from './round-by-round.js';
import { judgeRounds } from './round-judge.js';
import { RoundLog, type RoundRecord, type SetsOf } from './round-log.js';

/** What is particular to a protocol of rounds. */
export interface RoundProtocol<M, O extends Collected> {
  readonly layer: string;
  readonly make: (node: Making) => Collecting<M, O>;
  readonly promises: readonly Promised[];
  readonly checkers: readonly CheckerFactory<RoundValue, unknown, O>[];
  /** Who stands in an output beside those whose values are in it, and the output made again from that. */
  readonly sets: SetsOf<O>;
  readonly outputOf: (collected: Collected, sets: readonly ReadonlySet<NodeId>[]) => O;
  /** Sets of an output, that of the values included. */
  readonly setCount: number;
  /** Messages that one node's part of a round costs without faults, and whether it is always so many. */
  readonly messages: (nodes: number) => number;
  readonly formula?: string;
}

/** Growth in a simulation is shown to the checkers; so many rounds are kept for it. */
const keptRounds = 16;

/** The parts of a protocol of rounds. */
export function collecting<M, O extends Collected>(
  protocol: RoundProtocol<M, O>,
): Composition<RoundValue, M, O, never, RoundRecord> {
  const { layer, make, promises, checkers, setCount, outputOf, messages, formula } = protocol;
  const sets: SetsOf<O> = (output) => [output.values.keys(), ...protocol.sets(output)];
  return {
    layer,
    honest: (node) => new RoundByRound(make(node), { keep: 0, once: true }),
    behaviours: [contradict],
    inputOf: (value, round) => ({ round, value }),
    ahead: aheadOfTheSlowest,
    answers: ({ round }) => round,
    log: (group, values) => new RoundLog(group, values, sets, setCount),
    judge: (evidence) => judgeRounds({ promises, checkers, setCount, outputOf }, evidence),
    simulated: {
      honest: (node) => new RoundByRound(make(node), { keep: keptRounds, once: false }),
      input: (node, round, random, payload) => ({ round, value: drawnValue(node, round, random, payload) }),
      checkers,
      summary: joinedRounds,
      cost: (nodes) => ({ messages: messages(nodes), copies: nodes + nodes * nodes }),
    },
    load: {
      operation: 'a round in which every node put in a value, finished by every correct node',
      lanes: () => 1,
      lanesAreSenders: false,
      // What is collected may differ between nodes; how many rounds are finished may not.
      properties: ['termination'],
      lane: () => 0,
      word: () => 0,
      ...(formula !== undefined && { messages: (nodes: number) => nodes * messages(nodes), formula }),
    },
  };
}

/**
 * Rounds that a node under load, or in a long run, may be ahead of the slowest correct one. A node that the others leave behind gives
 * up rounds (f of them may be silent for ever, so nobody waits); here every round shall be finished by every correct node.
 */
const aheadOfTheSlowest = 48;

/** The first output of each round: its values by round, then by sender. */
function joinedRounds(outputs: readonly Collected[]): OutputSummary {
  const first = new Map<number, Collected>();
  for (const output of outputs) if (!first.has(output.round)) first.set(output.round, output);
  const hash = createHash('sha256');
  for (const { values } of [...first.values()].toSorted((a, b) => a.round - b.round)) {
    for (const [, value] of [...values].toSorted(([a], [b]) => a - b)) hash.update(value);
  }
  return { count: first.size, sha256: hash.digest('hex'), unrecorded: 0 };
}
