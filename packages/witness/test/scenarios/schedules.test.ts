/** The real layer over reliable broadcast in a simulation, under schedules that are meant to break it. */
import { describe, expect, it } from 'vitest';
import {
  createGroup,
  createReliableBroadcast,
  nodeIds,
  Witness,
  witnessProperties,
  type NodeId,
  type RoundValue,
  type Witnessed,
} from '@quorate/witness';
import type { Message } from '@quorate/reliable-broadcast';
import { seededRandom, Simulation } from '@quorate/simulation';

interface Run {
  readonly simulation: Simulation<RoundValue, Message, Witnessed>;
  readonly correct: readonly NodeId[];
}

/** Every correct node puts a value into each round; the last `silent` nodes say nothing. */
function start(nodes: number, silent: number, seed: number, rounds = 1): Run {
  const group = createGroup({ nodes });
  const correct = nodeIds(group).slice(0, nodes - silent);
  const simulation = new Simulation<RoundValue, Message, Witnessed>({
    group,
    seed,
    puppets: nodeIds(group).slice(nodes - silent),
    network: { latency: { min: 1, max: 40 } },
    checkers: [witnessProperties],
    protocol: ({ self }) => new Witness({ group, self, broadcast: createReliableBroadcast }),
  });
  for (let round = 0; round < rounds; round++) {
    for (const node of correct) simulation.input(node, { round, value: Uint8Array.of(node, round) });
  }
  return { simulation, correct };
}

describe('schedules', () => {
  it.each([4, 7])('WIT-01 pairwise intersection under the worst schedule, %i nodes', (nodes) => {
    for (let seed = 0; seed < 100; seed++) {
      const { simulation, correct } = start(nodes, 0, seed);
      const random = seededRandom(seed);
      // Each node gets the values of n − f nodes of its own first, the rest when nothing else can happen.
      const late = correct.map(() => new Set(Array.from({ length: simulation.group.f }, () => random.below(nodes))));
      const hold = simulation.hold(
        ({ to, message }) =>
          message.kind === 'vote' &&
          message.sequence === 0 &&
          message.sender !== to &&
          late[to]?.has(message.sender) === true,
      );
      simulation.run();
      hold.release();
      simulation.run();
      expect({ seed, violations: simulation.end() }).toEqual({ seed, violations: [] });
    }
  });

  it.each([
    [4, 1],
    [5, 1],
    [6, 1],
    [7, 2],
    [10, 3],
  ])('WIT-02, WIT-04 exactly the quorum: %i nodes, %i of them silent, every round comes out', (nodes, silent) => {
    for (let seed = 0; seed < 20; seed++) {
      const { simulation, correct } = start(nodes, silent, seed, 3);
      simulation.run();
      expect({ seed, violations: simulation.end() }).toEqual({ seed, violations: [] });
      for (const node of correct) {
        const last = simulation.outputs(node).findLast(({ round }) => round === 2);
        expect([...(last?.values.keys() ?? [])]).toEqual(correct);
      }
    }
  });

  it('WIT-09 output covers witnesses: in every output, for every witness, also of those that grow', () => {
    let grown = 0;
    for (let seed = 0; seed < 60; seed++) {
      const { simulation, correct } = start(7, seed % 3, seed);
      simulation.run();
      expect({ seed, violations: simulation.end() }).toEqual({ seed, violations: [] });
      for (const node of correct) grown += simulation.outputs(node).length - 1;
    }
    expect(grown).toBeGreaterThan(60);
  });

  it('WIT-12 a node that stays one round behind gets every round, though all others have closed it', () => {
    const group = createGroup({ nodes: 4 });
    const behind = 3;
    for (let seed = 0; seed < 20; seed++) {
      const { simulation } = start(4, 0, seed, 0);
      for (let round = 0; round < 12; round++) {
        for (const node of nodeIds(group)) simulation.input(node, { round, value: Uint8Array.of(node, round) });
        const hold = simulation.hold(({ to, from }) => to === behind && from !== behind);
        simulation.run();
        for (const node of nodeIds(group).slice(0, behind)) {
          const protocol = simulation.protocol(node);
          if (protocol instanceof Witness) protocol.close(round + 1);
        }
        hold.release();
        simulation.run();
      }
      expect({ seed, violations: simulation.end() }).toEqual({ seed, violations: [] });
      const rounds = new Set(simulation.outputs(nodeIds(group)[behind] ?? (0 as NodeId)).map(({ round }) => round));
      expect([...rounds]).toEqual(Array.from({ length: 12 }, (_, round) => round));
    }
  });
});
