/** Everything that a campaign can draw, against the real protocol: what it came near, and that it kept its promises. */
import { describe, expect, it } from 'vitest';
import {
  broadcastProperties,
  createGroup,
  nodeIds,
  ReliableBroadcast,
  type Delivery,
  type Message,
} from '@quorate/reliable-broadcast';
import { drawPlan, Exercised, runPlan, traitsOf, twinsScenarios, type Random, type Subject } from '@quorate/simulation';

const lengths = [0, 8, 31, 32, 40];
const bracha: Subject<Uint8Array, Message, Delivery> = {
  name: 'bracha',
  honest: (options) => new ReliableBroadcast(options),
  input: (_node, _index, random: Random, payload) =>
    Uint8Array.from({ length: payload ?? lengths[random.below(lengths.length)] ?? 0 }, () => random.below(256)),
  sized: true,
  checkers: [broadcastProperties],
};
const traits = traitsOf(bracha);

describe('a campaign over everything', () => {
  it('keeps every promise, comes near every rule, and sends every kind of message', () => {
    const exercised = new Exercised();
    const watched = exercised.watch(bracha);
    const space = { subject: 'bracha', nodes: [4, 10], traits, fewSenders: true } as const;
    for (let seed = 0; seed < 500; seed++) {
      const plan = drawPlan(space, seed);
      const { violations, simulation } = runPlan(watched, plan);
      expect({ plan, violations }).toEqual({ plan, violations: [] });
      exercised.ran(plan, simulation);
    }
    // What takes more junk, or more deliveries to miss, than a drawn run has: `FloodGauge` and `DeliveredLog` are tested for it by themselves.
    const rare = ['flooding', 'beyond-the-log'];
    expect(exercised.missing().filter(({ part, name }) => part !== 'faults' || !rare.includes(name))).toEqual([]);
  });

  it.each([4, 7])('small lies in single rounds break nothing among %i nodes', (nodes) => {
    const space = { subject: 'bracha', nodes: [nodes, nodes], traits, behaviours: ['fuzz'], rounds: 6 } as const;
    for (let seed = 0; seed < 150; seed++) {
      const plan = drawPlan(space, seed);
      expect({ plan, violations: runPlan(bracha, plan).violations }).toEqual({ plan, violations: [] });
    }
  });

  it('twins break nothing, however the processes are divided in the first rounds', () => {
    const group = createGroup({ nodes: 4 });
    const [, , , twin] = nodeIds(group);
    if (twin === undefined) throw new Error('a group of four has a fourth node');
    let count = 0;
    for (const plan of twinsScenarios({ subject: 'bracha', group, rounds: 3, twins: [twin], senders: [[twin]] })) {
      // A prime apart: every seventh or so of each combination, in another order for each round.
      if (count++ % 13 !== 0) continue;
      expect({ plan, violations: runPlan(bracha, plan).violations }).toEqual({ plan, violations: [] });
    }
    expect(count).toBe(16 ** 3 * 2);
  });
});
