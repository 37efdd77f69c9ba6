/** Bounded memory: many rounds with a liar among the nodes, each round finished by whoever has its output. */
import { describe, expect, it } from 'vitest';
import {
  AggregatedWitness,
  createGroup,
  createReliableBroadcast,
  nodeIds,
  type AggregatedWitnessed,
  type NodeId,
  type RoundValue,
} from '@quorate/aggregated-witness';
import { behaviours, Simulation, type AdversaryTimer } from '@quorate/simulation';
import { Witness } from '@quorate/witness';
import type { BrachaMessage } from '../simple-aggregated.js';

const group = createGroup({ nodes: 4 });
const liar = 3 as NodeId;
const correct = nodeIds(group).slice(0, 3);
const openRounds = 4;
/** What is held of a correct node when nothing of it is on its way. */
const nothing = { open: 0, kept: 0 };

interface Run {
  readonly simulation: Simulation<RoundValue, BrachaMessage, AggregatedWitnessed, AdversaryTimer>;
  /** The witness layer of each node, to look at what it keeps. */
  readonly witnesses: Map<NodeId, Pick<Witness<BrachaMessage>, 'usage'>>;
}

function start(behaviour: string): Run {
  const witnesses: Run['witnesses'] = new Map();
  const honest = (self: NodeId): AggregatedWitness<BrachaMessage> =>
    new AggregatedWitness({
      group,
      self,
      witness: (options) => {
        const witness = new Witness({ ...options, broadcast: createReliableBroadcast, openRounds });
        witnesses.set(self, witness);
        return witness;
      },
    });
  const simulation = new Simulation<RoundValue, BrachaMessage, AggregatedWitnessed, AdversaryTimer>({
    group,
    seed: 1,
    faulty: [liar],
    protocol({ self, random }) {
      const wrapped = behaviours.get(behaviour)?.wrap(() => honest(self), { group, self, random, junk: 2000 });
      return self === liar && wrapped !== undefined ? wrapped : honest(self);
    },
  });
  return { simulation, witnesses };
}

describe('WIT-14, AGG-08 many rounds', () => {
  it.each([
    ['silent', 150],
    ['equivocate', 2000],
    ['double-vote', 150],
    ['flood', 150],
  ] as const)('keep no more than their bounds beside a node that is %s, for %i rounds', (name, rounds) => {
    const { simulation, witnesses } = start(name);
    for (let round = 0; round < rounds; round++) {
      for (const node of correct)
        simulation.input(node, { round, value: Uint8Array.of(node, round & 255, round >>> 8) });
      simulation.run();
      for (const node of correct) {
        expect(simulation.outputs(node).at(-1)?.round).toBe(round);
        const layer = simulation.protocol(node);
        if (!(layer instanceof AggregatedWitness)) throw new Error('invariant: a correct node runs the layer itself');
        layer.finish(round);
        expect(layer.lowestRound).toBe(round + 1);
        const usage = witnesses.get(node)?.usage();
        if (usage === undefined) throw new Error('invariant: every node has a witness layer');
        // What came for rounds that are not finished: the liar alone can have sent it.
        expect(usage.rounds).toBeLessThanOrEqual(usage.maxRounds);
        expect(Math.max(...usage.waiting)).toBeLessThanOrEqual(usage.maxWaiting);
        for (const peer of correct) expect(usage.waiting[peer]).toBe(0);
        expect(usage.unsent).toBe(0);
        const { openInstances, maxOpenInstances, retainedBytes, maxRetainedBytes, loggedBytes, maxLoggedBytes } =
          usage.broadcast;
        expect(Math.max(...openInstances)).toBeLessThanOrEqual(maxOpenInstances);
        expect(Math.max(...retainedBytes)).toBeLessThanOrEqual(maxRetainedBytes);
        expect(Math.max(...loggedBytes)).toBeLessThanOrEqual(maxLoggedBytes);
        // Junk speaks of values that correct nodes have not sent yet.
        if (name === 'flood') continue;
        for (const peer of correct) expect({ open: openInstances[peer], kept: retainedBytes[peer] }).toEqual(nothing);
      }
    }
  });
});
