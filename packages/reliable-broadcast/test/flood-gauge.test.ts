import { expect, it } from 'vitest';
import { createGroup } from '@quorate/reliable-broadcast';
import { FloodGauge } from '../src/flood-gauge.js';
import { id } from './harness.js';

const gauge = (): FloodGauge => new FloodGauge(createGroup({ nodes: 4 }));

it('forgives 8,192 useless messages and four for each useful one, then suspects once', () => {
  const flood = gauge();
  for (let useful = 0; useful < 3; useful++) flood.useful(id(2));
  const reports = Array.from({ length: 9000 }, () => flood.useless(id(2))).filter((count) => count !== undefined);
  expect(reports).toEqual([8192 + 12 + 1]);
});

it('weighs each peer by itself', () => {
  const flood = gauge();
  for (let count = 0; count < 8192; count++) expect(flood.useless(id(1))).toBe(undefined);
  expect(flood.useless(id(0))).toBe(undefined);
  flood.useful(id(0));
  expect(flood.useless(id(1))).toBe(8193);
  expect(flood.useless(id(1))).toBe(undefined);
});

it('reports 1,024 lies of a peer, and one for each useful message', () => {
  const flood = gauge();
  flood.useful(id(3));
  flood.useful(id(3));
  const reported = Array.from({ length: 1100 }, () => flood.lie(id(3))).filter(Boolean);
  expect(reported).toHaveLength(1026);
  expect(flood.lie(id(2))).toBe(true);
});
