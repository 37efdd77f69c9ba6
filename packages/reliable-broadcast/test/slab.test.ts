import { expect, it } from 'vitest';
import { equalBytes } from '@quorate/reliable-broadcast';
import { Slab } from '../src/slab.js';

it('copies are equal, apart from each other and from what they were made of', () => {
  const slab = new Slab();
  const sources = Array.from({ length: 200 }, (_, index) => new Uint8Array((index * 37) % 3000).fill(index));
  const copies = sources.map((source) => slab.copy(source));
  sources.forEach((source, index) => {
    expect(equalBytes(copies[index] ?? source.subarray(1), source)).toBe(true);
    source.fill(255);
  });
  copies.forEach((copy, index) => {
    expect(equalBytes(copy, new Uint8Array((index * 37) % 3000).fill(index))).toBe(true);
    copy.fill(254);
  });
});

it('small copies share buffers of at most 64 KiB, after the first few; long ones have their own', () => {
  const slab = new Slab();
  const first = Array.from({ length: 4 }, () => slab.copy(new Uint8Array(64)).buffer);
  expect(new Set(first).size).toBe(4);
  const small = Array.from({ length: 20_000 }, () => slab.copy(new Uint8Array(60)).buffer);
  expect(new Set(small).size).toBeLessThan(40);
  expect(Math.max(...small.map((buffer) => buffer.byteLength))).toBe(64 * 1024);
  const long = slab.copy(new Uint8Array(16 * 1024 + 1));
  expect([long.byteOffset, long.buffer.byteLength]).toEqual([0, 16 * 1024 + 1]);
  expect(slab.copy(new Uint8Array(16 * 1024)).buffer.byteLength).toBe(64 * 1024);
});

it('each copy begins at a multiple of eight', () => {
  const slab = new Slab();
  for (let length = 0; length < 300; length++) expect(slab.copy(new Uint8Array(length)).byteOffset % 8).toBe(0);
});
