/** Every checker rejects an implementation that lacks the rule it watches; with all rules the same implementation passes. */
import { describe, expect, it } from 'vitest';
import {
  createBestEffortBroadcast,
  createGroup,
  nodeIds,
  type Collected,
  type Message as Bracha,
  type RoundValue,
} from '@quorate/reliable-broadcast';
import { drawPlan, runPlan, seededRandom, Simulation } from '@quorate/simulation';
import { stableVectorProperties, type Message } from '../src/index.js';
import { flatterer, SimpleStableVector, without, type Rules } from './simple-stable-vector.js';
import { id, stableVectorOver } from './subject.js';

/**
 * One round at 4 or 7 nodes. The last f flatter: they tell everybody every view. Each node gets the values of some f others only when
 * nothing else is left to happen.
 */
function play(rules: Partial<Rules>, seed: number): readonly string[] {
  const group = createGroup({ nodes: seed % 2 === 0 ? 4 : 7 });
  const liars = nodeIds(group).slice(group.n - group.f);
  const simulation = new Simulation<RoundValue, Message<Bracha>, Collected>({
    group,
    seed,
    faulty: liars,
    network: { latency: { min: 1, max: 60 } },
    checkers: [stableVectorProperties],
    protocol: ({ self }) => new SimpleStableVector({ group, self }, rules),
  });
  for (const liar of liars) for (const message of flatterer(group)) simulation.send(liar, 'all', message);
  for (const node of nodeIds(group)) simulation.input(node, { round: 0, value: Uint8Array.of(node) });
  const random = seededRandom(seed);
  const late = nodeIds(group).map(() => id(random.below(group.n)));
  const hold = simulation.hold(
    ({ to, message }) =>
      message.kind === 'broadcast' && message.message.kind === 'vote' && message.message.sender === late[to],
  );
  simulation.run();
  hold.release();
  simulation.run();
  return simulation.end().map(({ property }) => property);
}

/** The first seed at which the property is seen broken. */
function caught(rules: Partial<Rules>, property: string, seeds: number): number | undefined {
  for (let seed = 0; seed < seeds; seed++) {
    if (play(rules, seed).includes(property)) return seed;
  }
  return undefined;
}

describe('a stable vector with one rule left out', () => {
  it('passes with all rules', () => {
    for (let seed = 0; seed < 60; seed++) expect({ seed, broken: play({}, seed) }).toEqual({ seed, broken: [] });
  });

  it.each([
    ['no buddies', 'BA1 inclusion'],
    ['n − f − 1 buddies', 'BA1 inclusion'],
    ['views within one’s own counted', 'BA1 inclusion'],
    ['no sending after the output', 'BA4 termination'],
    ['a view for each growth', 'BA5 one view'],
    ['missing values filled in', 'BA3 integrity'],
    ['a value left out', 'BA2 n − f values'],
  ])('%s: breaks %s', (name, property) => {
    const seed = caught(without[name] ?? {}, property, 300);
    expect(seed).toBeLessThan(300);
  });

  it('best effort below, and a sender that equivocates: breaks BA3 consistency', () => {
    const bestEffort = stableVectorOver('best-effort', createBestEffortBroadcast);
    const space = { subject: 'best-effort', nodes: [4, 7], behaviours: ['equivocate'] } as const;
    const seen = Array.from({ length: 40 }, (_, seed) => runPlan(bestEffort, drawPlan(space, seed)).violations).flat();
    expect(seen.map(({ property }) => property)).toContain('BA3 consistency');
  });
});
