import {
  allCorrect,
  createGroup,
  equalBytes,
  nodeId,
  nodeIds,
  type Group,
  type NodeId,
} from '@quorate/transport/contract';
import { MessageNetwork } from './message-network.js';
import { codeOf, seededRandom, type TestFramework } from './test-framework.js';
import type { Collected, RoundCollectorFactory, RoundValue } from './round-collector.js';

export interface RoundCollectorUnderTest<Message> {
  readonly name: string;
  readonly create: RoundCollectorFactory<Message>;
}

type Network<Message> = MessageNetwork<RoundValue, Message, Collected>;

const seeds = 25;
const valueOf = (node: NodeId, round: number): Uint8Array => new Uint8Array([node, round, 7]);

/** What every round collector promises to the layers above. */
export function roundCollectorCompliance<Message>(
  { describe, it, expect }: TestFramework,
  { name, create }: RoundCollectorUnderTest<Message>,
): void {
  const start = (group: Group, seed: number, puppets: readonly NodeId[] = []): Network<Message> =>
    new MessageNetwork({ group, random: seededRandom(seed), puppets, node: (self) => create({ group, self }) });

  describe(`${name} is a round collector`, () => {
    for (const [nodes, silent] of [
      [1, 0],
      [4, 0],
      [4, 1],
      [6, 1],
      [7, 2],
    ] as const) {
      it(`gives every node at least n − f true values of each round, with ${silent} silent of ${nodes} nodes`, () => {
        for (let seed = 0; seed < seeds; seed++) {
          const group = createGroup({ nodes });
          const correct = nodeIds(group).slice(0, nodes - silent);
          const network = start(group, seed, nodeIds(group).slice(nodes - silent));
          for (const round of [0, 1]) {
            for (const node of correct) network.input(node, { round, value: valueOf(node, round) });
          }
          network.run();
          for (const node of correct) expect(problemsOf(group, network.outputs[node] ?? [], [0, 1])).toEqual([]);
        }
      });
    }

    it('refuses a closed round, a round far ahead, and a second value, each with a code', () => {
      const group = createGroup({ nodes: 4 });
      const collector = create({ group, self: nodeId(group, 0) });
      const put = (round: number): string | undefined =>
        codeOf(() => collector.input({ round, value: new Uint8Array(1) }));
      expect(put(collector.lowestRound + collector.openRounds)).toBe('Q4011');
      expect(put(1)).toBe(undefined);
      expect(put(1)).toBe('Q4012');
      collector.close(2);
      expect(collector.lowestRound).toBe(2);
      expect(put(1)).toBe('Q4011');
    });

    it('refuses what is no value of a round, each with a code, and goes on', () => {
      const group = createGroup({ nodes: 4 });
      const collector = create({ group, self: nodeId(group, 0) });
      const value = new Uint8Array(1);
      const none = [undefined, null, 5, 'text', {}, { round: 0 }, { round: 0, value: 'a' }, { round: 0, value: [1] }];
      for (const input of none) expect(codeOf(() => collector.input(input as RoundValue))).toBe('Q4010');
      for (const round of ['0', Number.NaN, 0.5, -1, null]) {
        expect(codeOf(() => collector.input({ round, value } as RoundValue))).toBe('Q4011');
      }
      expect(codeOf(() => collector.input({ round: 0, value }))).toBe(undefined);
    });

    it('refuses to close rounds that are none, and goes on', () => {
      const group = createGroup({ nodes: 4 });
      const collector = create({ group, self: nodeId(group, 0) });
      for (const round of [Number.NaN, -1, 0.5, Infinity, 2 ** 40]) {
        expect(codeOf(() => collector.close(round))).toBe('Q4011');
      }
      expect(collector.lowestRound).toBe(0);
      expect(codeOf(() => collector.input({ round: 0, value: new Uint8Array(1) }))).toBe(undefined);
    });
  });
}

/** What is wrong with the outputs of one node. */
function problemsOf(group: Group, outputs: readonly Collected[], rounds: readonly number[]): readonly string[] {
  const problems: string[] = [];
  for (const round of rounds) {
    const grown = outputs.filter((output) => output.round === round).map((output) => output.values);
    if (grown.length === 0) problems.push(`nothing came out of round ${round}`);
    for (const [at, values] of grown.entries()) {
      if (values.size < allCorrect(group)) problems.push(`round ${round}: ${values.size} values`);
      const before = grown[at - 1];
      if (before !== undefined && ![...before.keys()].every((node) => values.has(node))) {
        problems.push(`round ${round}: a later output lacks values of an earlier one`);
      }
      for (const [node, value] of values) {
        if (!equalBytes(value, valueOf(node, round))) problems.push(`round ${round}: node ${node} never said that`);
      }
    }
  }
  return problems;
}
