/** AGG-01: the schedule on which one level of witnesses has no common core, and the second level has one. */
import { describe, expect, it } from 'vitest';
import {
  AggregatedWitness,
  AggregatedWitnessObserver,
  aggregatedWitnessProperties,
  commonCore,
  createGroup,
  createReliableBroadcast,
  nodeIds,
  type NodeId,
  type Protocol,
  type RoundValue,
  type Witnessed,
} from '@quorate/aggregated-witness';
import { createWitness, witnessProperties } from '@quorate/witness';
import { seededRandom, Simulation, type SimulationOptions } from '@quorate/simulation';
import type { BrachaMessage } from '../simple-aggregated.js';

const group = createGroup({ nodes: 10, faulty: 3 });
const nodes = nodeIds(group);
const witness = createWitness({ broadcast: createReliableBroadcast });
/** Nodes 5, 4, 7, 6 never get value 0, 1, 2, 3 in time. */
const missed = new Map([
  [5, 0],
  [4, 1],
  [7, 2],
  [6, 3],
]);

/** The others' votes: without them a value is not delivered, and everybody still votes for it. */
const isValueOfTheFirstFour = ({ message }: { readonly message: BrachaMessage }): boolean =>
  message.kind === 'vote' && message.sequence === 0 && message.sender < 4;

/** Runs the schedule; `late` sees the run before the four missing values arrive. */
function play<O extends Witnessed>(
  honest: (node: { readonly group: typeof group; readonly self: NodeId }) => Protocol<RoundValue, BrachaMessage, O>,
  checkers: NonNullable<SimulationOptions<RoundValue, BrachaMessage, O>['checkers']>,
  late: (simulation: Simulation<RoundValue, BrachaMessage, O>) => void = () => undefined,
): Simulation<RoundValue, BrachaMessage, O> {
  const simulation = new Simulation<RoundValue, BrachaMessage, O>({
    group,
    seed: 1,
    checkers,
    protocol: ({ self }) => honest({ group, self }),
  });
  const missing = simulation.hold((one) => isValueOfTheFirstFour(one) && missed.get(one.to) === one.message.sender);
  // Node k first has the values of all but {0, 1, 2, 3} minus {k mod 4}, and reports these seven.
  const first = simulation.hold((one) => isValueOfTheFirstFour(one) && one.message.sender !== one.to % 4);
  for (const node of nodes) simulation.input(node, { round: 0, value: Uint8Array.of(node) });
  simulation.run();
  first.release();
  simulation.run();
  late(simulation);
  missing.release();
  simulation.run();
  return simulation;
}

const firstOutputs = <O>(simulation: Simulation<RoundValue, BrachaMessage, O>): readonly O[] =>
  nodes.flatMap((node) => simulation.outputs(node).slice(0, 1));

describe('AGG-01 common core where one level fails', () => {
  it('witness layer: every two nodes share 8 values, and all together 6 < n − f = 7', () => {
    const simulation = play((node) => witness(node), [witnessProperties]);
    expect(simulation.end()).toEqual([]);
    const outputs = firstOutputs(simulation);
    expect(outputs.length).toBe(10);
    expect([...missed].map(([node, value]) => outputs[node]?.values.has(value as NodeId))).toEqual(
      [...missed].map(() => false),
    );
    const pairs = outputs.flatMap((one) => outputs.filter((other) => other !== one).map((other) => [one, other]));
    expect(Math.min(...pairs.map(commonCore))).toBe(8);
    expect(commonCore(outputs)).toBe(6);
  });

  it('the checker of AGG1 rejects plain witnesses on this schedule', () => {
    const observer = new AggregatedWitnessObserver({ group, correct: nodes });
    const simulation = play((node) => witness(node), []);
    for (const node of nodes) observer.input(node, { round: 0, value: Uint8Array.of(node) });
    const broken = nodes.flatMap((node) => {
      const [output] = simulation.outputs(node);
      return output === undefined ? [] : [observer.output(node, { ...output, aggregatedWitnesses: output.witnesses })];
    });
    expect(broken.map((violation) => violation?.property)).toContain('AGG1 common core');
  });

  it('aggregated layer: the four nodes wait, and all together share at least 7', () => {
    const simulation = play(
      (node) => new AggregatedWitness({ ...node, witness }),
      [aggregatedWitnessProperties],
      (running) => {
        const early = nodes.filter((node) => running.outputs(node).length > 0);
        expect(early.filter((node) => missed.has(node))).toEqual([]);
      },
    );
    expect(simulation.end()).toEqual([]);
    expect(commonCore(firstOutputs(simulation))).toBeGreaterThanOrEqual(7);
  });
});

it.each([4, 5, 7, 8])('AGG-02 for f ≤ 2 one level is enough: %i nodes, each with other values first', (size) => {
  const small = createGroup({ nodes: size });
  for (let seed = 0; seed < 60; seed++) {
    const simulation = new Simulation<RoundValue, BrachaMessage, Witnessed>({
      group: small,
      seed,
      network: { latency: { min: 1, max: 30 } },
      protocol: ({ self }) => witness({ group: small, self }),
    });
    const random = seededRandom(seed);
    const late = nodeIds(small).map(() => new Set(Array.from({ length: small.f }, () => random.below(size))));
    const hold = simulation.hold(
      ({ to, message }) =>
        message.kind === 'vote' &&
        message.sequence === 0 &&
        message.sender !== to &&
        late[to]?.has(message.sender) === true,
    );
    for (const node of nodeIds(small)) simulation.input(node, { round: 0, value: Uint8Array.of(node) });
    simulation.run();
    hold.release();
    simulation.run();
    const outputs = nodeIds(small).flatMap((node) => simulation.outputs(node).slice(0, 1));
    expect(outputs.length).toBe(size);
    expect(commonCore(outputs)).toBeGreaterThanOrEqual(size - small.f);
  }
});
