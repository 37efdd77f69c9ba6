import { describe, expect, it } from 'vitest';
import { properties } from '../src/properties.js';
import { knownBad, seedsToCatch } from './known-bad.js';

describe('voting done wrong', () => {
  it.each(knownBad.map((bad) => [bad.breaks, bad.name, bad] as const))(
    'is caught breaking %s: %s',
    (_breaks, _name, bad) => {
      expect(seedsToCatch(bad, 600)).toBeDefined();
    },
  );

  it('there is one for every property', () => {
    expect(new Set(knownBad.map(({ breaks }) => breaks))).toEqual(new Set(Object.keys(properties)));
  });
});
