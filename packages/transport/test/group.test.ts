import { expect, test } from 'vitest';
import {
  codec,
  createGroup,
  errors,
  maxFaulty,
  maxNodes,
  nodeId,
  nodeIds,
  nodeIdSchema,
  QuorateError,
  Refusal,
} from '../src/index.js';

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof QuorateError) return error.code;
    throw error;
  }
  return 'none';
};

const textOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof QuorateError) return `${error.message}: ${error.hint}`;
  }
  return 'none';
};

test('a group tolerates the most faults that its nodes can, unless told fewer', () => {
  expect([1, 2, 3, 4, 6, 7, 10, 256].map(maxFaulty)).toEqual([0, 0, 0, 1, 1, 2, 3, 85]);
  expect(createGroup({ nodes: 7 })).toEqual({ n: 7, f: 2 });
  expect(createGroup({ nodes: 7, faulty: 1 })).toEqual({ n: 7, f: 1 });
  expect(createGroup({ nodes: 1 })).toEqual({ n: 1, f: 0 });
  expect(Object.isFrozen(createGroup({ nodes: 4 }))).toBe(true);
});

test('RBC-19 configuration bound: n = 3f is refused before any message, and permitted to watch it fail', () => {
  for (const [nodes, faulty] of [
    [3, 1],
    [6, 2],
    [4, 2],
  ] as const) {
    expect(codeOf(() => createGroup({ nodes, faulty }))).toBe('Q1003');
    expect(createGroup({ nodes, faulty, unsafe: true })).toEqual({ n: nodes, f: faulty });
  }
});

test('numbers that are no group are refused', () => {
  for (const nodes of [0, -1, 1.5, NaN, maxNodes + 1, Infinity])
    expect(codeOf(() => createGroup({ nodes }))).toBe('Q1001');
  for (const faulty of [-1, 0.5, NaN, 4])
    expect(codeOf(() => createGroup({ nodes: 4, faulty, unsafe: true }))).toBe('Q1001');
});

test('node ids are range-checked, from our caller and from the wire', () => {
  const group = createGroup({ nodes: 4 });
  expect(nodeIds(group)).toEqual([0, 1, 2, 3]);
  expect([nodeId(group, 0), nodeId(group, 3)]).toEqual([0, 3]);
  for (const value of [-1, 4, 0.5, NaN]) expect(codeOf(() => nodeId(group, value))).toBe('Q1002');
  const ids = codec(nodeIdSchema(group));
  expect(ids.decode(Uint8Array.of(3))).toBe(3);
  expect(ids.decode(Uint8Array.of(4))).toBeInstanceOf(Refusal);
  expect(ids.decode(Uint8Array.of(0xff))).toBeInstanceOf(Refusal);
});

test('refusals say what would do', () => {
  expect(createGroup({ nodes: maxNodes }).n).toBe(256);
  expect(textOf(() => createGroup({ nodes: 0 }))).toMatch(/a group cannot have 0 nodes.*1 … 256/s);
  expect(textOf(() => createGroup({ nodes: -1 }))).toMatch(/a group cannot have -1 nodes/);
  expect(textOf(() => createGroup({ nodes: 4, faulty: 4 }))).toMatch(/4 nodes cannot have 4 faults.*0 … 3/s);
  expect(textOf(() => createGroup({ nodes: 3, faulty: 1 }))).toMatch(
    /1 Byzantine fault \(need n ≥ 3f \+ 1 = 4\).*nodes 4/s,
  );
  expect(textOf(() => createGroup({ nodes: 6, faulty: 2 }))).toMatch(
    /2 Byzantine faults \(need n ≥ 3f \+ 1 = 7\).*nodes 7/s,
  );
  expect(textOf(() => nodeId(createGroup({ nodes: 4 }), 4))).toMatch(/no node 4 in a group of 4.*0 … 3/s);
});

test('every error code of the package is explained', () => {
  for (const [code, { title, text }] of Object.entries(errors)) {
    expect(code).toMatch(/^Q[13]\d{3}$/);
    expect(title.length).toBeGreaterThan(5);
    expect(text.length).toBeGreaterThan(title.length);
  }
});
