import { describe, expect, it } from 'vitest';
import { createGroup, nodeId, nodeIds, type Checker, type CheckerFactory, type NodeId } from '@quorate/transport';
import { Simulation, type DiskFate, type SimulationEvent, type SimulationOptions } from '@quorate/simulation';
import { PromiseToy } from './durable-toys.js';

type Said = { readonly kind: 'promise'; readonly value: number };
type Kept = { readonly value: number };
type Run = Simulation<number, Said, number, never, Kept>;
type Options = SimulationOptions<number, Said, number, never, Kept>;

const group = createGroup({ nodes: 4 });
const node = (index: number): NodeId => nodeId(group, index);
const start = (options: Partial<Options> = {}): Run =>
  new Simulation({ group, seed: 1, protocol: () => new PromiseToy(), ...options });
const slow = { latency: { min: 20, max: 20 } };

/** No correct node ever promises two values: what it said before a crash binds it after. */
const oneValue: CheckerFactory<number, Said, number> = () => {
  const promised = new Map<NodeId, number>();
  const checker: Checker<number, Said, number> = {
    sent: (id, _to, { value }) => {
      const before = promised.get(id) ?? value;
      promised.set(id, before);
      return before === value
        ? undefined
        : { property: 'one value', kind: 'safety', detail: `node ${id} promised ${before}, then ${value}` };
    },
  };
  return checker;
};

describe('records', () => {
  it('nothing that was said leaves before they are on the disk; what a node tells itself does not leave', () => {
    const events: SimulationEvent<number, Said, number>[] = [];
    const simulation = start({ disk: slow, observer: (event) => events.push(event) });
    simulation.input(node(0), 7);
    expect(events.map(({ kind }) => kind)).toEqual(['input', 'persist', 'receive']);
    expect(simulation.outputs(node(0))).toEqual([]);
    expect(simulation.disk(node(0))).toMatchObject({ bytes: 0, records: [] });
    simulation.run({ until: 19 });
    expect(events.length).toBe(3);
    simulation.run({ until: 20 });
    expect(events.slice(3).map(({ kind, tick }) => `${kind} ${tick}`)).toEqual(['durable 20', 'send 20', 'output 20']);
    expect(simulation.disk(node(0))?.records).toEqual([{ value: 7 }]);
    simulation.run();
    expect(nodeIds(group).map((id) => simulation.outputs(id))).toEqual([[7], [7], [7], [7]]);
  });

  it('a crash takes what was not on the disk, and nobody has heard of it', () => {
    const simulation = start({ disk: slow, checkers: [oneValue] });
    simulation.input(node(0), 7);
    simulation.run({ until: 10 });
    simulation.crash(node(0));
    simulation.restart(node(0));
    simulation.input(node(0), 8);
    simulation.run();
    expect(simulation.end()).toEqual([]);
    expect(simulation.correct).toEqual(nodeIds(group));
    expect(nodeIds(group).map((id) => simulation.outputs(id))).toEqual([[8], [8], [8], [8]]);
  });

  it('what is on the disk is read first of all by who starts again', () => {
    const simulation = start({ disk: slow, checkers: [oneValue] });
    simulation.input(node(0), 7);
    simulation.run();
    simulation.restart(node(0), { disk: 'kept' });
    simulation.input(node(0), 8);
    simulation.run();
    expect(simulation.end()).toEqual([]);
    expect(simulation.outputs(node(0))).toEqual([7]);
  });

  it.each<[DiskFate, boolean]>([
    ['kept', true],
    [{ cutAt: 100 }, true],
    [{ cutAt: 2 }, true],
    [{ cutAt: 1 }, false],
    [{ cutAt: 0 }, false],
    ['lost', false],
  ])('a disk that is %j leaves the node correct: %s', (disk, correct) => {
    const simulation = start({ checkers: [oneValue] });
    simulation.input(node(0), 7);
    simulation.run();
    expect(simulation.disk(node(0))?.bytes).toBe(2);
    simulation.restart(node(0), { disk });
    expect(simulation.correct.includes(node(0))).toBe(correct);
    expect(simulation.disk(node(0))?.records.length).toBe(correct ? 1 : 0);
    simulation.input(node(0), 8);
    simulation.run();
    // Nobody holds the forgetful one to its word.
    expect(simulation.end()).toEqual([]);
  });

  it('more forgetful nodes than f are refused with Q5011, unless that is what is to be seen', () => {
    for (const unsafe of [false, true]) {
      const simulation = start({ unsafe, puppets: [node(3)] });
      simulation.input(node(0), 7);
      simulation.run();
      const forget = (): void => simulation.restart(node(0), { disk: 'lost' });
      if (unsafe) expect(forget).not.toThrow();
      else expect(forget).toThrow(/2 faulty nodes are more than f = 1/);
    }
  });

  it('a node that says what it has not written down is caught', () => {
    const simulation = start({ protocol: () => new PromiseToy(true), checkers: [oneValue] });
    simulation.input(node(0), 7);
    simulation.run();
    simulation.restart(node(0));
    simulation.input(node(0), 8);
    simulation.run();
    expect(simulation.violations.map(({ property }) => property)).toEqual(['one value']);
  });

  it('a torn write keeps a part of what was being written, and no half record', () => {
    const left = new Set<number>();
    for (let seed = 0; seed < 60; seed++) {
      const simulation = start({ seed, disk: { ...slow, torn: true }, checkers: [oneValue] });
      simulation.input(node(0), 7);
      simulation.crash(node(0));
      left.add(simulation.disk(node(0))?.bytes ?? -1);
      simulation.restart(node(0));
      simulation.input(node(0), 8);
      simulation.run();
      expect({ seed, violations: simulation.end(), correct: simulation.correct.length }).toEqual({
        seed,
        violations: [],
        correct: 4,
      });
    }
    expect(left).toEqual(new Set([0, 2]));
  });

  it('compaction takes the place of the log when it is durable, and not before', () => {
    class Tidy extends PromiseToy {
      override input(value: number): ReturnType<PromiseToy['input']> {
        return value === 0 ? this.tidy() : [...super.input(value), { kind: 'persist', record: { value: 1 } }];
      }
    }
    const simulation = start({ disk: slow, protocol: () => new Tidy() });
    simulation.input(node(0), 7);
    simulation.run();
    expect(simulation.disk(node(0))?.records).toEqual([{ value: 7 }, { value: 1 }]);
    simulation.input(node(0), 0);
    simulation.crash(node(0));
    expect(simulation.disk(node(0))?.records.length).toBe(2);
    simulation.restart(node(0));
    simulation.input(node(0), 0);
    simulation.run();
    expect(simulation.disk(node(0))?.records).toEqual([{ value: 7 }]);
  });

  it('refuses with Q5016 and Q5017 what is no disk', () => {
    for (const latency of [
      { min: 2, max: 1 },
      { min: -1, max: 1 },
      { min: 0, max: Number.NaN },
    ]) {
      expect(() => start({ disk: { latency } })).toThrow(/a write cannot take/);
    }
    for (const fate of ['gone', null, 7] as unknown as DiskFate[]) {
      expect(() => start().restart(node(0), { disk: fate })).toThrow(/a disk cannot be/);
    }
    for (const cutAt of [-1, 1.5, Number.NaN]) {
      expect(() => start().restart(node(0), { disk: { cutAt } })).toThrow(/cannot be/);
    }
    class Undeclared extends PromiseToy {
      override readonly recordSchema = undefined as never;
    }
    expect(() => start({ protocol: () => new Undeclared() }).input(node(0), 1)).toThrow(/no `recordSchema`/);
  });
});
