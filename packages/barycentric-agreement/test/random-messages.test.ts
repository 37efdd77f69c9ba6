/** Whatever fits the schema: no peer makes a node throw, and what it keeps stays bounded by rounds and views. */
import { expect, it } from 'vitest';
import { createReliableBroadcast, type Message as Bracha, type Protocol } from '@quorate/reliable-broadcast';
import { seededRandom } from '@quorate/simulation';
import {
  ApproximateAgreement,
  codec,
  createGroup,
  nodeId,
  nodeIds,
  Refusal,
  sample,
  StableVector,
  type Group,
  type Message,
  type Schema,
} from '../src/index.js';
import { overStableVector } from './subject.js';

type AnyNode = Protocol<never, Message<Bracha>, unknown>;

const vector = (group: Group): AnyNode =>
  new StableVector({ group, self: nodeId(group, 0), broadcast: createReliableBroadcast, maxValue: 64 });
const agreement = (group: Group): AnyNode =>
  new ApproximateAgreement({
    group,
    self: nodeId(group, 0),
    dimension: 2,
    epsilon: 0.1,
    range: [0, 1],
    collector: overStableVector,
  });

it.each([
  ['a stable vector', vector],
  ['approximate agreement', agreement],
])('%s takes 4,000 messages of every kind from everybody', (_name, create) => {
  const group = createGroup({ nodes: 9, faulty: 2 });
  const random = seededRandom(11);
  const node = create(group);
  const schema: Schema<Message<Bracha>> = node.schema;
  const wire = codec(schema);
  for (let count = 0; count < 4000; count++) {
    const from = nodeIds(group)[random.below(group.n)] ?? nodeId(group, 1);
    const drawn = sample(schema, random);
    const view: Message<Bracha> = {
      kind: 'view',
      round: random.below(300),
      members: Uint8Array.of(random.below(256), random.below(4)),
    };
    const message = wire.decode(wire.encode(random.below(2) === 0 ? drawn : view));
    if (message instanceof Refusal) throw new Error('what was drawn from a schema fits it');
    const step = node.receive(from, message);
    for (const effect of step) {
      if (effect.kind === 'send') expect(wire.encode(effect.message).length).toBeGreaterThan(0);
      if (effect.kind === 'fault') expect(nodeIds(group)).toContain(effect.peer);
    }
  }
  for (const peer of nodeIds(group)) expect(() => node.reopened?.(peer, 0)).not.toThrow();
});
