import { describe, expect, it } from 'vitest';
import { createGroup, firstSequence } from '@quorate/reliable-broadcast';
import { Lane } from '../src/lane.js';
import { limitsFor } from '../src/limits.js';
import { Lives } from '../src/lives.js';
import { seededRandom } from '../src/test-framework.js';
import { bytes, id } from './harness.js';

const limits = limitsFor(64, {
  window: 16,
  openInstances: 16,
  windowBytes: 64,
  retainedBytes: 128,
  loggedInstances: 64,
});
const retainedBy = ({ retained }: Lane): readonly number[] => [0, 1, 2, 3].map((node) => retained[node] ?? 0);
const lane = (life = 0): Lane => new Lane(id(2), life, limits);
const long = new Uint8Array(60);

describe('a lane', () => {
  it('opens, delivers and forgets as a list would, in any order', () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = seededRandom(seed);
      const one = lane();
      const delivered = new Set<number>();
      const opened = new Set<number>();
      let low = 0;
      for (let step = 0; step < 150; step++) {
        const index = low + random.below(16);
        if (delivered.has(index)) continue;
        const instance = one.open(index);
        expect(one.open(index)).toBe(instance);
        opened.add(index);
        if (random.below(2) === 0) {
          opened.delete(index);
          delivered.add(index);
          const before = low;
          while (delivered.has(low)) low++;
          expect(one.deliver(index, bytes(index))).toBe(low > before);
          expect(one.log.get(index)).toEqual(bytes(index));
        }
        const seen = Array.from({ length: 24 }, (_, at) => one.isDelivered(low - 4 + at));
        expect(seen).toEqual(seen.map((_, at) => low - 4 + at < low || delivered.has(low - 4 + at)));
        const peeked = Array.from({ length: 40 }, (_, at) => one.peek(low + at) !== undefined);
        expect(peeked).toEqual(peeked.map((_, at) => opened.has(low + at)));
        const head = Math.max(0, ...delivered, ...opened) + 1;
        expect([one.low, one.end, one.openCount, one.head]).toEqual([low, low + 16, opened.size, head]);
        expect(one.oldest).toBe(Math.max(0, Math.min(low, one.log.oldest)));
      }
    }
  });

  it('charges payloads to who brought them, and frees them with the instance', () => {
    const one = lane();
    const [first, second] = [one.open(1), one.open(2)];
    one.adopt(first, id(3), long);
    one.adopt(first, id(0), new Uint8Array(60).fill(1));
    one.adopt(second, id(3), long);
    expect(retainedBy(one)).toEqual([60, 0, 0, 120]);
    expect([8, 9, 31, 32].map((length) => one.hasRoom(id(3), 3, length))).toEqual([true, true, true, false]);
    expect([one.hasRoom(id(0), 3, 68), one.hasRoom(id(0), 3, 69)]).toEqual([true, false]);
    expect([one.hasRoom(id(3), 0, 1000), one.hasRoom(id(3), 1, 1000)]).toEqual([true, false]);
    one.deliver(1, long);
    expect(retainedBy(one)).toEqual([0, 0, 0, 60]);
    one.skipTo(3);
    expect(retainedBy(one)).toEqual([0, 0, 0, 0]);
    expect([one.low, one.openCount, one.head]).toEqual([3, 0, 3]);
  });

  it('keeps a private copy, as a new candidate or as the one that only its digest was known of', () => {
    const one = lane();
    const instance = one.open(0);
    const payload = new Uint8Array(40).fill(5);
    const candidate = one.adopt(instance, id(1), payload);
    payload.fill(0);
    expect(candidate.payload).toEqual(new Uint8Array(40).fill(5));
    expect(candidate.broughtBy).toBe(1);
    const named = one.open(1).addNamed(candidate.value);
    expect(one.adopt(one.open(1), id(1), new Uint8Array(40).fill(5))).toBe(named);
    expect(one.open(1).candidates).toEqual([named]);
  });

  it('skips what is lost, and what was delivered behind it', () => {
    const one = lane();
    for (const index of [0, 3, 5, 6]) {
      one.open(index);
      one.deliver(index, bytes(index));
    }
    one.open(4);
    one.skipTo(5);
    expect([one.low, one.openCount, one.head, one.isDelivered(7)]).toEqual([7, 0, 7, false]);
    one.skipTo(1000);
    expect([one.low, one.openCount, one.head]).toEqual([1000, 0, 1000]);
    expect(one.peek(1000)).toBe(undefined);
    one.open(1015);
    expect([one.openCount, one.head, one.peek(1015) !== undefined]).toEqual([1, 1016, true]);
  });

  it('covers the numbers of its life', () => {
    const one = lane(1);
    const base = firstSequence(1);
    expect([base - 1, base, base + 7, firstSequence(2) - 1, firstSequence(2)].map((n) => one.covers(n))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect([one.base, one.indexOf(base + 7), one.incarnation, one.sender]).toEqual([base, 7, 1, 2]);
  });
});

const numbers = (one: Lives): readonly number[] =>
  [...one].map(({ incarnation }) => incarnation).toSorted((a, b) => a - b);

describe('the lives of a sender', () => {
  const group = createGroup({ nodes: 7 });
  const lives = (life = 0): Lives => new Lives(id(2), life, group, limits);

  it('are served for the last four', () => {
    const one = lives();
    expect(numbers(one)).toEqual([0]);
    expect(one.begin(0)).toEqual([]);
    expect(one.begin(2).map(({ incarnation }) => incarnation)).toEqual([1, 2]);
    expect([numbers(one), one.current.incarnation]).toEqual([[0, 1, 2], 2]);
    one.begin(5);
    expect(numbers(one)).toEqual([2, 3, 4, 5]);
    expect([1, 2, 5, 6].map((life) => one.lane(firstSequence(life) + 9)?.incarnation)).toEqual([
      undefined,
      2,
      5,
      undefined,
    ]);
    expect(one.begin(4)).toEqual([]);
    expect(one.begin(1024)).toEqual([]);
    expect(one.begin(1023).map(({ incarnation }) => incarnation)).toEqual([1020, 1021, 1022, 1023]);
    expect(numbers(lives(6))).toEqual([3, 4, 5, 6]);
  });

  it('a node that speaks of an earlier life takes nothing back', () => {
    const one = lives();
    one.vouch(id(0), 3);
    one.vouch(id(1), 3);
    expect(one.vouch(id(0), 1)).toEqual([]);
    expect(one.vouch(id(5), 3).map(({ incarnation }) => incarnation)).toEqual([1, 2, 3]);
  });

  it('begin on the word of f + 1 nodes, who are then asked', () => {
    const one = lives();
    expect(one.vouch(id(0), 3)).toEqual([]);
    expect(one.vouch(id(1), 2)).toEqual([]);
    expect(one.vouch(id(0), 3)).toEqual([]);
    expect(one.current.incarnation).toBe(0);
    const begun = one.vouch(id(5), 1);
    expect(begun.map(({ incarnation }) => incarnation)).toEqual([1]);
    const asked: number[] = [];
    begun[0]?.questions.take(0, 16, (peer) => asked.push(peer));
    expect(asked).toEqual([0, 1, 5]);
    expect(one.vouch(id(5), 9).map(({ incarnation }) => incarnation)).toEqual([2]);
  });
});
