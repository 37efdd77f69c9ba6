/** Every behaviour that `quorate run --fault` offers, against the real protocol under random schedules. */
import { describe, expect, it } from 'vitest';
import {
  BroadcastObserver,
  createBestEffortBroadcast,
  createGroup,
  createReliableBroadcast,
  nodeIds,
  type Broadcast,
  type BroadcastOptions,
  type Delivery,
  type Message,
  type NodeId,
  type Violation,
} from '@quorate/reliable-broadcast';
import { behaviours, equivocate, Simulation, type AdversaryTimer, type Behaviour } from '@quorate/simulation';

const seeds = Array.from({ length: 20 }, (_, seed) => seed);
const sizes = [3, 64];

interface Outcome {
  readonly violations: readonly Violation[];
  /** Who was accused by a correct node, and of what. */
  readonly accused: ReadonlySet<NodeId>;
  readonly kinds: ReadonlySet<string>;
}

/** A run in which the last f nodes behave so; every node broadcasts three payloads. */
function play<M extends Message>(
  create: (options: BroadcastOptions) => Broadcast<M>,
  behaviour: Behaviour,
  [nodes, faulty, seed, size]: readonly [number, number, number, number],
): Outcome {
  const group = createGroup({ nodes, faulty });
  const liars = nodeIds(group).slice(nodes - faulty);
  const simulation = new Simulation<Uint8Array, M, Delivery, AdversaryTimer>({
    group,
    seed,
    faulty: liars,
    network: { latency: { min: 1, max: 50 } },
    checkers: [(run) => new BroadcastObserver(run)],
    protocol({ self, random }) {
      const honest = create({ group, self });
      return liars.includes(self) ? behaviour.wrap(() => honest, { group, self, random }) : honest;
    },
  });
  for (const node of nodeIds(group)) {
    for (let i = 0; i < 3; i++)
      simulation.input(
        node,
        Uint8Array.from({ length: size }, (_, at) => (node * 31 + i * 7 + at) & 255),
      );
  }
  simulation.run();
  const violations = simulation.end();
  const reports = nodeIds(group).flatMap((node) => (liars.includes(node) ? [] : simulation.faults(node)));
  return {
    violations,
    accused: new Set(reports.map(({ peer }) => peer)),
    kinds: new Set(reports.map(({ fault }) => fault.kind)),
  };
}

describe.each([...behaviours.values()])('reliable broadcast with nodes that are $name', (behaviour) => {
  it.each([
    [4, 1],
    [6, 1],
    [7, 2],
  ])('keeps its promises among %i nodes, %i of them faulty, and accuses nobody else', (nodes, faulty) => {
    const liars = new Set<number>(Array.from({ length: faulty }, (_, index) => nodes - 1 - index));
    for (const seed of behaviour.name === 'flood' ? seeds.slice(0, 2) : seeds) {
      for (const size of sizes) {
        const { violations, accused } = play(createReliableBroadcast, behaviour, [nodes, faulty, seed, size]);
        expect(violations, `seed ${seed}, ${size} bytes`).toEqual([]);
        expect([...accused].filter((node) => !liars.has(node))).toEqual([]);
      }
    }
  });
});

describe('behaviours are what they are called', () => {
  it.each([
    ['double-vote', ['double-echo', 'double-vote']],
    ['forge-sender', ['forged-sender']],
    ['flood', ['forged-sender']],
  ])('%s is noticed as %j', (name, kinds) => {
    const behaviour = behaviours.get(name);
    if (behaviour === undefined) throw new Error(`no behaviour is called ${name}`);
    const outcome = play(createReliableBroadcast, behaviour, [4, 1, 1, 64]);
    for (const kind of kinds) expect(outcome.kinds).toContain(kind);
  });

  it('equivocate breaks best-effort broadcast in every run', () => {
    for (const seed of seeds) {
      for (const size of sizes) {
        const { violations } = play(createBestEffortBroadcast, equivocate, [4, 1, seed, size]);
        expect(violations.map(({ property }) => property)).toContain('RBC4 agreement');
      }
    }
  });
});
