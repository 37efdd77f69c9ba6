import {
  ApproximateAgreement,
  approximateAgreementProperties,
  approximateProperties as labels,
  roundsFor,
} from '@quorate/barycentric-agreement';
import { contradict } from '@quorate/simulation';
import { nodeId } from '@quorate/transport';
import { createBestEffortBroadcast, type Input, type RoundCollectorFactory } from '@quorate/reliable-broadcast';
import { createWitness } from '@quorate/witness';
import { boundsOf, declaredBy } from './approximate/declared.js';
import { judgePoints } from './approximate/judge-points.js';
import { plotPoints } from './approximate/plot.js';
import { PointLog, pointsOf } from './approximate/point-log.js';
import { coordinateBytes, drawnPoint, pointOf } from './approximate/points.js';
import { broadcastCost, broadcastFormula, onBroadcast } from './broadcast-layers.js';
import type { Promised, ProtocolEntry } from './protocol.js';

const promised = (key: keyof typeof labels, kind: Promised['kind'], meaning: string): Promised => ({
  key,
  label: labels[key],
  kind,
  meaning,
});

const promises: readonly Promised[] = [
  promised('agreement', 'safety', 'decisions of correct nodes lie within epsilon'),
  promised('validity', 'safety', 'every point lies in the hull of what correct nodes put in'),
  promised('contraction', 'safety', 'each round halves the spread of its coordinate'),
  promised('termination', 'liveness', 'every correct node decides, after the declared number of rounds'),
  promised('unanimity', 'safety', 'where all put in the same, that is decided'),
  promised('determinism', 'safety', 'the same points make the same next point'),
];

/** Agreements that a node may be ahead of the slowest: whoever is left behind loses an agreement. */
const ahead = 3;

/** Points that come together. */
export const approximate: ProtocolEntry = {
  name: 'approximate',
  summary: 'points of d coordinates come within epsilon of each other, inside the hull of the correct ones',
  broadcast: 'below',
  work: 'points',
  settings: ['count', 'dimension', 'epsilon', 'range', 'plot'],
  defaults: { dimension: 1, epsilon: 0.001, range: '0..1' },
  promises,
  mostFaulty: (nodes, options) => Math.max(0, Math.floor((nodes - 1) / (declaredBy(options).dimension + 2))),
  check(group, options, unsafe) {
    const declared = declaredBy(options);
    const collector: RoundCollectorFactory<Input> = (node) =>
      // Only now: a number of rounds, from which the bounds follow, is there for what can be declared alone.
      createWitness({ broadcast: createBestEffortBroadcast, ...boundsOf(declared) })(node);
    void new ApproximateAgreement({ ...declared, group, self: nodeId(group, 0), collector, unsafe });
  },
  payloadOf: (options) => declaredBy(options).dimension * coordinateBytes,
  plot: (nodes, options) => plotPoints(nodes, declaredBy(options)),
  compose: ({ broadcast, options, watch }, use) =>
    onBroadcast({ broadcast, watch }, (factory) => {
      const declared = declaredBy(options);
      const rounds = roundsFor(declared);
      const checkers = [approximateAgreementProperties(declared)];
      return use({
        layer: `approximate on ${broadcast}`,
        honest: (node) =>
          new ApproximateAgreement({
            ...declared,
            ...node,
            collector: createWitness({ broadcast: factory, ...boundsOf(declared) }),
            // Whoever asked for the group was told already.
            unsafe: true,
          }),
        behaviours: [contradict],
        ahead,
        inputOf: (value) => pointOf(value, declared),
        answers: (output) => (output.kind === 'decision' ? output.agreement : undefined),
        log: (group, values) => new PointLog(group, values, declared),
        judge: (evidence) => judgePoints({ promises, checkers, declared }, evidence),
        simulated: {
          input: (_node, _index, random) => drawnPoint(random, declared),
          checkers,
          summary: pointsOf,
          cost: (n) => ({ messages: rounds * 2 * broadcastCost[broadcast](n), copies: rounds * (n + n * n) }),
        },
        load: {
          operation: 'a round in which every node put in a value, finished by every correct node',
          lanes: () => 1,
          lanesAreSenders: false,
          properties: ['termination'],
          perInput: Math.max(1, rounds),
          lane: (output) => (output.kind === 'round' && output.round > 0 ? 0 : -1),
          word: () => 0,
          messages: (n) => 2 * n * broadcastCost[broadcast](n),
          formula: `2n · (${broadcastFormula[broadcast]})`,
        },
      });
    }),
};
