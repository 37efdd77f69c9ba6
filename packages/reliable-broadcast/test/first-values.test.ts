import { expect, it } from 'vitest';
import {
  bytes,
  codec,
  createGroup,
  createReliableBroadcast,
  FirstValues,
  integer,
  nodeId,
  record,
  type Collected,
  type Message,
  type RoundValue,
} from '@quorate/reliable-broadcast';
import { MessageNetwork, seededRandom } from '../src/compliance.js';
import { id, input } from './harness.js';

const group = createGroup({ nodes: 4 });
const frames = codec(record<RoundValue>({ round: integer({ max: 2 ** 32 - 1 }), value: bytes({ max: 8 }) }));
const frame = (round: number, value: number): Uint8Array =>
  new Uint8Array(frames.encode({ round, value: Uint8Array.of(value) }));

const start = (seed: number): MessageNetwork<RoundValue, Message, Collected> =>
  new MessageNetwork<RoundValue, Message, Collected>({
    group,
    random: seededRandom(seed),
    puppets: [nodeId(group, 3)],
    node: (self) => new FirstValues({ group, self, broadcast: createReliableBroadcast, openRounds: 2 }),
  });

it('takes the first of two values that a node puts into one round, whichever is delivered first', () => {
  for (let seed = 0; seed < 60; seed++) {
    const network = start(seed);
    network.send(id(3), 'all', input(3, 0, frame(0, 1)));
    network.send(id(3), 'all', input(3, 1, frame(0, 2)));
    for (const node of [0, 1, 2]) network.input(id(node), { round: 0, value: Uint8Array.of(9) });
    network.run();
    for (const node of [0, 1, 2]) {
      const [value] = network.outputs[node]?.at(-1)?.values.get(id(3)) ?? [];
      expect({ seed, node, value }).toEqual({ seed, node, value: 1 });
      expect(network.faults[node]?.map(({ fault }) => fault.kind)).toEqual(['double-value']);
    }
  }
});

it('counts nothing of a node in rounds up to one that was beyond what is kept', () => {
  const network = start(1);
  network.send(id(3), 'all', input(3, 0, frame(4, 1)));
  network.run();
  network.send(id(3), 'all', input(3, 1, frame(3, 2)));
  for (const node of [0, 1, 2]) (network.node(id(node)) as FirstValues<Message>).close(2);
  for (const node of [0, 1, 2]) network.input(id(node), { round: 3, value: Uint8Array.of(9) });
  network.run();
  for (const node of [0, 1, 2]) {
    expect([...(network.outputs[node]?.at(-1)?.values.keys() ?? [])].toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
  }
});
