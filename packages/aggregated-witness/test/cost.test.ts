/** Reports carry bits, not values: what a round costs beside plain broadcasts of its values. */
import { expect, it } from 'vitest';
import {
  AggregatedWitness,
  codec,
  createGroup,
  createReliableBroadcast,
  nodeIds,
  type Broadcast,
  type Protocol,
} from '@quorate/aggregated-witness';
import { seededRandom, Simulation } from '@quorate/simulation';
import { createWitness } from '@quorate/witness';

type BrachaMessage = ReturnType<typeof createReliableBroadcast> extends Broadcast<infer M> ? M : never;
const group = createGroup({ nodes: 16 });
const witness = createWitness({ broadcast: createReliableBroadcast });

/** Messages, and bytes between nodes, when every node puts one input in. */
function cost<I, O>(
  make: (node: Parameters<typeof witness>[0]) => Protocol<I, BrachaMessage, O>,
  input: (value: Uint8Array) => I,
): { readonly messages: number; readonly bytes: number } {
  let bytes = 0;
  let messages = 0;
  const size = codec(make({ group, self: nodeIds(group)[0] as never }).schema);
  const scratch = new Uint8Array(4096);
  const simulation = new Simulation<I, BrachaMessage, O>({
    group,
    seed: 1,
    network: { ordered: true },
    protocol: ({ self }) => make({ group, self }),
    observer(event) {
      if (event.kind !== 'receive') return;
      messages++;
      if (event.from !== event.node) bytes += size.encodeInto(event.message, scratch, 0);
    },
  });
  const random = seededRandom(3);
  for (const node of nodeIds(group)) {
    simulation.input(node, input(Uint8Array.from({ length: 1024 }, () => random.below(256))));
  }
  simulation.run();
  return { messages, bytes };
}

it('costs at most 1.3 times the bytes of plain broadcasts at n = 16 with values of 1 KiB, on either level', () => {
  const plain = cost(createReliableBroadcast, (value) => value);
  const one = cost(
    (node) => witness(node),
    (value) => ({ round: 0, value }),
  );
  const two = cost(
    (node) => new AggregatedWitness({ ...node, witness }),
    (value) => ({ round: 0, value }),
  );
  const perBroadcast = 16 + 2 * 16 * 16;
  expect([plain, one, two].map(({ messages }) => messages / perBroadcast)).toEqual([16, 32, 48]);
  expect(one.bytes / plain.bytes).toBeLessThanOrEqual(1.3);
  expect(two.bytes / plain.bytes).toBeLessThanOrEqual(1.3);
});
