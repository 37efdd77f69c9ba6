/** A node that the others leave behind: it gives up what they no longer serve, says so, and goes on with them. */
import { expect, it } from 'vitest';
import { createGroup, createReliableBroadcast, nodeIds, type Message as Bracha } from '@quorate/reliable-broadcast';
import { Simulation } from '@quorate/simulation';
import { ApproximateAgreement, StableVector, type ApproximateOutput, type Message } from '../../src/index.js';
import { id } from '../subject.js';

it('AA-20 several agreements in a row while one of four nodes hears nothing', () => {
  const group = createGroup({ nodes: 4 });
  const simulation = new Simulation<ArrayLike<number>, Message<Bracha>, ApproximateOutput>({
    group,
    seed: 1,
    protocol: ({ self }) =>
      new ApproximateAgreement({
        group,
        self,
        dimension: 1,
        epsilon: 0.01,
        range: [0, 1],
        collector: (options) =>
          new StableVector({ ...options, broadcast: createReliableBroadcast, openRounds: 7, maxValue: 14 }),
      }),
  });
  const hold = simulation.hold(({ to }) => to === 0);
  for (let agreement = 0; agreement < 8; agreement++) {
    for (const node of nodeIds(group)) if (node > 0 || agreement === 0) simulation.input(node, [node / 4]);
    simulation.run();
  }
  const decided = (node: number): readonly number[] =>
    simulation.outputs(id(node)).flatMap((output) => (output.kind === 'decision' ? [output.agreement] : []));
  expect([0, 1, 2, 3].map(decided)).toEqual([[], ...Array.from({ length: 3 }, () => [0, 1, 2, 3, 4, 5, 6, 7])]);
  hold.release();
  simulation.run();
  expect(simulation.faults(id(0)).map(({ peer, fault }) => [peer, fault.kind])).toEqual([[0, 'missed-agreement']]);
  const node = simulation.protocol(id(0));
  if (!(node instanceof ApproximateAgreement)) throw new Error('node 0 is up');
  // What it let go of is lost, so it misses further agreements until the others have gone on by a window; then it is back.
  for (let agreement = 8; agreement < 20; agreement++) {
    for (const other of [1, 2, 3]) simulation.input(id(other), [other / 4]);
    if (node.ready && node.nextAgreement <= agreement) simulation.input(id(0), [0]);
    simulation.run();
  }
  const late = decided(0);
  expect(late.length).toBeGreaterThan(0);
  const last = simulation.outputs(id(0)).findLast(({ kind }) => kind === 'decision');
  const other = simulation
    .outputs(id(1))
    .find(({ kind, agreement }) => kind === 'decision' && agreement === last?.agreement);
  expect(Math.abs((last?.point[0] ?? NaN) - (other?.point[0] ?? NaN))).toBeLessThanOrEqual(0.01);
});
