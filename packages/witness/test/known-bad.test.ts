/** Every checker rejects an implementation that lacks the rule it watches; with all rules the same implementation passes. */
import { describe, expect, it } from 'vitest';
import {
  createGroup,
  nodeIds,
  WitnessObserver,
  type Checker,
  type CheckerFactory,
  type RoundValue,
  type Violation,
  type Witnessed,
} from '@quorate/witness';
import type { Message } from '@quorate/reliable-broadcast';
import { seededRandom, Simulation } from '@quorate/simulation';
import { SimpleWitness, without, type Rules } from './simple-witness.js';

const filtered = (property: string | undefined, violation: Violation | undefined): Violation | undefined =>
  property === undefined || violation?.property === property ? violation : undefined;

/** Watches for one property alone: a broken rule breaks several. */
const only =
  (property: string | undefined): CheckerFactory<RoundValue, Message, Witnessed> =>
  (run): Checker<RoundValue, Message, Witnessed> => {
    const observer = new WitnessObserver(run);
    return {
      input: (node, value) => filtered(property, observer.input(node, value)),
      sent: (node, to, message) => filtered(property, observer.sent(node, to, message)),
      output: (node, value) => filtered(property, observer.output(node, value)),
      *end() {
        for (const violation of observer.end()) if (filtered(property, violation) !== undefined) yield violation;
      },
    };
  };

/**
 * One round at 4 or 7 nodes; the last f say everything twice. The nodes fall into two camps: each gets the values of another n − f nodes
 * first, and the rest only when nothing else is left to happen (WIT-01).
 */
function play(rules: Partial<Rules>, seed: number, property?: string): readonly Violation[] {
  const group = createGroup({ nodes: seed % 2 === 0 ? 4 : 7 });
  const liars = nodeIds(group).slice(group.n - group.f);
  const simulation = new Simulation<RoundValue, Message, Witnessed>({
    group,
    seed,
    faulty: liars,
    network: { latency: { min: 1, max: 60 } },
    checkers: [only(property)],
    protocol: ({ self }) => new SimpleWitness({ group, self }, { ...rules, saysTwice: liars.includes(self) }),
  });
  for (const node of nodeIds(group)) simulation.input(node, { round: 0, value: Uint8Array.of(node) });
  const random = seededRandom(seed);
  const camps = [0, 1].map(() => new Set(Array.from({ length: group.f }, () => random.below(group.n))));
  const late = nodeIds(group).map(() => camps[random.below(2)]);
  const hold = simulation.hold(
    ({ to, message: { kind, sender, sequence } }) =>
      kind === 'vote' && sequence === 0 && sender !== to && late[to]?.has(sender) === true,
  );
  simulation.run();
  hold.release();
  simulation.run();
  return simulation.end();
}

/** The first seed at which the property is seen broken. */
function caught(rules: Partial<Rules>, property: string, seeds: number): number | undefined {
  for (let seed = 0; seed < seeds; seed++) {
    if (play(rules, seed, property).length > 0) return seed;
  }
  return undefined;
}

describe('an implementation with one rule left out', () => {
  it('passes with all rules', () => {
    for (let seed = 0; seed < 100; seed++) expect({ seed, broken: play({}, seed) }).toEqual({ seed, broken: [] });
  });

  it.each([
    ['no witness phase', 'WIT2 overlap', 'WIT-01'],
    ['witness quorum f + 1', 'WIT2 overlap', 'WIT-01'],
    ['a report after n − f − 1 values', 'WIT2 overlap', 'WIT-05'],
    ['reports not compared with values', 'WIT5 coverage', 'WIT-03'],
    ['missing values filled in', 'WIT4 integrity', 'WIT-03'],
    ['two reports of a node counted', 'WIT6 distinct witnesses', 'WIT-11'],
    ['reports looked at once', 'WIT1 termination', 'WIT-07'],
    ['broadcasts taken in any order', 'WIT3 consistency', 'WIT-11'],
  ])('%s: breaks %s (%s)', (name, property) => {
    const seed = caught(without[name] ?? {}, property, 400);
    expect(seed).toBeLessThan(400);
  });
});
