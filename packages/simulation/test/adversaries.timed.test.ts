/** Every behaviour around protocols with timers and records: both stay what they are. */
import {
  createGroup,
  integer,
  nodeId,
  nodeIds,
  noEffects,
  record,
  union,
  type DurableProtocol,
  type NodeId,
  type Schema,
  type Step,
} from '@quorate/transport';
import { describe, expect, it } from 'vitest';
import { behaviours, crash, restart, seededRandom, Simulation, twins, type AdversaryTimer } from '../src/index.js';
import { EchoToy } from './toys.js';

interface Ring {
  readonly kind: 'ring';
  readonly value: number;
}
interface Noted {
  readonly value: number;
}
/** One of its timers has a name of the adversary's. */
type Bell = 'alarm' | 'adversary:begin';
type RingStep = Step<Ring, string, Bell, Noted>;

/** Writes down each value, and rings twice for it: at 5 ticks and at 10. */
class BellToy implements DurableProtocol<number, Ring, string, Noted, Bell> {
  readonly schema: Schema<Ring> = union<Ring>({ ring: { value: integer({ max: 1000 }) } });
  readonly recordSchema: Schema<Noted> = record<Noted>({ value: integer({ max: 1000 }) });
  readonly ready = true;
  #value = 0;

  restore(records: readonly Noted[]): RingStep {
    const last = records.at(-1);
    if (last === undefined) return noEffects;
    this.#value = last.value;
    return [
      { kind: 'compact', records: [last] },
      { kind: 'output', value: `restored ${records.map(({ value }) => value).join()}` },
    ];
  }

  input(value: number): RingStep {
    this.#value = value;
    return [
      { kind: 'persist', record: { value } },
      { kind: 'arm', timer: 'alarm', ticks: 5 },
      { kind: 'arm', timer: 'adversary:begin', ticks: 10 },
    ];
  }

  receive(from: NodeId, { value }: Ring): RingStep {
    return [{ kind: 'output', value: `${from} rang ${value}` }];
  }

  expire(timer: Bell): RingStep {
    return [
      { kind: 'output', value: timer },
      { kind: 'send', to: 'all', message: { kind: 'ring', value: this.#value } },
    ];
  }
}

const group = createGroup({ nodes: 4 });
const liar = nodeId(group, 3);

const applicable = [...behaviours.values()].filter(
  ({ appliesTo }) => appliesTo?.(new BellToy().schema.shape) !== false,
);

function play(
  behaviour: (typeof applicable)[number],
  seed: number,
): Simulation<number, Ring, string, Bell | AdversaryTimer, Noted> {
  const simulation = new Simulation<number, Ring, string, Bell | AdversaryTimer, Noted>({
    group,
    seed,
    faulty: [liar],
    keepSaid: true,
    protocol: ({ self, random }) =>
      self === liar
        ? behaviour.wrap(() => new BellToy(), { group, self, random, when: { kind: 'ticks', after: 3 }, junk: 50 })
        : new BellToy(),
  });
  for (const node of nodeIds(group)) simulation.input(node, 7);
  simulation.run();
  return simulation;
}

describe.each(applicable)('$name around a protocol with timers and records', (behaviour) => {
  it('keeps its records and its timers apart from the adversary’s, and ends', () => {
    for (let seed = 0; seed < 10; seed++) {
      const simulation = play(behaviour, seed);
      expect(simulation.disk(liar)?.records[0]).toEqual({ value: 7 });
      const rang = simulation.outputs(liar).filter((output) => output === 'alarm' || output === 'adversary:begin');
      // Whoever is down does not hear its own bell.
      if (behaviour !== crash && behaviour !== restart) expect(rang).toEqual(['alarm', 'adversary:begin']);
      expect(simulation.digest(liar)).toBe(play(behaviour, seed).digest(liar));
    }
  });

  it('reads what it wrote down, as the protocol inside does', () => {
    const context = { group, self: liar, random: seededRandom(1), when: { kind: 'events' as const, after: 50 } };
    const node = behaviour.wrap(() => new BellToy(), context);
    expect(node.recordSchema).toEqual(new BellToy().recordSchema);
    expect(node.restore?.([{ value: 1 }, { value: 2 }])).toEqual(new BellToy().restore([{ value: 1 }, { value: 2 }]));
  });

  it('has no disk around a protocol that has none', () => {
    const context = { group, self: liar, random: seededRandom(1) };
    const node =
      behaviour.appliesTo?.(new EchoToy(group, liar).schema.shape) === false
        ? undefined
        : behaviour.wrap(() => new EchoToy(group, liar), context);
    if (node !== undefined)
      expect(['restore' in node, 'recordSchema' in node, 'expire' in node]).toEqual([false, false, true]);
  });
});

describe('restart', () => {
  it('comes back with an older disk: what it wrote down first, and never what is new', () => {
    const restored = new Set<string | undefined>();
    for (let seed = 0; seed < 40; seed++) {
      const random = seededRandom(seed);
      const node = restart.wrap(() => new BellToy(), { group, self: liar, random, when: { kind: 'events', after: 4 } });
      node.restore?.([{ value: 1 }]);
      for (const value of [2, 3, 4]) node.input(value);
      const stopped = node.input(5);
      expect(stopped.some((effect) => effect.kind === 'arm' && effect.timer === 'adversary:return')).toBe(true);
      expect(node.receive(nodeId(group, 0), { kind: 'ring', value: 1 })).toEqual([]);
      const [first] = node.expire('adversary:return').filter(({ kind }) => kind === 'output');
      restored.add(first?.kind === 'output' ? first.value : undefined);
    }
    expect(restored).toEqual(
      new Set([undefined, 'restored 1', 'restored 1,2', 'restored 1,2,3', 'restored 1,2,3,4', 'restored 1,2,3,4,5']),
    );
  });

  it('is not woken by a timer of its earlier life', () => {
    const context = { group, self: liar, random: seededRandom(1), when: { kind: 'events' as const, after: 1 } };
    const node = restart.wrap(() => new BellToy(), context);
    const [armed] = node.input(1).filter(({ kind }) => kind === 'arm');
    node.input(2);
    node.expire('adversary:return');
    expect(armed?.kind === 'arm' && node.expire(armed.timer)).toEqual([]);
  });
});

describe('twins', () => {
  it('each have timers of their own, and one disk', () => {
    const node = twins.wrap(() => new BellToy(), { group, self: liar, random: seededRandom(2) });
    const step = node.input(7);
    expect(step.filter(({ kind }) => kind === 'persist')).toHaveLength(1);
    const armed = step.flatMap((effect) => (effect.kind === 'arm' ? [effect.timer] : []));
    expect(new Set(armed).size).toBe(4);
    const told = armed
      .flatMap((timer) => node.expire(timer))
      .flatMap((effect) => (effect.kind === 'send' ? [effect.to] : []));
    for (const other of nodeIds(group)) {
      // Twice by one of the two; the first one also says it to itself.
      expect(told.filter((to) => to === other)).toHaveLength(2);
    }
  });
});
