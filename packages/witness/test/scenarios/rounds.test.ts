import { describe, expect, it } from 'vitest';
import { codec, createBestEffortBroadcast, createGroup, messageSchema, Witness } from '@quorate/witness';
import { Driven, id, setOf } from '../harness.js';

/** Nodes 1 and 2 go through a round; with node 0 they are n − f of 4. */
function others(node: Driven, round: number): void {
  for (const from of [1, 2]) node.value(from, round);
  for (const from of [1, 2]) node.report(from, setOf(0, 1, 2), round);
}

/** An empty value for a round below 128, as it travels. */
const frame = (round: number): Uint8Array => Uint8Array.of(0x93, 0, round, 0xc4, 0);

describe('rounds', () => {
  it('WIT-10 rounds in flight do not touch each other: a later one may come out first', () => {
    const node = new Driven(4);
    for (const round of [0, 1, 2]) node.put(round);
    others(node, 2);
    others(node, 0);
    expect(node.outputs.map(({ round }) => round)).toEqual([2, 0]);
    others(node, 1);
    expect(node.sendersOf(1)).toEqual([0, 1, 2]);
  });

  it('gives nothing more of a finished round, and closes rounds from the lowest on', () => {
    const node = new Driven(4);
    for (const round of [0, 1]) {
      node.put(round);
      others(node, round);
    }
    node.witness.finish(1);
    expect(node.witness.lowestRound).toBe(0);
    const before = node.outputs.length;
    node.value(3, 1);
    expect(node.outputs.length).toBe(before);
    node.value(3, 0);
    expect(node.outputs.length).toBe(before + 1);
    node.witness.finish(0);
    expect(node.witness.lowestRound).toBe(2);
  });

  it.each([4, 7, 10])(
    'a round of %i nodes comes out 2f + 1 times at most, each time with more than before',
    (nodes) => {
      const node = new Driven(nodes);
      const { n, f } = node.group;
      node.put(0);
      const everybody = Array.from({ length: n - 1 }, (_, peer) => peer + 1);
      const quorum = setOf(...everybody.slice(0, n - f));
      for (const from of everybody.slice(0, n - f)) node.value(from);
      for (const from of everybody) {
        node.report(from, quorum);
        node.report(from, quorum);
      }
      for (const from of everybody) node.value(from);
      const sizes = node.outputs.map(({ values, witnesses }) => values.size + witnesses.size);
      // One value and n − f of the others stood there before the first output.
      expect(sizes).toHaveLength(2 * f);
      expect(sizes).toEqual(sizes.toSorted((a, b) => a - b).filter((size, at, all) => size !== all[at - 1]));
    },
  );

  it('what waits for the window does not hold what it was delivered in', () => {
    const node = new Driven(4, 1);
    const messages = codec(messageSchema(node.group, 1024, 64));
    const frames = [
      messages.encode({ kind: 'value', round: 2, value: Uint8Array.of(7) }),
      messages.encode({ kind: 'report', round: 2, senders: setOf(1, 2, 3).toBytes(4) }),
      messages.encode({ kind: 'above', round: 2, payload: Uint8Array.of(8) }),
    ];
    for (const bytes of frames) {
      const block = new Uint8Array(64 * 1024);
      block.set(bytes);
      node.sayBytes(1, block.subarray(0, bytes.length));
      // Whoever delivered it may use the block again.
      block.fill(0xff);
    }
    node.put(0);
    for (const from of [1, 2]) node.value(from, 0);
    for (const from of [1, 2]) node.report(from, setOf(0, 1, 2), 0);
    node.witness.finish(0);
    for (const from of [2, 3]) node.value(from, 2);
    for (const from of [2, 3]) node.report(from, setOf(1, 2, 3), 2);
    expect(node.outputs.at(-1)?.values.get(id(1))).toEqual(Uint8Array.of(7));
    expect(node.above.map(({ payload }) => [...payload])).toEqual([[8]]);
  });

  it('a finished round stays until this node has reported: the others count on it', () => {
    const node = new Driven(4);
    node.put(0);
    node.witness.finish(0);
    expect(node.witness.lowestRound).toBe(0);
    for (const from of [1, 2]) node.value(from);
    expect(node.said.map(({ kind }) => kind)).toEqual(['value', 'report']);
    expect(node.witness.lowestRound).toBe(1);
    expect(node.outputs).toEqual([]);
  });

  it('finishes every round that is kept, also one that this node may not put into yet', () => {
    const node = new Driven(4, 8);
    for (const from of [1, 2, 3]) node.value(from, 15);
    for (const from of [1, 2, 3]) node.report(from, setOf(1, 2, 3), 15);
    expect(node.sendersOf(15)).toEqual([1, 2, 3]);
    node.witness.finish(15);
    const beyond: unknown = expect.objectContaining({ code: 'Q4011' });
    for (const round of [16, 0.5, Number.NaN]) expect(() => node.witness.finish(round)).toThrow(beyond);
    expect(node.witness.lowestRound).toBe(0);
  });

  it('a round number far ahead of one node moves nothing, of f + 1 nodes it moves the window', () => {
    const node = new Driven(4, 8);
    node.put(0);
    node.value(3, 4_000_000_000);
    expect(node.witness.lowestRound).toBe(0);
    others(node, 0);
    expect(node.sendersOf(0)).toEqual([0, 1, 2]);
    node.value(1, 100);
    expect(node.witness.lowestRound).toBe(93);
    node.value(2, 100);
    node.put(100);
    for (const from of [1, 2]) node.report(from, setOf(0, 1, 2), 100);
    expect(node.sendersOf(100)).toEqual([0, 1, 2]);
  });

  it('of two values for a round ahead the first counts, also where the window reaches the round in between', () => {
    const node = new Driven(4, 1);
    node.put(0);
    node.witness.finish(0);
    node.value(1);
    node.sayBytes(3, frame(2), 0);
    // Its third broadcast comes before its second, which lets this node report, and so close round 0.
    node.sayBytes(3, Uint8Array.of(0x93, 0, 2, 0xc4, 1, 7), 2);
    node.sayBytes(3, frame(0), 1);
    expect(node.witness.lowestRound).toBe(1);
    node.put(1);
    for (const from of [1, 2]) node.value(from, 2);
    for (const from of [1, 2]) node.report(from, setOf(1, 2, 3), 2);
    expect(node.outputs.at(-1)?.values.get(id(3))).toEqual(new Uint8Array(0));
    expect(node.faults).toEqual([{ peer: 3, kind: 'double-value' }]);
  });

  it('values and reports ahead of the window wait, so that f nodes that fall silent later cannot stop the group', () => {
    const node = new Driven(4, 8);
    for (let round = 0; round < 30; round++) {
      node.value(1, round);
      node.report(1, setOf(0, 1, 2), round);
    }
    expect(node.witness.lowestRound).toBe(0);
    for (let round = 0; round < 30; round++) node.value(2, round);
    // The window moved twice, and what node 1 said about round 25 when it was far ahead is still there.
    expect(node.witness.lowestRound).toBe(18);
    node.put(25);
    node.report(2, setOf(0, 1, 2), 25);
    expect(node.sendersOf(25)).toEqual([0, 1, 2]);
  });

  it('WIT-12 a node that stays one round behind is still served', () => {
    const ahead = new Driven(4);
    for (const round of [0, 1, 2]) {
      ahead.put(round);
      others(ahead, round);
      ahead.witness.finish(round);
    }
    // Node 3 comes late with round 0: closed here, and no fault.
    ahead.value(3, 0);
    ahead.report(3, setOf(0, 1, 2), 0);
    ahead.value(3, 3);
    expect(ahead.faults).toEqual([]);
    expect(ahead.said.filter(({ kind }) => kind === 'report').map(({ round }) => round)).toEqual([0, 1, 2]);
  });

  it('gaps in a sender’s numbers hold back that sender alone, and a skip of the broadcast below is passed over', () => {
    const node = new Driven(4);
    node.sayBytes(1, frame(7), 5);
    others(node, 0);
    expect(node.outputs).toEqual([]);
    node.sayBytes(1, frame(8), 5 + 1024);
    node.put(7);
    node.value(2, 7);
    expect(node.said.some(({ kind, round }) => kind === 'report' && round === 7)).toBe(true);
  });

  it('does not count a node that was started anew: it may contradict what it said', () => {
    const node = new Driven(4);
    node.sayBytes(1, Uint8Array.of(0x93, 0, 0, 0xc4, 1, 1), 0);
    node.sayBytes(1, Uint8Array.of(0x93, 0, 1, 0xc4, 1, 2), 2 ** 42);
    for (const round of [0, 1]) node.put(round);
    for (const round of [0, 1]) for (const from of [2, 3]) node.value(from, round);
    for (const round of [0, 1]) for (const from of [2, 3]) node.report(from, setOf(0, 2, 3), round);
    expect(node.outputs.find(({ round }) => round === 0)?.values.get(id(1))).toEqual(Uint8Array.of(1));
    expect(node.sendersOf(1)).toEqual([0, 2, 3]);
  });

  it('carries messages of the layer above beside its own, in the order of their sender', () => {
    const node = new Driven(4);
    node.say(2, { kind: 'above', round: 3, payload: Uint8Array.of(1) });
    node.say(2, { kind: 'above', round: 3, payload: Uint8Array.of(2) });
    node.say(2, { kind: 'above', round: 9_999, payload: Uint8Array.of(3) });
    expect(node.above.map(({ sender, round, payload }) => [sender, round, ...payload])).toEqual([
      [2, 3, 1],
      [2, 3, 2],
    ]);
    node.witness.close(9_990);
    node.value(3, 9_991);
    expect(node.above.at(-1)).toMatchObject({ sender: 2, round: 9_999, payload: Uint8Array.of(3) });
  });

  it.each([-1, 0.5, Number.NaN, Infinity, 2 ** 40])(
    'refuses to close round %d, which is none, and goes on',
    (round) => {
      const node = new Driven(4);
      expect(() => node.witness.close(round)).toThrow(expect.objectContaining({ code: 'Q4011' }));
      expect(() => node.put(round)).toThrow(expect.objectContaining({ code: 'Q4011' }));
      node.put(0);
      others(node, 0);
      expect(node.sendersOf(0)).toEqual([0, 1, 2]);
    },
  );

  it.each([{ openRounds: 0 }, { openRounds: 1.5 }, { openRounds: 5000 }, { maxValue: -1 }, { maxValue: 2 ** 28 }])(
    'refuses bounds that are none: %j',
    (bounds) => {
      const group = createGroup({ nodes: 4 });
      const make = (): unknown => new Witness({ group, self: id(0), broadcast: createBestEffortBroadcast, ...bounds });
      expect(make).toThrow(expect.objectContaining({ code: 'Q4101' }));
    },
  );

  it('sends for a layer above only what it was made for', () => {
    const alone = new Driven(4, 8, false).witness.above;
    const carrying = new Driven(4, 8).witness.above;
    const refused: unknown = expect.objectContaining({ code: 'Q4103' });
    expect(() => alone.send({ round: 0, payload: new Uint8Array(0) })).toThrow(refused);
    expect(() => carrying.send({ round: 0, payload: new Uint8Array(65) })).toThrow(refused);
    expect(() => carrying.send({ round: -1, payload: new Uint8Array(1) })).toThrow(refused);
    expect(carrying.send({ round: 0, payload: new Uint8Array(64) }).length).toBe(1);
  });
});
