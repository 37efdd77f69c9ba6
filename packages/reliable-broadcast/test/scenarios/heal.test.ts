import { describe, expect, it } from 'vitest';
import {
  broadcastProperties,
  nodeIds,
  ReliableBroadcast,
  type Delivery,
  type Message,
} from '@quorate/reliable-broadcast';
import { drawPlan, runPlan, startPlan, type RunPlan, type Subject } from '@quorate/simulation';
import { seedsOr } from '../harness.js';

const subject: Subject<Uint8Array, Message, Delivery> = {
  name: 'bracha',
  honest: (options) => new ReliableBroadcast(options),
  input: (_node, _index, random) => new Uint8Array(8).fill(random.below(256)),
  checkers: [broadcastProperties],
};

/** When the network heals. */
const heal = 120;

/** A first phase that loses frames for good, whatever else the seed draws. */
function lossyPlan(seed: number): RunPlan {
  const drawn = drawPlan({ subject: 'bracha', nodes: [4, 10], behaviours }, seed);
  const { latency = { min: 1, max: 10 }, loss = 0, ...network } = drawn.network;
  return { ...drawn, heal, network: { ...network, latency, loss: Math.max(loss, 200_000), lossy: true } };
}

/** Liars that do not wait for timers of their own: those may begin after the network has healed. */
const behaviours = ['silent', 'crash', 'equivocate', 'double-vote', 'forge-sender'];

/** Delays that it takes at most to ask for what was missed, to be answered, and to go on from there: 5 in 2,000 seeds. */
const rounds = 8;

describe('SIM-07 safety then liveness', () => {
  it('whatever was lost for good before, everything is delivered within a bound once the network heals', () => {
    for (let seed = 0; seed < seedsOr(400); seed++) {
      const plan = lossyPlan(seed);
      const { violations, simulation } = runPlan(subject, plan);
      expect({ plan, violations }).toEqual({ plan, violations: [] });
      const longest = plan.network.latency?.max ?? 10;
      expect({ seed, late: simulation.now > heal + rounds * Math.max(1, longest) }).toEqual({ seed, late: false });
    }
  });

  it('a core of n − f nodes is enough: whoever stays behind the losses counts among the faulty', () => {
    let behind = 0;
    for (let seed = 0; seed < seedsOr(150); seed++) {
      const { heal: _, ...plan } = lossyPlan(seed);
      const simulation = startPlan(subject, plan);
      simulation.run({ until: heal });
      const spare = plan.faulty - plan.faults.length;
      const left = simulation.correct.slice(0, spare);
      behind += left.length;
      simulation.heal(nodeIds(simulation.group).filter((node) => !left.includes(node)));
      simulation.run();
      expect({ seed, violations: simulation.end() }).toEqual({ seed, violations: [] });
    }
    expect(behind).toBeGreaterThan(0);
  });

  it('without healing, the same runs miss what they lost', () => {
    let missed = 0;
    for (let seed = 0; seed < 40; seed++) {
      const { heal: _, ...plan } = lossyPlan(seed);
      const { simulation } = runPlan(subject, plan);
      if (simulation.end().length > 0) missed++;
    }
    expect(missed).toBeGreaterThan(0);
  });
});
