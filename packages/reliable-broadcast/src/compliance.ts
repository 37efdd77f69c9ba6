/**
 * What every broadcast promises to the layers above, as a suite for any test framework with `describe`, `it` and `expect`:
 *
 * ```ts
 * broadcastCompliance({ describe, it, expect }, { name: 'mine', create: (options) => new MyBroadcast(options), reliable: true });
 * ```
 *
 * With `reliable`, the promises against a lying sender are demanded too. The liar is generic: two honest copies of one node
 * with different inputs, each talking to a part of the group.
 */
import type { Broadcast, BroadcastFactory, Delivery } from './broadcast.js';
import { createGroup, equalBytes, nodeId, nodeIds, type Group, type NodeId } from '@quorate/transport/contract';
import { MessageNetwork } from './message-network.js';
import { BroadcastObserver } from './properties.js';
import { firstSequence } from './sequence.js';
import { codeOf, seededRandom, type TestFramework } from './test-framework.js';

export { roundCollectorCompliance, type RoundCollectorUnderTest } from './round-collector-compliance.js';
export type { Random } from '@quorate/transport/contract';
export { MessageNetwork, type InFlight, type MessageNetworkOptions } from './message-network.js';
export { seededRandom, type TestFramework } from './test-framework.js';

export interface BroadcastUnderTest<Message> {
  readonly name: string;
  readonly create: BroadcastFactory<Message>;
  /** Whether it promises agreement and totality against lying senders. */
  readonly reliable: boolean;
}

const seeds = 50;

export function broadcastCompliance<Message>(framework: TestFramework, subject: BroadcastUnderTest<Message>): void {
  const { describe } = framework;
  describe(`${subject.name} is a broadcast`, () => {
    faultFree(framework, subject);
    callers(framework, subject);
    strangers(framework, subject);
    if (subject.reliable) lyingSenders(framework, subject);
  });
}

function faultFree<Message>({ it, expect }: TestFramework, { create }: BroadcastUnderTest<Message>): void {
  for (const nodes of [1, 2, 4, 5, 6, 7]) {
    it(`delivers every payload once at every one of ${nodes} nodes, in any order of arrival`, () => {
      for (let seed = 0; seed < seeds; seed++) {
        const group = createGroup({ nodes });
        const network = networkOf(group, create, seed);
        const observer = new BroadcastObserver({ group, correct: nodeIds(group) });
        for (const sender of nodeIds(group)) {
          for (let sequence = 0; sequence < 3; sequence++) {
            const payload = payloadOf(seed, sender, sequence);
            observer.broadcast(sender, sequence, payload);
            network.input(sender, payload);
          }
        }
        network.run();
        expect({ seed, violations: violationsOf(network, observer) }).toEqual({ seed, violations: [] });
      }
    });
  }

  it('carries payloads of 0 bytes and of the longest length', () => {
    const group = createGroup({ nodes: 4 });
    const network = networkOf(group, create, 1, 100_000);
    const payloads = [
      new Uint8Array(0),
      new Uint8Array(31).fill(1),
      new Uint8Array(32).fill(2),
      new Uint8Array(100_000).fill(3),
    ];
    for (const payload of payloads) network.input(nodeId(group, 0), payload);
    network.run();
    for (const outputs of network.outputs) {
      const inOrder = outputs.toSorted((a, b) => a.sequence - b.sequence).map((delivery) => delivery.payload);
      expect(inOrder.length === payloads.length && inOrder.every((p, i) => equalBytes(p, payloads[i] ?? p))).toBe(true);
    }
  });
}

function callers<Message>({ it, expect }: TestFramework, { create }: BroadcastUnderTest<Message>): void {
  const group = createGroup({ nodes: 4 });
  const self = nodeId(group, 0);

  it('refuses a payload one byte over the limit with Q4001', () => {
    expect(codeOf(() => create({ group, self, maxPayload: 10 }).input(new Uint8Array(11)))).toBe('Q4001');
  });

  it('numbers payloads from 0, and from another start in each later life', () => {
    expect(create({ group, self }).nextSequence).toBe(0);
    const later = create({ group, self, incarnation: 3 });
    expect(later.nextSequence).toBe(firstSequence(3));
    later.input(new Uint8Array(1));
    expect(later.nextSequence).toBe(firstSequence(3) + 1);
  });

  it('lets the caller reuse its buffer', () => {
    const network = networkOf(group, create, 1);
    const buffer = new Uint8Array([1, 2, 3]);
    network.input(self, buffer);
    buffer.fill(9);
    network.run();
    for (const outputs of network.outputs) expect([...(outputs[0]?.payload ?? [])]).toEqual([1, 2, 3]);
  });

  it('throws from input, and only there, when it is not ready', () => {
    const broadcast = create({ group, self });
    for (let i = 0; i < 100_000 && broadcast.ready; i++) broadcast.input(new Uint8Array(8));
    if (broadcast.ready) return;
    expect(codeOf(() => broadcast.input(new Uint8Array(8)))?.startsWith('Q')).toBe(true);
  });
}

function strangers<Message>({ it, expect }: TestFramework, { create }: BroadcastUnderTest<Message>): void {
  it('delivers nothing under the name of a node that sent nothing', () => {
    const group = createGroup({ nodes: 4 });
    const liar = nodeId(group, 3);
    const victim = nodeId(group, 2);
    for (let seed = 0; seed < seeds; seed++) {
      const network = networkOf(group, create, seed, undefined, [liar]);
      // The liar passes on, as its own, what the victim's protocol would have said.
      const stolen = create({ group, self: victim });
      for (const effect of stolen.input(new Uint8Array([6, 6, 6]))) {
        if (effect.kind === 'send') network.send(liar, effect.to, effect.message);
      }
      network.run();
      expect({ seed, outputs: network.outputs.map((outputs) => outputs.length) }).toEqual({
        seed,
        outputs: [0, 0, 0, 0],
      });
      expect(network.faults.flat().every(({ peer }) => peer === liar)).toBe(true);
    }
  });
}

function lyingSenders<Message>({ it, expect }: TestFramework, { create }: BroadcastUnderTest<Message>): void {
  for (const [nodes, faulty] of [
    [4, 1],
    [5, 1],
    [6, 1],
    [7, 2],
  ] as const) {
    it(`keeps agreement and totality with ${faulty} two-faced of ${nodes} nodes`, () => {
      for (let seed = 0; seed < seeds; seed++) {
        const group = createGroup({ nodes, faulty });
        const liars = nodeIds(group).slice(nodes - faulty);
        const network = networkOf(group, create, seed, undefined, liars);
        const observer = new BroadcastObserver({ group, correct: nodeIds(group).slice(0, nodes - faulty) });
        for (const liar of liars) tellTwoStories(network, create, liar, seed);
        const payload = payloadOf(seed, nodeId(group, 0), 0);
        observer.broadcast(nodeId(group, 0), 0, payload);
        network.input(nodeId(group, 0), payload);
        network.run();
        expect({ seed, violations: violationsOf(network, observer) }).toEqual({ seed, violations: [] });
      }
    });
  }
}

/** Two honest copies of the liar, one for each part of the group: each broadcasts another payload, and hears only itself. */
function tellTwoStories<Message>(
  network: MessageNetwork<Uint8Array, Message, Delivery>,
  create: BroadcastFactory<Message>,
  liar: NodeId,
  seed: number,
): void {
  const { group } = network;
  const parts = [
    nodeIds(group).filter((node) => node < group.n / 2),
    nodeIds(group).filter((node) => node >= group.n / 2),
  ];
  for (const [face, part] of parts.entries()) {
    const copy = create({ group, self: liar });
    const pending = [...copy.input(new Uint8Array([face, seed & 0xff]))];
    for (let effect = pending.shift(); effect !== undefined; effect = pending.shift()) {
      if (effect.kind !== 'send') continue;
      for (const node of part) network.send(liar, node, effect.message);
      pending.push(...copy.receive(liar, effect.message));
    }
  }
}

function networkOf<Message>(
  group: Group,
  create: BroadcastFactory<Message>,
  seed: number,
  maxPayload = 1024,
  puppets: readonly NodeId[] = [],
): MessageNetwork<Uint8Array, Message, Delivery> {
  const node = (self: NodeId): Broadcast<Message> => create({ group, self, maxPayload });
  return new MessageNetwork({ group, random: seededRandom(seed), node, puppets });
}

function violationsOf<Message>(
  network: MessageNetwork<Uint8Array, Message, Delivery>,
  observer: BroadcastObserver,
): readonly string[] {
  const found: string[] = [];
  for (const [node, outputs] of network.outputs.entries()) {
    for (const delivery of outputs) {
      const violation = observer.output(nodeId(network.group, node), delivery);
      if (violation !== undefined) found.push(`${violation.property}: ${violation.detail}`);
    }
  }
  for (const violation of observer.end()) found.push(`${violation.property}: ${violation.detail}`);
  return found;
}

/** Payloads around the length from which votes carry digests. */
function payloadOf(seed: number, sender: NodeId, sequence: number): Uint8Array {
  return new Uint8Array(30 + ((seed + sequence) % 4)).fill(sender * 16 + sequence);
}
