import { describe, expect, it } from 'vitest';
import { firstSequence, SenderOrder, type Delivery } from '@quorate/reliable-broadcast';
import { seededRandom } from '../src/compliance.js';
import { bytes, id, seedsOr } from './harness.js';

const delivery = (sequence: number, mark = 0): Delivery => ({ sender: id(1), sequence, payload: bytes(mark) });

/** What comes out of an order for these numbers, and how many wait at the end. */
function taken(
  spread: number,
  sequences: readonly number[],
): { readonly numbers: readonly number[]; readonly waiting: number } {
  const order = new SenderOrder(spread);
  const numbers: number[] = [];
  for (const sequence of sequences) order.deliver(delivery(sequence), (one) => numbers.push(one.sequence));
  return { numbers, waiting: order.waiting };
}

/** The same by the plainest means. */
function expected(spread: number, sequences: readonly number[]): ReturnType<typeof taken> {
  const numbers: number[] = [];
  const early = new Set<number>();
  let next = 0;
  for (const sequence of sequences) {
    if (sequence < next || sequence >= firstSequence(1)) continue;
    if (sequence >= next + spread) {
      next = sequence - spread + 1;
      for (const one of [...early].toSorted((a, b) => a - b)) {
        if (one < next && early.delete(one)) numbers.push(one);
      }
    }
    early.add(sequence);
    for (; early.delete(next); next++) numbers.push(next);
  }
  return { numbers, waiting: early.size };
}

describe('the order of a sender', () => {
  it('hands over at once what is next, and with it what waited', () => {
    expect(taken(4, [0, 1])).toEqual({ numbers: [0, 1], waiting: 0 });
    expect(taken(4, [2, 1])).toEqual({ numbers: [], waiting: 2 });
    expect(taken(4, [2, 1, 0])).toEqual({ numbers: [0, 1, 2], waiting: 0 });
  });

  it('never hands over a number twice, or one that has passed', () => {
    expect(taken(4, [0, 0, 1, 0, 2])).toEqual({ numbers: [0, 1, 2], waiting: 0 });
  });

  it('goes on with what it has when the numbers lie further apart than can be open', () => {
    expect(taken(4, [1, 3])).toEqual({ numbers: [], waiting: 2 });
    expect(taken(4, [1, 3, 4])).toEqual({ numbers: [1], waiting: 2 });
    expect(taken(4, [1, 3, 4, 2])).toEqual({ numbers: [1, 2, 3, 4], waiting: 0 });
    expect(taken(4, [1, 2, 3, 100])).toEqual({ numbers: [1, 2, 3], waiting: 1 });
    expect(taken(4, [100, 97])).toEqual({ numbers: [97], waiting: 1 });
  });

  it('takes nothing of a later life', () => {
    expect(taken(4, [firstSequence(1), firstSequence(1) + 1, firstSequence(3)])).toEqual({ numbers: [], waiting: 0 });
    expect(taken(4, [firstSequence(1) - 1])).toEqual({ numbers: [], waiting: 1 });
  });

  it('makes no more wait than it says', () => {
    for (const spread of [1, 2, 7]) {
      const all = Array.from({ length: 3 * spread }, (_, index) => index + 1);
      const order = new SenderOrder(spread);
      expect(order.most).toBe(spread - 1);
      for (const sequence of all) {
        order.deliver(delivery(sequence), () => undefined);
        expect(order.waiting).toBeLessThanOrEqual(order.most);
      }
    }
  });

  it('hands over the very delivery that waited', () => {
    const order = new SenderOrder(4);
    const seen: Delivery[] = [];
    const [late, first] = [delivery(1, 7), delivery(0, 8)];
    for (const one of [late, first]) order.deliver(one, (now) => seen.push(now));
    expect(seen[0]).toBe(first);
    expect(seen[1]).toBe(late);
  });

  it('does what the plainest order does, for any numbers', () => {
    for (let seed = 0; seed < 10 * seedsOr(200); seed++) {
      const random = seededRandom(seed);
      const spread = 1 + random.below(6);
      let base = 0;
      const sequences = Array.from({ length: 40 }, () => {
        if (random.below(12) === 0) base += random.below(3 * spread);
        base += random.below(2);
        return base + random.below(spread + 1);
      });
      expect({ seed, ...taken(spread, sequences) }).toEqual({ seed, ...expected(spread, sequences) });
    }
  });
});
