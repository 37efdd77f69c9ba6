import { describe, expect, it } from 'vitest';
import type { Message } from '@quorate/reliable-broadcast';
import { seededRandom } from '../../src/compliance.js';
import { bytes, echo, id, input, seedsOr, start, vote, type Run } from '../harness.js';

const zero = bytes(0);
const one = bytes(1);

/** Every faulty node tells every correct one a random part of both stories. */
function lieAtRandom({ network, correct, faulty }: Run, sender: number, seed: number): void {
  const random = seededRandom(seed + 1);
  const lies: readonly Message[] = [
    echo(sender, 0, zero),
    echo(sender, 0, one),
    vote(sender, 0, zero),
    vote(sender, 0, one),
  ];
  for (const liar of faulty) {
    for (const node of correct) {
      for (const lie of lies) {
        if (random.below(2) === 0) network.send(liar, node, lie);
      }
    }
  }
}

// The scenarios ask for 20,000 seeds: QUORATE_SEEDS=20000.
describe('a sender that lies', () => {
  it.each([
    [4, 1],
    [7, 2],
  ])('RBC-03 an equivocating sender among %i nodes, %i of them faulty, under random schedules', (nodes, faulty) => {
    for (let seed = 0; seed < seedsOr(3000); seed++) {
      const run = start(nodes, faulty, seed);
      const sender = nodes - 1;
      for (const node of run.correct) run.network.send(id(sender), node, input(sender, 0, node % 2 === 0 ? zero : one));
      lieAtRandom(run, sender, seed);
      run.network.run();
      expect({ seed, violations: run.finish() }).toEqual({ seed, violations: [] });
    }
  });

  it.each([
    [5, 1],
    [6, 1],
  ])('RBC-05 the echo quorum at n = %i, f = %i: each half hears one story', (nodes, faulty) => {
    for (let seed = 0; seed < seedsOr(3000); seed++) {
      const run = start(nodes, faulty, seed);
      const sender = nodes - 1;
      for (const node of run.correct) {
        const story = node < run.correct.length / 2 ? zero : one;
        for (const message of [input(sender, 0, story), echo(sender, 0, story), vote(sender, 0, story)]) {
          run.network.send(id(sender), node, message);
        }
      }
      run.network.run();
      expect({ seed, violations: run.finish() }).toEqual({ seed, violations: [] });
    }
  });

  it('RBC-07 both inputs and both echoes to everybody, n = 5: one echo and one vote of each correct node', () => {
    const kinds = new Set<string>();
    for (let seed = 0; seed < seedsOr(3000); seed++) {
      const run = start(5, 1, seed);
      for (const message of [input(4, 0, zero), input(4, 0, one), echo(4, 0, zero), echo(4, 0, one)]) {
        run.network.send(id(4), 'all', message);
      }
      run.network.run();
      expect({ seed, violations: run.finish() }).toEqual({ seed, violations: [] });
      for (const { peer, fault } of run.network.faults.flat()) kinds.add(`${peer} ${fault.kind}`);
    }
    expect(kinds).toEqual(new Set(['4 equivocating-input', '4 double-echo']));
  });

  it.each([3, 40])('RBC-11 a node that never gets the input delivers it all the same, %i bytes', (length) => {
    for (let seed = 0; seed < 200; seed++) {
      const run = start(4, 1, seed);
      const payload = new Uint8Array(length).fill(5);
      for (const node of [0, 1]) run.network.send(id(3), id(node), input(3, 0, payload));
      for (const node of [0, 1]) run.network.send(id(3), id(node), echo(3, 0, payload));
      run.network.run();
      expect({ seed, violations: run.finish(), count: run.network.outputs[2]?.length }).toEqual({
        seed,
        violations: [],
        count: 1,
      });
    }
  });

  it('RBC-13 an input for a number that was used, open or delivered, changes nothing', () => {
    const run = start(4, 1, 3);
    const send = (message: Message): void => run.network.send(id(3), 'all', message);
    send(input(3, 0, zero));
    send(echo(3, 0, zero));
    run.network.run();
    expect(run.network.outputs.map((outputs) => outputs.length)).toEqual([1, 1, 1, 0]);
    send(input(3, 0, one));
    send(input(3, 1, zero));
    run.network.run();
    send(input(3, 1, one));
    run.network.input(id(0), bytes(9));
    run.network.run();
    expect(run.finish()).toEqual([]);
    expect(run.network.outputs.map((outputs) => outputs.length)).toEqual([3, 3, 3, 0]);
  });
});
