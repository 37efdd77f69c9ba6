import { describe, expect, it } from 'vitest';
import {
  createGroup,
  maxFaulty,
  nodeId,
  Voting,
  type Message,
  type NodeId,
  type Output,
  type Step,
  type Timer,
} from '@quorate/voting';
import { Simulation, type SimulationOptions } from '@quorate/simulation';
import type { LogRecord, VotingOptions } from '@quorate/voting';

type Vote = Simulation<number, Message, Output, Timer, LogRecord>;
type Setting = Partial<Omit<VotingOptions, 'propose'>> & {
  readonly nodes: number;
  readonly faulty?: number;
  readonly propose?: number;
  readonly puppets?: readonly number[];
  readonly simulate?: Partial<SimulationOptions<number, Message, Output, Timer, LogRecord>>;
};

/** A group in which every node proposes the same when it leads. */
function started({ nodes, faulty, propose = 42, puppets = [], simulate = {}, ...options }: Setting): Vote {
  const group = createGroup(faulty === undefined ? { nodes } : { nodes, faulty });
  const simulation: Vote = new Simulation<number, Message, Output, Timer, LogRecord>({
    group,
    seed: 1,
    network: { latency: { min: 1, max: 10 }, ordered: true },
    protocol: ({ self }) => new Voting({ group, self, period: 60, ...options }),
    puppets: puppets.map((node) => nodeId(group, node)),
    ...simulate,
  });
  for (let node = 0; node < nodes; node++) {
    if (!puppets.includes(node)) simulation.input(node as NodeId, propose);
  }
  return simulation;
}

const decisionsOf = (simulation: Vote, node: number): readonly string[] =>
  simulation
    .outputs(node as NodeId)
    .flatMap((output) =>
      output.kind === 'decision' ? [`${output.round}.${output.attempt}: ${output.value.join()}`] : [],
    );

const votesOf = (simulation: Vote, node: number): unknown =>
  simulation.outputs(node as NodeId).find((output) => output.kind === 'votes');

describe('the numbers that people know', () => {
  it('n nodes tolerate ⌊(n − 1) / 3⌋ faults', () => {
    expect(Array.from({ length: 11 }, (_, n) => maxFaulty(n))).toEqual([0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3]);
  });

  it('5 nodes of which 1 is faulty decide, 4 of which 2 are do not come about', () => {
    const simulation = started({ nodes: 5, faulty: 1, puppets: [3] });
    simulation.run();
    for (const node of [0, 1, 2, 4]) expect(decisionsOf(simulation, node)).toEqual(['1.1: 42']);
    expect(() => started({ nodes: 4, faulty: 2 })).toThrow('4 nodes cannot tolerate 2 Byzantine faults');
  });

  it.each([
    [1, [42]],
    [2, [42]],
    [3, [42]],
    [4, [42]],
    [20, [42]],
  ])('%i nodes without faults decide at the first attempt', (nodes) => {
    const simulation = started({ nodes, faulty: 0 });
    simulation.run();
    for (let node = 0; node < nodes; node++) expect(decisionsOf(simulation, node)).toEqual(['1.1: 42']);
  });

  it.each([
    [-1, []],
    [0, []],
    [1, [1]],
    [999, [999]],
    [1000, []],
  ])('the value %i is decided as %j', (propose, decided) => {
    const simulation = started({ nodes: 4, propose, retries: 1 });
    simulation.run();
    const attempt = decided.length === 0 ? 2 : 1;
    for (let node = 0; node < 4; node++)
      expect(decisionsOf(simulation, node)).toEqual([`1.${attempt}: ${decided.join()}`]);
  });

  it('votes are told as the first vote step had them', () => {
    const simulation = started({ nodes: 4, puppets: [3] });
    simulation.run();
    expect(votesOf(simulation, 0)).toEqual({
      kind: 'votes',
      round: 1,
      attempt: 1,
      votes: ['yes', 'yes', 'yes', 'missing'],
    });
  });
});

describe('leaders', () => {
  it('the next one leads when an attempt comes to NO', () => {
    const simulation = started({ nodes: 4, puppets: [0] });
    simulation.run();
    for (const node of [1, 2, 3]) expect(decisionsOf(simulation, node)).toEqual(['1.2: 42']);
  });

  it('when every attempt comes to NO, the round closes without a value, and the next one begins', () => {
    const simulation = started({ nodes: 4, propose: 1000, retries: 2, rounds: 2 });
    simulation.run();
    for (let node = 0; node < 4; node++) expect(decisionsOf(simulation, node)).toEqual(['1.3: ', '2.3: ']);
  });

  it('several values go into one round', () => {
    const simulation = started({ nodes: 4, propose: 1, batch: 3, rounds: 1 });
    for (const value of [2, 3, 4]) simulation.input(0 as NodeId, value);
    simulation.run();
    for (let node = 0; node < 4; node++) expect(decisionsOf(simulation, node)).toEqual(['1.1: 1,2,3']);
  });
});

describe('proposals by round', () => {
  it('follow from the round, whatever was put in, and no more of them than a batch holds', () => {
    const group = createGroup({ nodes: 4 });
    const simulation: Vote = new Simulation<number, Message, Output, Timer, LogRecord>({
      group,
      seed: 1,
      network: { latency: { min: 1, max: 10 }, ordered: true },
      protocol: ({ self }) =>
        new Voting({ group, self, period: 60, rounds: 2, batch: 2, propose: (round) => [round, 2 * round, 3 * round] }),
    });
    simulation.input(0 as NodeId, 999);
    simulation.run();
    for (let node = 0; node < 4; node++) expect(decisionsOf(simulation, node)).toEqual(['1.1: 1,2', '2.1: 2,4']);
  });
});

describe('timers', () => {
  it('whoever goes on lets go of what it waited with', () => {
    const group = createGroup({ nodes: 1 });
    const node = new Voting({ group, self: nodeId(group, 0), propose: () => [42] });
    const armed = new Map<string, Timer>();
    let steps = node.restore([]);
    while (steps.length > 0) {
      const heard: Step<Message, Output, Timer, LogRecord>[] = [];
      for (const effect of steps) {
        if (effect.kind === 'arm') armed.set(JSON.stringify(effect.timer), effect.timer);
        if (effect.kind === 'cancel') armed.delete(JSON.stringify(effect.timer));
        if (effect.kind === 'send') heard.push(node.receive(nodeId(group, 0), effect.message));
      }
      const answered = [...armed.values()].find(({ kind }) => kind === 'answered');
      if (heard.flat().length === 0 && answered !== undefined) {
        armed.delete(JSON.stringify(answered));
        heard.push(node.expire(answered));
      }
      steps = heard.flat();
    }
    expect(node.decided).toBe(1);
    expect([...armed.keys()]).toEqual([]);
  });

  it('late, early and twice they do no harm: each counts once, for what it was armed for', () => {
    const group = createGroup({ nodes: 4 });
    const node = new Voting({ group, self: nodeId(group, 0), period: 60 });
    node.restore([]);
    for (const kind of ['grace', 'answered'] as const) expect(node.expire({ kind, start: 2 })).toEqual([]);
    for (const period of [1, 2]) expect(node.expire({ kind: 'period', round: 1, attempt: 1, period })).toEqual([]);
  });

  it('a clock that is a little fast or slow changes nothing that is decided', () => {
    const clocks = new Map([0, 1, 2].map((node) => [node as NodeId, 960 + 40 * node] as const));
    const drifting = started({ nodes: 4, puppets: [3], rounds: 2, simulate: { clocks } });
    const exact = started({ nodes: 4, puppets: [3], rounds: 2 });
    drifting.run();
    exact.run();
    for (const node of [0, 1, 2]) expect(decisionsOf(drifting, node)).toEqual(decisionsOf(exact, node));
  });
});
