/** [AAD 04], a sentence each, at n = 4 and t = 1. */
import { describe, expect, it } from 'vitest';
import { NodeSet } from '@quorate/witness';
import { Driven, id, setOf } from './harness.js';

const reportsOf = (node: Driven): readonly (readonly number[])[] =>
  node.said.flatMap((message) =>
    message.kind === 'report' ? [[...(NodeSet.fromBytes(message.senders, 4) ?? [])]] : [],
  );

describe('the witness technique', () => {
  it('upon accepting n − t values, a process reports whom it has them from, and does so once', () => {
    const node = new Driven(4);
    node.put(0);
    node.value(3);
    expect(reportsOf(node)).toEqual([]);
    node.value(1);
    node.value(2);
    expect(reportsOf(node)).toEqual([[0, 1, 3]]);
  });

  it('a process that put no value in itself still accepts and reports those of others', () => {
    const node = new Driven(4);
    for (const from of [1, 2, 3]) node.value(from);
    expect(reportsOf(node)).toEqual([[1, 2, 3]]);
  });

  it('q is a witness of p once p has accepted every value in the report of q', () => {
    const node = new Driven(4);
    node.put(0);
    node.report(2, setOf(0, 1, 2));
    node.value(1);
    expect(node.witness.witnesses(0).has(id(2))).toBe(false);
    node.value(2);
    expect(node.witness.witnesses(0).has(id(2))).toBe(true);
  });

  it('a round is left upon n − t witnesses, with all values that were accepted by then', () => {
    const node = new Driven(4);
    node.put(0);
    for (const from of [1, 2, 3]) node.value(from);
    node.report(1, setOf(0, 1, 2));
    expect(node.outputs).toEqual([]);
    node.report(2, setOf(1, 2, 3));
    expect(node.sendersOf(0)).toEqual([0, 1, 2, 3]);
    expect([...(node.outputs[0]?.witnesses ?? [])]).toEqual([0, 1, 2]);
  });

  it('deviates: what comes later comes out too, until the round is finished', () => {
    const node = new Driven(4);
    node.put(0);
    for (const from of [1, 2]) node.value(from);
    for (const from of [1, 2]) node.report(from, setOf(0, 1, 2));
    node.value(3);
    node.report(3, setOf(0, 1, 3));
    expect(node.outputs.map(({ values, witnesses }) => [values.size, witnesses.size])).toEqual([
      [3, 3],
      [4, 3],
      [4, 4],
    ]);
  });
});
