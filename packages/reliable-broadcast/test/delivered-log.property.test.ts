import { describe, expect, it } from 'vitest';
import { DeliveredLog } from '../src/delivered-log.js';
import { seededRandom } from '../src/test-framework.js';

const text = (bytes: Uint8Array | undefined): string | undefined => bytes?.join();
const payload = (index: number, length: number): Uint8Array => new Uint8Array(length).fill(index);

describe('the log of what was delivered', () => {
  it('keeps what comes in order, the last of it, within its bounds', () => {
    for (const [capacity, maxBytes, length] of [
      [16, 1000, 10],
      [32, 100, 10],
      [4, 1000, 3],
      [16, 64, 20],
    ] as const) {
      const log = new DeliveredLog(capacity, maxBytes);
      for (let index = 0; index < 90; index++) {
        log.keep(index, payload(index, length));
        const held = Math.min(index + 1, capacity, Math.floor(maxBytes / length));
        expect([log.bytes, log.oldest]).toEqual([held * length, index + 1 - held]);
        const got = Array.from({ length: index + 3 }, (_, at) => text(log.get(at)));
        const isHeld = (at: number): boolean => at > index - held && at <= index;
        expect(got).toEqual(got.map((__, at) => (isHeld(at) ? text(payload(at, length)) : undefined)));
      }
    }
  });

  it('keeps late ones while there is a place for them, as long as what was delivered with them', () => {
    const log = new DeliveredLog(32, 1000);
    for (let index = 30; index <= 50; index++) log.keep(index, payload(index, 1));
    log.keep(15, payload(15, 5));
    expect([log.oldest, log.bytes]).toEqual([15, 26]);
    for (let index = 51; index <= 78; index++) {
      expect(log.get(15)).toEqual(payload(15, 5));
      log.keep(index, payload(index, 1));
    }
    expect(log.bytes).toBe(32 + 5);
    log.keep(79, payload(79, 1));
    expect([log.get(15), log.bytes]).toEqual([undefined, 32]);
    for (let index = 80; index <= 82; index++) log.keep(index, payload(index, 1));
    expect([log.bytes, log.oldest]).toEqual([32, 51]);
  });

  it('keeps a number that its sender has held back, and drops others for it that were delivered before', () => {
    for (const [others, kept] of [
      [10, [0]],
      [60, [0, 7]],
    ] as const) {
      const log = new DeliveredLog(16, 100);
      for (let index = 1; index <= 7; index++) log.keep(index, payload(index, others));
      log.keep(0, payload(0, others === 10 ? 95 : 30));
      expect(Array.from({ length: 8 }, (_, at) => at).filter((at) => log.get(at) !== undefined)).toEqual(kept);
      expect(log.oldest).toBe(0);
    }
  });

  it('in any order: what was delivered last, as much of it as there is room for', () => {
    for (let seed = 0; seed < 60; seed++) {
      const random = seededRandom(seed);
      const log = new DeliveredLog(64, 150);
      const order: { readonly index: number; readonly bytes: Uint8Array }[] = [];
      const open = new Set(Array.from({ length: 1 + random.below(20) }, (_, index) => index));
      for (let next = open.size; order.length < 120; next++) {
        const index = [...open][random.below(open.size)] ?? 0;
        open.delete(index);
        open.add(next);
        // Nothing of no length: it would stand in no sum.
        const bytes = payload(index, 1 + random.below(149));
        order.push({ index, bytes });
        log.keep(index, bytes);
        let sum = 0;
        const last = order.toReversed().findIndex((one) => (sum += one.bytes.length) > 150);
        const held = new Map(order.slice(last < 0 ? 0 : order.length - last).map((one) => [one.index, one.bytes]));
        const found = order.filter((one) => log.get(one.index) !== undefined).map((one) => one.index);
        expect({ seed, found }).toEqual({ seed, found: [...held.keys()] });
      }
    }
  });

  it('gives up everything at a leap', () => {
    const log = new DeliveredLog(8, 1000);
    for (let index = 0; index < 8; index++) log.keep(index, payload(index, 2));
    log.keep(1_000_000, payload(7, 3));
    expect([log.bytes, log.oldest, log.get(7), log.get(1_000_000)]).toEqual([3, 999_993, undefined, payload(7, 3)]);
  });

  it('copies what is short, which may lie in a larger buffer and keep it from being freed, and keeps what is long', () => {
    const log = new DeliveredLog(8, 100_000);
    const large = new Uint8Array(16 * 1024 + 1).fill(1);
    log.keep(0, large.subarray(8, 12));
    log.keep(1, large);
    log.keep(2, large.subarray(0, 16 * 1024));
    large.fill(9);
    expect([log.get(0)?.join(), log.get(1)?.[0], log.get(2)?.[0]]).toEqual(['1,1,1,1', 9, 1]);
  });

  it.each([
    [200, false],
    [10_000, true],
  ])('in any order: at most %i bytes, nothing that was not put in, and the oldest is known', (maxBytes, keepsAll) => {
    for (let seed = 0; seed < 40; seed++) {
      const random = seededRandom(seed);
      const log = new DeliveredLog(16, maxBytes);
      const put = new Map<number, Uint8Array>();
      const open = new Set(Array.from({ length: 12 }, (_, index) => index));
      let low = 0;
      for (let step = 0; step < 120; step++) {
        const index = [...open][random.below(open.size)] ?? 0;
        open.delete(index);
        const bytes = payload(index, random.below(30));
        put.set(index, bytes);
        log.keep(index, bytes);
        while (!open.has(low)) open.add(12 + low++);
        const held = [...put.keys()].filter((at) => log.get(at) !== undefined);
        const wrong = held.filter((at) => text(log.get(at)) !== text(put.get(at)));
        const sum = held.reduce((total, at) => total + (put.get(at)?.length ?? 0), 0);
        expect({ seed, step, wrong, bytes: log.bytes }).toEqual({ seed, step, wrong: [], bytes: sum });
        expect(sum <= maxBytes && log.oldest <= Math.min(...held, Infinity)).toBe(true);
        expect(held.includes(index) || !keepsAll).toBe(true);
      }
    }
  });
});
