import { describe, expect, it } from 'vitest';
import { createGroup, nodeId, nodeIds } from '@quorate/transport';
import { Simulation, type SimulationEvent, type SimulationOptions } from '@quorate/simulation';
import { MetronomeToy } from './durable-toys.js';

type Ticked = { readonly kind: 'tick'; readonly count: number };
type Timers = 'beat' | 'rest';
type Run = Simulation<number, Ticked, number, Timers>;
type Options = SimulationOptions<number, Ticked, number, Timers>;

const group = createGroup({ nodes: 4 });
const start = (options: Partial<Options> = {}): Run =>
  new Simulation({ group, seed: 1, protocol: () => new MetronomeToy(), ...options });

function beats(options: Partial<Options>): readonly string[] {
  const seen: string[] = [];
  const observer = (event: SimulationEvent<number, Ticked, number>): void => {
    if (event.kind === 'output') seen.push(`${event.node}@${event.tick}`);
  };
  const simulation = start({ ...options, observer });
  for (const id of nodeIds(group)) simulation.input(id, 2);
  simulation.run();
  return seen.toSorted();
}

describe('clocks', () => {
  it('that are right run out together; one that is fast is early, one that is slow late', () => {
    expect(beats({})).toEqual(['0@100', '0@200', '1@100', '1@200', '2@100', '2@200', '3@100', '3@200']);
    const clocks = new Map([
      [nodeId(group, 1), 1100],
      [nodeId(group, 2), 500],
      [nodeId(group, 3), 1_000_000],
    ]);
    expect(beats({ clocks })).toEqual(['0@100', '0@200', '1@182', '1@91', '2@200', '2@400', '3@1', '3@2']);
  });

  it('a timer can be fired late, twice and after it was cancelled, and one that is not due changes nothing', () => {
    const simulation = start();
    const node = nodeId(group, 0);
    simulation.input(node, 2);
    simulation.fireTimer(node, 'rest');
    simulation.fireTimer(node, 'beat');
    expect(simulation.outputs(node)).toEqual([0]);
    simulation.run();
    expect(simulation.outputs(node)).toEqual([0, 1]);
    simulation.fireTimer(node, 'beat');
    simulation.crash(node);
    simulation.fireTimer(node, 'beat');
    expect(simulation.outputs(node)).toEqual([0, 1]);
    expect(simulation.quiet).toBe(true);
  });

  it('no timer of an earlier life wakes who comes after', () => {
    const simulation = start();
    const node = nodeId(group, 0);
    simulation.input(node, 2);
    simulation.restart(node);
    simulation.run();
    expect(simulation.outputs(node)).toEqual([]);
  });

  it('a timer that is armed again for ever is found', () => {
    const simulation = start({ maxMessages: 50 });
    simulation.input(nodeId(group, 0), 1000);
    expect(() => simulation.run()).toThrow(/no rest/);
    expect(simulation.outputs(nodeId(group, 0)).length).toBe(50);
  });

  it('what a node retains is asked of its protocol', () => {
    const simulation = start();
    const node = nodeId(group, 0);
    simulation.input(node, 2);
    expect(simulation.usage(node)).toEqual({ left: 2 });
    simulation.crash(node);
    expect(simulation.usage(node)).toBe(undefined);
  });

  it('refuses with Q1002 and Q5016 what is no clock', () => {
    for (const speed of [0, -1, 1.5, Number.NaN]) {
      expect(() => start({ clocks: new Map([[nodeId(group, 0), speed]]) })).toThrow(/the speed of a clock cannot be/);
    }
    expect(() => start({ clocks: new Map([[9 as never, 1000]]) })).toThrow(/no node 9/);
  });
});
