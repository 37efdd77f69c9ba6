import { describe, expect, it } from 'vitest';
import { noEffects, type Message } from '@quorate/reliable-broadcast';
import { bytes, echo, id, input, kindsSent, single, start, vote } from './harness.js';

// The sentences of [Bracha 87] section 3, Fig. 1, one test each. n = 7, f = 2: echo quorum 5, amplification 3, delivery 5.
describe('Fig. 1', () => {
  const v = bytes(1);
  const w = bytes(2);

  it('step 0: the sender sends its value to all', () => {
    const step = single(7).input(v);
    expect(step).toEqual([{ kind: 'send', to: 'all', message: input(0, 0, v) }]);
  });

  it('step 1: upon the initial, a node echoes it to all', () => {
    const step = single(7, 1).receive(id(0), input(0, 0, v));
    expect(step).toEqual([{ kind: 'send', to: 'all', message: echo(0, 0, v) }]);
  });

  it('step 1: upon an echo quorum without the initial, a node echoes and votes', () => {
    const node = single(7, 1);
    for (const from of [2, 3, 4, 5]) expect(node.receive(id(from), echo(0, 0, v))).toBe(noEffects);
    expect(kindsSent(node.receive(id(6), echo(0, 0, v)))).toEqual(['echo', 'vote']);
  });

  it('step 2: upon f + 1 votes, a node votes for the same, once', () => {
    const node = single(7, 1);
    expect(node.receive(id(2), vote(0, 0, v))).toBe(noEffects);
    expect(node.receive(id(3), vote(0, 0, v))).toBe(noEffects);
    expect(kindsSent(node.receive(id(4), vote(0, 0, v)))).toEqual(['echo', 'vote']);
    for (const from of [2, 3, 4, 5, 6]) expect(kindsSent(node.receive(id(from), echo(0, 0, v)))).toEqual([]);
  });

  it('step 3: upon 2f + 1 votes, a node delivers, once', () => {
    const node = single(7, 1);
    for (const from of [2, 3, 4, 5]) node.receive(id(from), vote(0, 0, v));
    const step = node.receive(id(6), vote(0, 0, v));
    expect(step).toEqual([{ kind: 'output', value: { sender: 0, sequence: 0, payload: v } }]);
    for (const from of [0, 1]) expect(node.receive(id(from), vote(0, 0, v))).toBe(noEffects);
  });

  it('step 3: with 2f + 1 votes for a digest, a node delivers as soon as it holds the payload', () => {
    const node = single(7, 1);
    const long = new Uint8Array(40).fill(7);
    for (const from of [2, 3, 4, 5, 6]) {
      expect(node.receive(id(from), vote(0, 0, long)).some((effect) => effect.kind === 'output')).toBe(false);
    }
    const step = node.receive(id(2), echo(0, 0, long));
    expect(step.map((effect) => effect.kind)).toEqual(['send', 'output']);
  });

  it('counts echoes and votes by value, not by instance', () => {
    const node = single(7, 1);
    for (const from of [0, 2, 3]) node.receive(id(from), echo(0, 0, v));
    for (const from of [4, 5, 6]) expect(node.receive(id(from), echo(0, 0, w))).toBe(noEffects);
    const other = single(7, 1);
    for (const [from, value] of [
      [2, v],
      [3, v],
      [4, w],
      [5, w],
    ] as const) {
      expect(other.receive(id(from), vote(0, 0, value))).toBe(noEffects);
    }
  });

  it('counts a node once, for the first thing it said', () => {
    const node = single(7, 1);
    for (let again = 0; again < 9; again++) expect(node.receive(id(2), vote(0, 0, v))).toBe(noEffects);
    expect(node.receive(id(2), vote(0, 0, w)).map((effect) => effect.kind)).toEqual(['fault']);
    expect(node.receive(id(3), vote(0, 0, w))).toBe(noEffects);
    expect(node.receive(id(4), vote(0, 0, w))).toBe(noEffects);
  });

  it('keeps instances apart by sender and by number', () => {
    const node = single(7, 1);
    node.receive(id(2), vote(0, 0, v));
    node.receive(id(3), vote(0, 1, v));
    node.receive(id(4), vote(5, 0, v));
    expect(kindsSent(node.receive(id(5), vote(0, 0, v)))).toEqual([]);
    expect(kindsSent(node.receive(id(6), vote(0, 0, v)))).toEqual(['echo', 'vote']);
  });
});

describe('RBC-01 cost (RBC8)', () => {
  it.each([1, 4, 5, 6, 7, 10, 13])(
    'one broadcast among %i nodes costs n + 2n² messages and 3 message delays',
    (nodes) => {
      const { network, finish } = start(nodes, 0, 1);
      network.input(id(0), bytes(1, 2, 3));
      // Lock step: everything sent in one delay arrives in the next.
      let delays = 0;
      let delivered = 0;
      while (network.inFlight.length > 0) {
        const arriving: readonly { from: never; to: never; message: Message }[] = network.inFlight.splice(0) as never;
        for (const message of arriving) network.deliver(message);
        const before = delivered;
        delivered = network.outputs.flat().length;
        delays++;
        if (delivered === nodes && before < nodes) expect(delays).toBe(3);
      }
      expect(network.delivered).toBe(nodes + 2 * nodes * nodes);
      expect(finish()).toEqual([]);
    },
  );
});
