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
