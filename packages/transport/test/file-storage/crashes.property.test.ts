/** Crashes of the machine at every operation of the disk, and in every pattern of what it had written. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileStorageOn } from '../../src/file-storage/file-storage.js';
import type { Storage } from '../../src/index.js';
import { MemoryDisk } from './memory-disk.js';

const storageOf = (disk: MemoryDisk): Storage =>
  fileStorageOn(disk, { path: '/log', identity: 'test/0', maxLogBytes: 16_384 });

/** A record's content tells its number, and its length varies. */
const record = (number: number): Uint8Array => {
  const bytes = Buffer.alloc(4 + ((number * 37) % 120), number & 0xff);
  bytes.writeUInt32LE(number);
  return bytes;
};

const numberOf = (bytes: Uint8Array): number => {
  const number = Buffer.from(bytes).readUInt32LE();
  expect(Buffer.from(bytes).equals(record(number))).toBe(true);
  return number;
};

interface Life {
  readonly operations: readonly { readonly compact: boolean; readonly count: number }[];
  /** The operation of the disk that fails, counted from the beginning of the life. */
  readonly failAt: number;
  /** The machine crashes; or only the operation fails, and the node stops. */
  readonly crashes: boolean;
  readonly seed: number;
}

/** Bits of a small generator: which sectors survive. */
function fates(seed: number): () => boolean {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state & 8) !== 0;
  };
}

/** One life. `possible` are the contents that the log may have at its beginning; the answer, those at its end. */
async function live(
  disk: MemoryDisk,
  life: Life,
  possible: number[][],
  numbers: { next: number },
): Promise<number[][]> {
  disk.failAt = life.failAt;
  disk.crashes = life.crashes;
  const storage = storageOf(disk);
  let known = possible;
  try {
    const found = (await storage.open()).records.map(numberOf);
    expect(possible).toContainEqual(found);
    known = [found];
    let now = found;
    for (const { compact, count } of life.operations) {
      const fresh = Array.from({ length: count }, () => numbers.next++);
      known = compact
        ? [now, fresh]
        : Array.from({ length: count + 1 }, (_, length) => [...now, ...fresh.slice(0, length)]);
      await (compact ? storage.compact(fresh.map(record)) : storage.append(fresh.map(record)));
      now = compact ? fresh : [...now, ...fresh];
      known = [now];
    }
  } catch (error) {
    // A crash is told as a failing disk; everything else, a refusal above all, is a bug.
    expect(error).toMatchObject({ code: 'Q3047' });
  }
  await storage.close();
  return known;
}

const lives = fc.array(
  fc.record<Life>({
    operations: fc.array(fc.record({ compact: fc.nat(4).map((n) => n === 0), count: fc.integer({ min: 1, max: 6 }) }), {
      maxLength: 8,
    }),
    failAt: fc.nat(40),
    crashes: fc.boolean(),
    seed: fc.integer(),
  }),
  { minLength: 1, maxLength: 5 },
);

test('after any crash the log is what was acknowledged, and a part of what was not', async () => {
  await fc.assert(
    fc.asyncProperty(lives, async (all) => {
      const disk = new MemoryDisk();
      const numbers = { next: 1 };
      let possible: number[][] = [[]];
      for (const life of all) {
        possible = await live(disk, life, possible, numbers);
        if (life.crashes) disk.restart(fates(life.seed));
        disk.failAt = Infinity;
        disk.operations = 0;
      }
      await live(disk, { operations: [], failAt: Infinity, crashes: false, seed: 0 }, possible, numbers);
    }),
    { numRuns: 400 },
  );
});

test('compacting is interrupted at each step: the old log, or the new one', async () => {
  const seen = new Set<string>();
  for (const kept of [() => true, () => false]) {
    for (let step = 0; ; step++) {
      const disk = new MemoryDisk();
      const storage = storageOf(disk);
      await storage.open();
      await storage.append([record(1), record(2)]);
      disk.failAt = disk.operations + step;
      const done = await storage.compact([record(3)]).then(
        () => true,
        () => false,
      );
      await storage.close();
      disk.restart(kept);
      const next = storageOf(disk);
      const found = (await next.open()).records.map(numberOf).join();
      expect(disk.bytesOf('/log.new'), 'what a crash leaves is cleared away').toBe(undefined);
      await next.close();
      expect(done ? ['3'] : ['1,2', '3'], `step ${step}`).toContain(found);
      seen.add(`${found} ${done}`);
      if (done) break;
    }
  }
  expect([...seen].toSorted()).toEqual(['1,2 false', '3 false', '3 true']);
});
