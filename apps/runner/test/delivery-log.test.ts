import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DeliveryLog } from '../src/run/delivery-log.js';
import { Values } from '../src/run/values.js';

const values = (count: number, payload = 64): Values => new Values({ kind: 'random', count, payload }, 7);
const copy = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes);
const sha256 = (pieces: readonly Uint8Array[]): string =>
  createHash('sha256').update(Buffer.concat(pieces)).digest('hex');

describe('the digest of what a node delivered', () => {
  it('joins by sender, then sequence, whatever the order of arrival', () => {
    const made = values(3);
    const log = new DeliveryLog(2, made);
    for (const [sender, sequence] of [
      [1, 0],
      [0, 2],
      [1, 1],
      [0, 0],
      [0, 1],
      [1, 2],
    ] as const) {
      log.record({ sender, sequence, payload: copy(made.at(sender, sequence)) });
    }
    const pieces = [0, 1].flatMap((sender) => [0, 1, 2].map((sequence) => copy(made.at(sender, sequence))));
    expect(log.summary()).toMatchObject({ count: 6, sha256: sha256(pieces), unrecorded: 0 });
    expect(log.summary().senders.map(({ contiguous }) => contiguous)).toEqual([3, 3]);
  });

  it('holds what was delivered, not what should have been', () => {
    const made = values(2);
    const log = new DeliveryLog(1, made);
    const lie = Uint8Array.of(1, 2, 3);
    log.record({ sender: 0, sequence: 1, payload: lie });
    lie.fill(0);
    log.record({ sender: 0, sequence: 0, payload: copy(made.at(0, 0)) });
    expect(log.summary().sha256).toBe(sha256([copy(made.at(0, 0)), Uint8Array.of(1, 2, 3)]));
    expect([...(log.summary().senders[0]?.deviating ?? [])]).toEqual([1]);
  });

  it('is that of nothing when nothing came, and joins pieces of every size', () => {
    expect(new DeliveryLog(4, values(1)).summary().sha256).toBe(sha256([]));
    for (const payload of [0, 1, 1020, 1021, 1022, 65_536, 65_537, 200_000]) {
      const made = values(3, payload);
      const log = new DeliveryLog(1, made);
      const pieces = [0, 1, 2].map((sequence) => copy(made.at(0, sequence)));
      for (const [sequence, piece] of pieces.entries()) log.record({ sender: 0, sequence, payload: piece });
      expect(log.summary().sha256).toBe(sha256(pieces));
      expect(log.summary().senders[0]?.deviating).toHaveLength(0);
    }
  });
});

describe('what a log notices', () => {
  it('counts duplicates and keeps the first', () => {
    const made = values(2);
    const log = new DeliveryLog(1, made);
    log.record({ sender: 0, sequence: 1, payload: copy(made.at(0, 1)) });
    log.record({ sender: 0, sequence: 1, payload: Uint8Array.of(9) });
    log.record({ sender: 0, sequence: 0, payload: copy(made.at(0, 0)) });
    log.record({ sender: 0, sequence: 0, payload: copy(made.at(0, 0)) });
    expect(log.summary().count).toBe(2);
    expect(log.summary().senders[0]).toMatchObject({ duplicates: 2, firstDuplicate: 1, firstOutOfOrder: 0 });
  });

  it('keeps gaps and numbers beyond what the sender was given', () => {
    const made = values(1);
    const log = new DeliveryLog(1, made);
    log.record({ sender: 0, sequence: 2 ** 32, payload: Uint8Array.of(1) });
    log.record({ sender: 0, sequence: 5, payload: Uint8Array.of(2) });
    const [record] = log.summary().senders;
    expect(record?.contiguous).toBe(0);
    expect([...(record?.beyond ?? [])]).toEqual([5, 2 ** 32]);
    expect([...(record?.deviating ?? [])]).toEqual([5, 2 ** 32]);
    expect(log.summary().sha256).toBe(sha256([Uint8Array.of(2), Uint8Array.of(1)]));
  });

  it('keeps nothing of what arrives as expected, and no more than its limits of anything else', () => {
    const made = values(100);
    const log = new DeliveryLog(1, made, { entries: 10, bytes: 100 });
    for (let sequence = 0; sequence < 100; sequence++)
      log.record({ sender: 0, sequence, payload: copy(made.at(0, sequence)) });
    expect(log.summary()).toMatchObject({ count: 100, unrecorded: 0 });
    const many = new DeliveryLog(1, values(1), { entries: 10, bytes: 100 });
    for (let sequence = 0; sequence < 100; sequence++)
      many.record({ sender: 0, sequence: sequence + 1, payload: Uint8Array.of(sequence) });
    expect(many.summary()).toMatchObject({ count: 5, unrecorded: 95 });
    const large = new DeliveryLog(1, values(1), { entries: 10, bytes: 100 });
    large.record({ sender: 0, sequence: 0, payload: new Uint8Array(101) });
    expect(large.summary()).toMatchObject({ count: 0, unrecorded: 1 });
  });

  it('frees the entry of a number whose gap closed', () => {
    const made = values(2000);
    const log = new DeliveryLog(1, made, { entries: 3, bytes: 0 });
    for (let sequence = 0; sequence < 2000; sequence += 2) {
      log.record({ sender: 0, sequence: sequence + 1, payload: copy(made.at(0, sequence + 1)) });
      log.record({ sender: 0, sequence, payload: copy(made.at(0, sequence)) });
    }
    expect(log.summary()).toMatchObject({ count: 2000, unrecorded: 0 });
  });
});

describe('the values of a run', () => {
  it('follow from the seed, and differ between seeds, senders and numbers', () => {
    const all = [7, 8].flatMap((seed) => {
      const made = new Values({ kind: 'random', count: 50, payload: 16 }, seed);
      return [0, 1, 2].flatMap((sender) =>
        Array.from({ length: 50 }, (_, i) => Buffer.from(made.at(sender, i)).toString('hex')),
      );
    });
    expect(new Set(all).size).toBe(300);
    expect(Buffer.from(values(1).at(0, 0)).equals(values(5).at(0, 0))).toBe(true);
  });
});
