import { describe, expect, it } from 'vitest';
import { Driven, id, setOf } from '../harness.js';

/** A value of one byte for round 0, as it travels. */
const frame = (value: number): Uint8Array => Uint8Array.of(0x93, 0, 0, 0xc4, 1, value);

describe('reports', () => {
  it('WIT-07 reports before values: each value makes the node look again, and the last one lets the round out', () => {
    const node = new Driven(4);
    for (const from of [1, 2, 3]) node.report(from, setOf(1, 2, 3));
    expect(node.outputs).toEqual([]);
    node.value(1);
    node.value(2);
    expect([...node.witness.witnesses(0)]).toEqual([]);
    node.value(3);
    // Its own report is out by now, and confirmed.
    expect([...node.witness.witnesses(0)]).toEqual([0, 1, 2, 3]);
    expect(node.sendersOf(0)).toEqual([1, 2, 3]);
    expect(node.faults).toEqual([]);
  });

  it('WIT-08 a stale pending report becomes valid with the last value, and the output grows by it', () => {
    const node = new Driven(7);
    node.put(0);
    for (const from of [1, 2, 3, 4]) node.value(from);
    node.report(6, setOf(0, 1, 2, 3, 5));
    for (const from of [1, 2, 3, 4]) node.report(from, setOf(0, 1, 2, 3, 4));
    expect([...node.witness.witnesses(0)]).toEqual([0, 1, 2, 3, 4]);
    const before = node.outputs.length;
    node.value(5);
    expect(node.outputs.length).toBe(before + 1);
    expect([...(node.outputs.at(-1)?.witnesses ?? [])]).toEqual([0, 1, 2, 3, 4, 6]);
    expect(node.sendersOf(0)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('WIT-03 never-broadcast value in a report: whoever names it is no witness, and it comes out nowhere', () => {
    const node = new Driven(4);
    node.put(0);
    node.value(1);
    node.value(3);
    node.report(3, setOf(0, 1, 2));
    node.report(1, setOf(0, 1, 3));
    expect([...node.witness.witnesses(0)]).toEqual([0, 1]);
    expect(node.outputs).toEqual([]);
    node.value(2);
    expect([...node.witness.witnesses(0)]).toEqual([0, 1, 3]);
  });

  it.each([
    ['nobody', setOf(), 'short-report'],
    ['one node', setOf(1), 'short-report'],
    ['n − f − 1 nodes', setOf(1, 2, 3, 4), 'short-report'],
    ['a node beyond the group', setOf(0, 1, 2, 3, 4, 7).toBytes(8), 'unknown-senders'],
    ['too many nodes', Uint8Array.of(0xff), 'unknown-senders'],
  ])('WIT-05 short report: one that names %s is a fault and makes no witness', (_what, senders, kind) => {
    const node = new Driven(7);
    for (const from of [1, 2, 3, 4, 5, 6]) node.value(from);
    node.report(6, senders);
    expect(node.faults).toEqual([{ peer: 6, kind }]);
    expect(node.witness.witnesses(0).has(id(6))).toBe(false);
  });

  it('WIT-05 a report of another length is refused by its form', () => {
    const node = new Driven(7);
    node.sayBytes(6, Uint8Array.of(0x93, 1, 0, 0xc4, 2, 0x7f, 0));
    expect(node.faults).toEqual([{ peer: 6, kind: 'malformed-round-message' }]);
  });

  it('WIT-06 two reports of one node: the first one counts, the second one is a fault', () => {
    const node = new Driven(4);
    for (const from of [1, 2, 3]) node.value(from);
    node.report(3, setOf(0, 1, 2));
    node.report(3, setOf(1, 2, 3));
    expect(node.faults).toEqual([{ peer: 3, kind: 'double-report' }]);
    expect(node.evidence).toEqual([Uint8Array.of(0b0111), Uint8Array.of(0b1110)]);
    expect([...node.witness.witnesses(0)]).toEqual([0]);
    node.put(0);
    expect([...node.witness.witnesses(0)]).toEqual([0, 3]);
  });

  it('WIT-11 two values for one sender: a report cannot say so, and of two values in one round the first counts', () => {
    const node = new Driven(4);
    node.value(1, 0, Uint8Array.of(1));
    node.value(1, 0, Uint8Array.of(2));
    expect(node.faults).toEqual([{ peer: 1, kind: 'double-value' }]);
    expect(node.evidence).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
    for (const from of [2, 3]) node.value(from);
    for (const from of [1, 2, 3]) node.report(from, setOf(1, 2, 3));
    expect(node.outputs.at(-1)?.values.get(id(1))).toEqual(Uint8Array.of(1));
  });

  it('WIT-11 which value is the first does not depend on the order of arrival', () => {
    const [early, late] = [new Driven(4), new Driven(4)];
    early.sayBytes(1, frame(1), 0);
    early.sayBytes(1, frame(2), 1);
    late.sayBytes(1, frame(2), 1);
    late.sayBytes(1, frame(1), 0);
    for (const node of [early, late]) {
      for (const from of [2, 3]) node.value(from);
      for (const from of [2, 3]) node.report(from, setOf(1, 2, 3));
      expect(node.faults).toEqual([{ peer: 1, kind: 'double-value' }]);
      expect(node.outputs.at(-1)?.values.get(id(1))).toEqual(Uint8Array.of(1));
    }
  });

  it('WIT-13 wrong message kind: junk, and a message to a layer that nobody runs, are faults and no more', () => {
    const node = new Driven(4, 64, false);
    const junk = [[], [0xc0], [0x93, 9, 0, 0], [0x92, 0, 0], [0x93, 2, 0, 0xc4, 0], [0x93, 0, 0xff, 0xc4, 0]];
    for (const bytes of junk) node.sayBytes(2, Uint8Array.from(bytes));
    expect(node.faults.length).toBe(junk.length);
    expect(new Set(node.faults.map(({ kind }) => kind))).toEqual(new Set(['malformed-round-message', 'nobody-above']));
    node.put(0);
    for (const from of [1, 3]) node.value(from);
    for (const from of [1, 3]) node.report(from, setOf(0, 1, 3));
    expect(node.sendersOf(0)).toEqual([0, 1, 3]);
  });
});
