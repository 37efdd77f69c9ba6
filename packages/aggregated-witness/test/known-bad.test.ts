/** Every checker rejects an implementation that lacks the rule it watches; with all rules the same implementation passes. */
import { describe, expect, it } from 'vitest';
import {
  aggregatedWitnessProperties,
  createGroup,
  nodeIds,
  type AggregatedWitnessed,
  type CheckerFactory,
  type RoundValue,
  type Violation,
} from '@quorate/aggregated-witness';
import { seededRandom, Simulation } from '@quorate/simulation';
import { SimpleAggregated, without, type BrachaMessage, type Rules } from './simple-aggregated.js';
import { only } from './watch.js';

/** The first broadcast of a node is its value, the second one its report. */
const values = 0;
const reports = 1;

/**
 * One round at 4 or 7 nodes. They fall into two camps: each gets the values, or the reports, of another n − f nodes first, and the
 * rest only when nothing else is left to happen.
 */
function play(
  rules: Partial<Rules>,
  seed: number,
  checker: CheckerFactory<RoundValue, BrachaMessage, AggregatedWitnessed>,
): readonly Violation[] {
  const group = createGroup({ nodes: seed % 2 === 0 ? 4 : 7 });
  const simulation = new Simulation<RoundValue, BrachaMessage, AggregatedWitnessed>({
    group,
    seed,
    network: { latency: { min: 1, max: 60 } },
    checkers: [checker],
    protocol: ({ self }) => new SimpleAggregated({ group, self }, rules),
  });
  const random = seededRandom(seed);
  const camps = [0, 1].map(() => new Set(Array.from({ length: group.f }, () => random.below(group.n))));
  const late = nodeIds(group).map(() => camps[random.below(2)]);
  const what = seed % 4 < 2 ? values : reports;
  // The others' votes: without them a broadcast is not delivered, and everybody still votes for it.
  const hold = simulation.hold(
    ({ to, message: { kind, sender, sequence } }) =>
      kind === 'vote' && sequence === what && sender !== to && late[to]?.has(sender) === true,
  );
  for (const node of nodeIds(group)) simulation.input(node, { round: 0, value: Uint8Array.of(node) });
  simulation.run();
  hold.release();
  simulation.run();
  return simulation.end();
}

/** The first seed at which the property is seen broken. */
function caught(rules: Partial<Rules>, property: string, seeds: number): number | undefined {
  for (let seed = 0; seed < seeds; seed++) {
    if (play(rules, seed, only(property)).length > 0) return seed;
  }
  return undefined;
}

describe('an implementation with one rule left out', () => {
  it('passes with all rules', () => {
    for (let seed = 0; seed < 60; seed++) {
      expect({ seed, broken: play({}, seed, aggregatedWitnessProperties) }).toEqual({ seed, broken: [] });
    }
  });

  it.each([
    ['no aggregated phase', 'AGG2 witness overlap'],
    ['aggregated quorum f + 1', 'AGG2 witness overlap'],
    ['aggregated reports not compared with witnesses', 'AGG2 witness overlap'],
    ['witnesses frozen at the first output', 'WIT1 termination'],
  ])('%s: breaks %s', (name, property) => {
    const seed = caught(without[name] ?? {}, property, 200);
    expect(seed).toBeLessThan(200);
  });
});
