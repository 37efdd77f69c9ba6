import { describe, expect, it } from 'vitest';
import {
  createGroup,
  nodeId,
  nodeIds,
  noEffects,
  type Checker,
  type NodeId,
  type Protocol,
  type Step,
} from '@quorate/transport';
import { integer, union, type Schema } from '@quorate/transport';
import { Simulation, type SimulationEvent, type SimulationOptions } from '@quorate/simulation';

/** A toy: whoever hears a number says it once more to all, and outputs it. */
interface Say {
  readonly kind: 'say';
  readonly value: number;
}
const schema: Schema<Say> = union<Say>({ say: { value: integer({ max: 1000 }) } });

class Gossip implements Protocol<number, Say, number> {
  readonly schema = schema;
  readonly ready = true;
  readonly #heard = new Set<number>();

  input(value: number): Step<Say, number> {
    return [{ kind: 'send', to: 'all', message: { kind: 'say', value } }];
  }

  receive(_: NodeId, { value }: Say): Step<Say, number> {
    if (this.#heard.has(value)) return noEffects;
    this.#heard.add(value);
    return [
      { kind: 'send', to: 'all', message: { kind: 'say', value } },
      { kind: 'output', value },
    ];
  }

  reopened(peer: NodeId): Step<Say, number> {
    return [...this.#heard].map((value) => ({ kind: 'send', to: peer, message: { kind: 'say', value } }));
  }
}

type Options = SimulationOptions<number, Say, number>;
const group = createGroup({ nodes: 4 });
const start = (options: Partial<Options> = {}): Simulation<number, Say, number> =>
  new Simulation({ group, seed: 1, protocol: () => new Gossip(), ...options });
const node = (index: number): NodeId => nodeId(group, index);
const outputs = (simulation: Simulation<number, Say, number>): readonly (readonly number[])[] =>
  nodeIds(group).map((id) => simulation.outputs(id));

function traceOf(seed: number, options: Partial<Options> = {}): string {
  const events: SimulationEvent<number, Say, number>[] = [];
  const simulation = start({ ...options, seed, observer: (event) => events.push(event) });
  for (const id of nodeIds(group)) simulation.input(id, id);
  simulation.run();
  return JSON.stringify(events);
}

describe('determinism', () => {
  it('a seed gives the same events twice, and other seeds give others', () => {
    const traces = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const trace = traceOf(seed, { network: { loss: 100_000, duplication: 50_000 } });
      expect(traceOf(seed, { network: { loss: 100_000, duplication: 50_000 } })).toBe(trace);
      traces.add(trace);
    }
    expect(traces.size).toBe(200);
  });
});

describe('the network', () => {
  it('delivers everything in the end, whatever is lost at first, duplicated, cut or slow', () => {
    const simulation = start({
      network: {
        latency: { min: 2, max: 9 },
        loss: 300_000,
        duplication: 300_000,
        partitions: [
          {
            sides: [
              [node(0), node(1)],
              [node(2), node(3)],
            ],
            from: 0,
            to: 500,
          },
        ],
        cuts: [{ source: node(2), target: node(3), from: 0, to: 900 }],
        slow: new Map([[node(1), 40]]),
      },
    });
    simulation.input(node(0), 7);
    simulation.run({ until: 499 });
    expect(outputs(simulation)).toEqual([[7], [7], [], []]);
    simulation.run();
    expect(outputs(simulation)).toEqual([[7], [7], [7], [7]]);
  });

  it('loses for good what a lossy network loses', () => {
    const simulation = start({
      network: {
        lossy: true,
        partitions: [{ sides: [[node(0)], [node(1), node(2), node(3)]], from: 0, to: Infinity }],
      },
    });
    simulation.input(node(0), 7);
    simulation.run();
    expect(outputs(simulation)).toEqual([[7], [], [], []]);
  });

  it('keeps the order of a link when asked to', () => {
    const simulation = start({ network: { ordered: true, latency: { min: 1, max: 50 } } });
    for (let value = 0; value < 100; value++) simulation.input(node(0), value);
    simulation.run();
    expect(simulation.outputs(node(3))).toEqual(Array.from({ length: 100 }, (_, value) => value));
  });

  it('refuses with Q5010 what is no network', () => {
    for (const network of [
      { latency: { min: 5, max: 1 } },
      { loss: 1_000_000 },
      { cuts: [{ source: 9 as NodeId, target: node(0), from: 0, to: 1 }] },
      { slow: new Map([[9 as NodeId, 1]]) },
      { slow: new Map([[node(1), Number.NaN]]) },
      { slow: new Map([[node(1), -5]]) },
    ]) {
      expect(() => start({ network })).toThrow(/a network cannot have/);
    }
  });
});

describe('interference', () => {
  it('holds, drops and releases messages by predicate', () => {
    const simulation = start();
    const hold = simulation.hold(({ to }) => to === 3);
    simulation.input(node(0), 7);
    simulation.run();
    expect(simulation.outputs(node(3))).toEqual([]);
    expect(hold.messages.length).toBe(4);
    hold.release();
    simulation.run();
    expect(simulation.outputs(node(3))).toEqual([7]);
  });

  it('lets puppets speak, in objects and in bytes, and nobody speak as a correct node', () => {
    const simulation = start({ puppets: [node(3)] });
    simulation.send(node(3), node(0), { kind: 'say', value: 5 });
    expect(simulation.sendBytes(node(3), node(1), new Uint8Array([0x92, 0, 6]))).toBe(undefined);
    expect(simulation.sendBytes(node(3), node(1), new Uint8Array([0xc1]))).toMatchObject({ offset: 0 });
    simulation.run();
    expect(simulation.outputs(node(0)).toSorted((a, b) => a - b)).toEqual([5, 6]);
    expect(() => simulation.send(node(0), 'all', { kind: 'say', value: 1 })).toThrow(/correct/);
    expect(() => start({ puppets: [node(2), node(3)] })).toThrow(/more than f = 1/);
  });

  it('crashes a node with all that is on its way, and starts it anew with its links open again', () => {
    const simulation = start();
    simulation.input(node(0), 7);
    simulation.crash(node(2));
    simulation.run();
    expect(outputs(simulation)).toEqual([[7], [7], [], [7]]);
    simulation.restart(node(2));
    simulation.run();
    expect(simulation.outputs(node(2))).toEqual([7]);
  });

  it('what was sent to a node while it was down never reaches who comes after', () => {
    const simulation = start({ network: { latency: { min: 50, max: 50 } } });
    simulation.crash(node(2));
    simulation.input(node(0), 7);
    simulation.run({ until: 10 });
    simulation.restart(node(2));
    simulation.run({ until: 55 });
    expect(outputs(simulation)).toEqual([[7], [7], [], [7]]);
  });

  it('no link opens to a node that is down, until it is up again', () => {
    const reopened: string[] = [];
    class Listening extends Gossip {
      readonly #self: NodeId;
      constructor(self: NodeId) {
        super();
        this.#self = self;
      }
      override reopened(peer: NodeId): Step<Say, number> {
        reopened.push(`${this.#self}-${peer}`);
        return noEffects;
      }
    }
    const simulation = start({ protocol: ({ self }) => new Listening(self), puppets: [node(3)] });
    simulation.crash(node(1));
    simulation.crash(node(2));
    simulation.restart(node(1));
    expect(reopened.splice(0)).toEqual(['1-0', '0-1', '1-3']);
    simulation.restart(node(2));
    expect(reopened.splice(0)).toEqual(['2-0', '0-2', '2-1', '1-2', '2-3']);
    simulation.restart(node(3));
    expect(simulation.protocol(node(3))).toBe(undefined);
  });

  it('refuses with Q5016 what is no seed, no tick and no bound, and with Q1002 who is no node', () => {
    for (const broken of [Number.NaN, 1.5, Infinity, '7' as unknown as number]) {
      expect(() => start({ seed: broken })).toThrow(/a seed cannot be/);
      expect(() => start({ maxMessages: broken })).toThrow(/cannot be/);
      expect(() => start().at(broken, () => undefined)).toThrow(/a tick cannot be/);
    }
    expect(() => start().run({ until: Number.NaN })).toThrow(/a tick cannot be NaN/);
    expect(() => start({ faulty: [9 as NodeId] })).toThrow(/no node 9/);
    class Armed extends Gossip {
      override input(): Step<Say, number> {
        return [{ kind: 'arm', timer: 'late' as never, ticks: -1 }];
      }
    }
    expect(() => start({ protocol: () => new Armed() }).input(node(0), 1)).toThrow(/the ticks of a timer cannot be -1/);
  });

  it('runs actions at their tick', () => {
    const simulation = start();
    const ticks: number[] = [];
    simulation.at(50, () => ticks.push(simulation.now));
    simulation.at(20, () => ticks.push(simulation.now));
    simulation.run();
    expect(ticks).toEqual([20, 50]);
  });
});

describe('checkers', () => {
  it('see what correct nodes do, stop the run at the first violation, and are asked at the end', () => {
    const seen: string[] = [];
    const checker: Checker<number, Say, number> = {
      input: (id, value) => void seen.push(`input ${id} ${value}`),
      output: (id, value) => {
        seen.push(`output ${id} ${value}`);
        return id === 1 ? { property: 'P', kind: 'safety', detail: 'node 1 spoke' } : undefined;
      },
      end: () => [{ property: 'Q', kind: 'liveness', detail: 'never' }],
    };
    const simulation = start({ checkers: [() => checker], puppets: [node(3)] });
    simulation.input(node(0), 7);
    simulation.run();
    expect(seen.slice(0, 2)).toEqual(['input 0 7', 'output 0 7']);
    expect(seen.at(-1)).toBe('output 1 7');
    expect(simulation.end().map(({ property }) => property)).toEqual(['P', 'Q']);
    expect(simulation.end().length).toBe(2);
  });

  it('a protocol that never rests is found', () => {
    class Babble extends Gossip {
      override receive(): Step<Say, number> {
        return this.input(1);
      }
    }
    const simulation = start({ protocol: () => new Babble(), maxMessages: 1000 });
    expect(() => simulation.input(node(0), 1)).toThrow(/no rest/);
  });
});
