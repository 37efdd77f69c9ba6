import { describe, expect, it } from 'vitest';
import {
  AggregatedWitness,
  aggregatedWitnessProperties,
  codec,
  createGroup,
  createReliableBroadcast,
  messageSchema,
  nodeIds,
  NodeSet,
  type AggregatedWitnessed,
  type NodeId,
  type RoundDelivery,
  type RoundValue,
  type Step,
  type Witnessed,
  type WitnessLayer,
} from '@quorate/aggregated-witness';
import { createWitness } from '@quorate/witness';
import { Simulation } from '@quorate/simulation';
import type { BrachaMessage } from '../simple-aggregated.js';

const setOf = (...ids: readonly number[]): NodeSet => {
  const set = new NodeSet();
  for (const one of ids) set.add(one as NodeId);
  return set;
};
const id = (value: number): NodeId => value as NodeId;

/** A witness layer that says what the test tells it to say. */
class Told implements WitnessLayer<string, RoundDelivery> {
  readonly schema = { shape: { kind: 'text', max: 1 } } as const;
  readonly ready = true;
  readonly maxValue = 8;
  readonly lowestRound = 0;
  readonly openRounds = 4;
  readonly sent: RoundDelivery[] = [];
  readonly finished: number[] = [];
  next: Step<string, Witnessed | RoundDelivery> = [];
  readonly above = {
    maxPayload: 99,
    send: ({ round, payload }: { round: number; payload: Uint8Array }) => {
      this.sent.push({ sender: id(0), round, payload });
      return [];
    },
  };
  input(): Step<string, Witnessed | RoundDelivery> {
    return this.next;
  }
  receive(): Step<string, Witnessed | RoundDelivery> {
    return this.next;
  }
  witnesses(): ReadonlySet<NodeId> {
    return new Set();
  }
  close(): void {
    this.next = [];
  }
  finish(round: number): void {
    this.finished.push(round);
  }
}

class Driven {
  readonly told = new Told();
  readonly outputs: AggregatedWitnessed[] = [];
  readonly faults: string[] = [];
  readonly layer: AggregatedWitness<string>;
  readonly #group;

  constructor(nodes: number) {
    this.#group = createGroup({ nodes });
    // The layer asks for a layer below that hands up deliveries: `Told` does, whatever `deliver` makes of them.
    const witness = (): never => this.told as never;
    this.layer = new AggregatedWitness<string>({ group: this.#group, self: id(0), witness });
  }

  witnessed(round: number, ...witnesses: readonly number[]): void {
    const values = new Map(nodeIds(this.#group).map((node) => [node, Uint8Array.of(node)]));
    this.#hear({ round, values, witnesses: new Set(witnesses.map(id)) });
  }

  report(sender: number, witnesses: NodeSet | Uint8Array, round = 0): void {
    const bits = witnesses instanceof NodeSet ? witnesses.toBytes(this.#group.n) : witnesses;
    const messages = codec(messageSchema(this.#group, 0));
    this.bytes(sender, messages.encode({ kind: 'aggregated-report', witnesses: bits }), round);
  }

  bytes(sender: number, payload: Uint8Array, round = 0): void {
    this.#hear({ sender: id(sender), round, payload });
  }

  #hear(value: Witnessed | RoundDelivery): void {
    this.told.next = [{ kind: 'output', value }];
    for (const effect of this.layer.receive(id(1), '')) {
      if (effect.kind === 'output') this.outputs.push(effect.value);
      if (effect.kind === 'fault') this.faults.push(`${effect.peer} ${effect.fault.kind}`);
    }
  }
}

describe('aggregated reports', () => {
  it('waits for n − f of them, each within its own witnesses, and puts out again whatever grows', () => {
    const node = new Driven(4);
    node.report(1, setOf(1, 2, 3));
    node.witnessed(0, 0, 1, 2);
    node.report(0, setOf(0, 1, 2));
    node.report(2, setOf(0, 1, 2));
    expect(node.outputs).toEqual([]);
    expect([...node.layer.aggregatedWitnesses(0)]).toEqual([0, 2]);
    node.witnessed(0, 0, 1, 2, 3);
    expect(node.outputs.map(({ aggregatedWitnesses }) => [...aggregatedWitnesses])).toEqual([[0, 1, 2]]);
    node.report(3, setOf(0, 2, 3));
    expect(node.outputs.map(({ aggregatedWitnesses }) => aggregatedWitnesses.size)).toEqual([3, 4]);
    expect(node.told.sent.length).toBe(1);
    expect(node.faults).toEqual([]);
  });

  it('AGG-03 aggregated report naming a non-reporter: it is not confirmed, and the others suffice', () => {
    const node = new Driven(7);
    node.witnessed(0, 0, 1, 2, 3, 4);
    node.report(5, setOf(0, 1, 2, 3, 6));
    for (const from of [0, 1, 2, 3]) node.report(from, setOf(0, 1, 2, 3, 4));
    expect(node.outputs).toEqual([]);
    node.report(4, setOf(0, 1, 2, 3, 4));
    expect([...(node.outputs.at(-1)?.aggregatedWitnesses ?? [])]).toEqual([0, 1, 2, 3, 4]);
  });

  it.each([
    ['too few', setOf(1, 2, 3, 4), 'short-aggregated-report'],
    ['nobody', setOf(), 'short-aggregated-report'],
    ['a node beyond the group', Uint8Array.of(0x9f), 'unknown-witnesses'],
  ])('AGG-04 one that names %s is a fault', (_what, witnesses, kind) => {
    const node = new Driven(7);
    node.report(6, witnesses);
    expect(node.faults).toEqual([`6 ${kind}`]);
    expect([...node.layer.aggregatedWitnesses(0)]).toEqual([]);
  });

  it('AGG-06 a second one of a node is a fault, and so is what is no message of this layer', () => {
    const node = new Driven(4);
    node.report(1, setOf(0, 1, 2));
    node.report(1, setOf(1, 2, 3));
    node.bytes(2, Uint8Array.of());
    node.bytes(2, Uint8Array.of(0x92, 1, 0xc4, 0));
    expect(node.faults).toEqual(['1 double-aggregated-report', '2 malformed-aggregated-report', '2 nobody-above']);
  });

  it('lets a finished round go once its own aggregated report is out', () => {
    const node = new Driven(4);
    node.layer.finish(0);
    expect(node.told.finished).toEqual([]);
    node.witnessed(0, 0, 1, 2);
    expect(node.told.sent.length).toBe(1);
    expect(node.told.finished).toEqual([0]);
    for (const from of [0, 1, 2]) node.report(from, setOf(0, 1, 2));
    expect(node.outputs).toEqual([]);
  });

  it('rounds of two layers do not collide: the same round number, told apart by the layer', () => {
    const node = new Driven(4);
    for (const round of [0, 1]) {
      node.witnessed(round, 0, 1, 2);
      for (const from of [0, 1, 2]) node.report(from, setOf(0, 1, 2), round);
    }
    expect(node.outputs.map(({ round }) => round)).toEqual([0, 1]);
  });
});

it.each([
  [4, 1],
  [6, 1],
  [7, 2],
  [10, 3],
])('AGG-05 t silent: %i nodes, %i of them silent, all correct output', (nodes, silent) => {
  const group = createGroup({ nodes });
  const correct = nodeIds(group).slice(0, nodes - silent);
  for (let seed = 0; seed < 10; seed++) {
    const simulation = new Simulation<RoundValue, BrachaMessage, AggregatedWitnessed>({
      group,
      seed,
      puppets: nodeIds(group).slice(nodes - silent),
      checkers: [aggregatedWitnessProperties],
      protocol: ({ self }) =>
        new AggregatedWitness({ group, self, witness: createWitness({ broadcast: createReliableBroadcast }) }),
    });
    for (const round of [0, 1]) {
      for (const node of correct) simulation.input(node, { round, value: Uint8Array.of(node, round) });
    }
    simulation.run();
    expect({ seed, violations: simulation.end() }).toEqual({ seed, violations: [] });
    expect(correct.filter((node) => simulation.outputs(node).length === 0)).toEqual([]);
  }
});
