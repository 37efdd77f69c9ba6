/** One sentence of the algorithm each. */
import { describe, expect, it } from 'vitest';
import {
  createGroup,
  createReliableBroadcast,
  nodeId,
  nodeIds,
  type Collected,
  type Effect,
  type Message as Bracha,
  type RoundValue,
} from '@quorate/reliable-broadcast';
import { MessageNetwork, seededRandom } from '@quorate/reliable-broadcast/compliance';
import { StableVector, type Message, type View } from '../src/index.js';
import { id } from './subject.js';

const group = createGroup({ nodes: 4 });
const bits = (...members: readonly number[]): Uint8Array =>
  Uint8Array.of(members.reduce((set, member) => set | (1 << member), 0));
const view = (round: number, ...members: readonly number[]): View => ({
  kind: 'view',
  round,
  members: bits(...members),
});
const vector = (openRounds = 2): StableVector<Bracha> =>
  new StableVector({ group, self: nodeId(group, 0), broadcast: createReliableBroadcast, openRounds });
const faultsOf = (step: readonly Effect<Message<Bracha>, Collected>[]): readonly string[] =>
  step.flatMap((effect) => (effect.kind === 'fault' ? [effect.fault.kind] : []));

type Network = MessageNetwork<RoundValue, Message<Bracha>, Collected>;

/** Node 3 is a puppet; what is sent as a view is kept. */
function network(seed: number): { readonly net: Network; readonly views: View[][] } {
  const views: View[][] = nodeIds(group).map(() => []);
  const net: Network = new MessageNetwork<RoundValue, Message<Bracha>, Collected>({
    group,
    random: seededRandom(seed),
    puppets: [id(3)],
    node: (self) => new StableVector({ group, self, broadcast: createReliableBroadcast }),
    watch: (node, effect) => {
      if (effect.kind === 'send' && effect.message.kind === 'view') views[node]?.push(effect.message);
    },
  });
  return { net, views };
}

describe('whenever the set of delivered values grows and has n − f members, it is sent to all', () => {
  it('so a node sends at most f + 1 views of a round, each within the next', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { net, views } = network(seed);
      net.send(id(3), 'all', {
        kind: 'broadcast',
        message: { kind: 'input', sender: id(3), sequence: 0, payload: Uint8Array.of(0x92, 0, 0xc4, 1, 9) },
      });
      for (const node of [0, 1, 2]) net.input(id(node), { round: 0, value: Uint8Array.of(node) });
      net.run();
      for (const node of [0, 1, 2]) {
        const sets = views[node]?.map(({ members: [members = 0] }) => members) ?? [];
        expect(sets.at(-1)).toBe(0b1111);
        expect(sets.length).toBeLessThanOrEqual(2);
        expect(sets.every((set, at) => at === 0 || ((sets[at - 1] ?? 0) & ~set) === 0)).toBe(true);
        expect(net.outputs[node]).toHaveLength(1);
      }
    }
  });
});

describe('a correct node sends strictly growing sets of at least n − f members; anything else is a fault', () => {
  it.each([
    ['fewer than n − f', view(0, 0, 1)],
    ['none', view(0)],
    ['a node that the group does not have', view(0, 0, 1, 2, 7)],
  ])('%s', (_name, message) => {
    expect(faultsOf(vector().receive(id(3), message))).toEqual(['malformed-view']);
  });

  it('two views of which neither holds the other, in either order', () => {
    const node = vector();
    expect(faultsOf(node.receive(id(3), view(0, 0, 1, 2)))).toEqual([]);
    expect(faultsOf(node.receive(id(3), view(0, 0, 1, 2)))).toEqual([]);
    expect(faultsOf(node.receive(id(3), view(0, 1, 2, 3)))).toEqual(['conflicting-views']);
    expect(faultsOf(node.receive(id(3), view(0, 0, 1, 2, 3)))).toEqual([]);
    const late = vector();
    expect(faultsOf(late.receive(id(3), view(0, 0, 1, 2, 3)))).toEqual([]);
    expect(faultsOf(late.receive(id(3), view(0, 0, 1, 3)))).toEqual([]);
    expect(faultsOf(late.receive(id(3), view(0, 0, 2, 3)))).toEqual(['conflicting-views']);
  });
});

describe('rounds', () => {
  it('far ahead are no fault and keep nothing; those that this node closed are served on', () => {
    const node = vector(2);
    expect(node.receive(id(3), view(8, 0, 1))).toEqual([]);
    expect(faultsOf(node.receive(id(3), view(7, 0, 1)))).toEqual(['malformed-view']);
    node.close(2);
    expect(node.lowestRound).toBe(2);
    expect(faultsOf(node.receive(id(3), view(0, 0, 1)))).toEqual(['malformed-view']);
    node.close(3);
    expect(node.receive(id(3), view(0, 0, 1))).toEqual([]);
  });
});

describe('a link that lost frames and is open again', () => {
  it('carries the latest view of each open round once more, and lets a node finish that missed them all', () => {
    const { net, views } = network(3);
    net.hold(({ from, to, message }) => from !== to && to === 2 && message.kind === 'view');
    for (const node of [0, 1, 2]) net.input(id(node), { round: 0, value: Uint8Array.of(node) });
    net.run();
    expect(net.outputs[2]).toEqual([]);
    net.held = [];
    net.hold(() => false);
    for (const node of [0, 1]) net.apply(id(node), net.node(id(node)).reopened?.(id(2), 0) ?? []);
    net.run();
    expect(net.outputs[2]).toHaveLength(1);
    expect(views[0]).toHaveLength(2);
  });
});
