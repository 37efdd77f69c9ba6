import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { NodeSet, type NodeId } from '../src/index.js';

// The edges of the words come often: bit 31 is a sign, 32 begins another word, 255 ends the last.
const node = fc
  .oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 31, 32, 63, 64, 224, 255))
  .map((id) => id as NodeId);

test('a NodeSet is a Set that iterates in order', () => {
  fc.assert(
    fc.property(fc.array(node, { maxLength: 300 }), fc.array(node), (added, asked) => {
      const set = new NodeSet();
      const model = new Set<NodeId>();
      for (const id of added) {
        expect(set.add(id)).toBe(!model.has(id));
        model.add(id);
        expect(set.size).toBe(model.size);
      }
      for (const id of asked) expect(set.has(id)).toBe(model.has(id));
      expect([...set]).toEqual([...model].toSorted((a, b) => a - b));
    }),
  );
});

const members = fc.uniqueArray(fc.nat({ max: 255 }), { maxLength: 40 });
const setOf = (ids: readonly number[]): NodeSet => {
  const set = new NodeSet();
  for (const id of ids) set.add(id as NodeId);
  return set;
};

test('a NodeSet travels as bits, and bits beyond the group are refused', () => {
  fc.assert(
    fc.property(members, fc.integer({ min: 1, max: 256 }), (ids, n) => {
      const inside = ids.filter((id) => id < n);
      const bytes = setOf(inside).toBytes(n);
      expect(bytes.length).toBe(Math.ceil(n / 8));
      const read = NodeSet.fromBytes(bytes, n);
      expect([...(read ?? [])]).toEqual(inside.toSorted((a, b) => a - b));
      expect(read?.size).toBe(inside.length);
      const beyond = ids.filter((id) => id >= n && id < bytes.length * 8);
      if (beyond.length > 0) expect(NodeSet.fromBytes(setOf(ids).toBytes(bytes.length * 8), n)).toBe(undefined);
      expect(NodeSet.fromBytes(new Uint8Array(bytes.length + 1), n)).toBe(undefined);
    }),
  );
});

test('missingIn counts what the other set lacks', () => {
  fc.assert(
    fc.property(members, members, (ids, others) => {
      expect(setOf(ids).missingIn(setOf(others))).toBe(ids.filter((id) => !others.includes(id)).length);
    }),
  );
});
