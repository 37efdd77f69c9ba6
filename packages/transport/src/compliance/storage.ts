import { QuorateError } from '@quorate/serialization';
import type { Storage } from '../storage.js';
import type { TestFramework } from './test-group.js';

/** Where a log is, across the lives of its node. */
export interface StoragePlace {
  /** A storage of the node's next life, not opened yet. */
  storage(limits?: { readonly maxRecordBytes?: number; readonly maxLogBytes?: number }): Storage;
  /** Ends the life of whoever has the log open, without a farewell. */
  crash?(): Promise<void>;
  /** Leaves half a record behind the last whole one, as a crash while it was written does. Nobody has the log open. */
  tear?(): Promise<void>;
  /** Damages the first of several records. Nobody has the log open. */
  damage?(): Promise<void>;
  /** The medium fails from the next operation on. */
  fail?(): void;
  close(): Promise<void>;
}

/** A storage under test. What only some can do is tested where a place offers it. */
export interface StorageUnderTest {
  readonly name: string;
  /** A new place without a log. */
  open(): Promise<StoragePlace>;
  readonly crashes?: boolean;
  readonly tears?: boolean;
  readonly detectsDamage?: boolean;
  readonly fails?: boolean;
}

/** A record whose every byte follows from its number. */
const record = (number: number, length = 20): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (number * 31 + at * 7 + (number >>> 8)) & 0xff);

const records = (from: number, to: number, length?: number): Uint8Array[] =>
  Array.from({ length: to - from }, (_, at) => record(from + at, length));

const plain = (found: readonly Uint8Array[]): number[][] => found.map((bytes) => [...bytes]);

/** The code of the error that an operation rejects with. */
async function codeOf(operation: Promise<unknown>): Promise<string> {
  try {
    await operation;
    return 'none';
  } catch (error) {
    return error instanceof QuorateError ? error.code : String(error);
  }
}

/** What the next life finds. */
async function read(place: StoragePlace): Promise<number[][]> {
  const storage = place.storage();
  const contents = await storage.open();
  await storage.close();
  return plain(contents.records);
}

/** Registers the suite that every storage passes with a test framework. */
export function storageCompliance(framework: TestFramework, under: StorageUnderTest): void {
  const { describe, it, expect } = framework;
  const test = (name: string, body: (place: StoragePlace) => Promise<void>): void => {
    it(name, async () => {
      const place = await under.open();
      try {
        await body(place);
      } finally {
        await place.close();
      }
    });
  };
  describe(`a storage: ${under.name}`, () => {
    keeping({ test, expect });
    refusing({ test, expect });
    breaking({ test, expect }, under);
  });
}

interface Bench {
  readonly test: (name: string, body: (place: StoragePlace) => Promise<void>) => void;
  readonly expect: TestFramework['expect'];
}

function keeping({ test, expect }: Bench): void {
  test('begins with nothing, and says so', async (place) => {
    const storage = place.storage();
    expect(await storage.open()).toEqual({ records: [] });
    await storage.close();
    expect(await read(place)).toEqual([]);
  });

  test('keeps what was appended, in order, over several lives', async (place) => {
    for (let life = 0; life < 3; life++) {
      const storage = place.storage();
      expect(plain((await storage.open()).records)).toEqual(plain(records(0, life * 12)));
      await storage.append(records(life * 12, life * 12 + 1));
      await storage.append([]);
      await storage.append(records(life * 12 + 1, life * 12 + 12));
      await storage.close();
    }
    expect(await read(place)).toEqual(plain(records(0, 36)));
  });

  test('keeps records of every length, byte for byte', async (place) => {
    const storage = place.storage({ maxRecordBytes: 100_000 });
    await storage.open();
    const lengths = [...Array(70).keys(), 255, 256, 4095, 4096, 4097, 65_535, 99_999, 100_000, 0];
    const all = lengths.map((length, at) => record(at, length));
    await storage.append(all.slice(0, 3));
    await storage.append(all.slice(3));
    await storage.close();
    const next = place.storage({ maxRecordBytes: 100_000 });
    const found = await next.open();
    expect(found.cut).toBe(undefined);
    expect(plain(found.records)).toEqual(plain(all));
    await next.close();
  });

  test('carries out in the order of the calls, and copies the bytes before a call returns', async (place) => {
    const storage = place.storage();
    await storage.open();
    const reused = new Uint8Array(20);
    const running: Promise<void>[] = [];
    for (let number = 0; number < 40; number++) {
      reused.set(record(number));
      running.push(number === 25 ? storage.compact([reused]) : storage.append([reused]));
    }
    reused.fill(0);
    await storage.close();
    await Promise.all(running);
    expect(await read(place)).toEqual(plain(records(25, 40)));
  });

  test('compact takes the place of everything before it', async (place) => {
    const storage = place.storage();
    await storage.open();
    await storage.append(records(0, 100));
    await storage.compact(records(98, 100));
    await storage.append(records(100, 103));
    await storage.close();
    expect(await read(place)).toEqual(plain(records(98, 103)));
    const next = place.storage();
    await next.open();
    await next.compact(records(7, 8));
    await next.compact(records(8, 10));
    await next.close();
    expect(await read(place)).toEqual(plain(records(8, 10)));
  });

  test('compacting makes room in a log that fills up', async (place) => {
    const storage = place.storage({ maxLogBytes: 8192 });
    await storage.open();
    for (let number = 0; number < 40; number += 2) {
      await storage.append([record(number, 1000)]);
      await storage.compact([record(number + 1, 1000)]);
    }
    await storage.close();
    expect(await read(place)).toEqual(plain([record(39, 1000)]));
  });
}

function refusing({ test, expect }: Bench): void {
  test('one life, one opening: nothing before it, nothing after closing (Q3042)', async (place) => {
    const storage = place.storage();
    expect(await codeOf(storage.append(records(0, 1)))).toBe('Q3042');
    expect(await codeOf(storage.compact(records(0, 1)))).toBe('Q3042');
    await storage.open();
    expect(await codeOf(storage.open())).toBe('Q3042');
    await storage.append(records(0, 1));
    await Promise.all([storage.close(), storage.close()]);
    await storage.close();
    expect(await codeOf(storage.open())).toBe('Q3042');
    expect(await codeOf(storage.append(records(1, 2)))).toBe('Q3042');
    expect(await read(place)).toEqual(plain(records(0, 1)));
    const never = place.storage();
    await never.close();
    expect(await codeOf(never.open())).toBe('Q3042');
  });

  test('one holder at a time (Q3046)', async (place) => {
    const first = place.storage();
    await first.open();
    const second = place.storage();
    expect(await codeOf(second.open())).toBe('Q3046');
    await second.close();
    await first.append(records(0, 1));
    await first.close();
    expect(await read(place)).toEqual(plain(records(0, 1)));
  });

  test('a record that is too long (Q3040): nothing of its batch, and nothing later', async (place) => {
    const storage = place.storage({ maxRecordBytes: 20 });
    await storage.open();
    await storage.append(records(0, 1));
    const batch = [record(1), record(2, 21), record(3)];
    expect(await Promise.all([codeOf(storage.append(batch)), codeOf(storage.append(records(4, 5)))])).toEqual([
      'Q3040',
      'Q3040',
    ]);
    expect(await codeOf(storage.compact(records(4, 5)))).toBe('Q3040');
    await storage.close();
    expect(await read(place)).toEqual(plain(records(0, 1)));
  });

  test('a log is not compacted to nothing (Q3040)', async (place) => {
    const storage = place.storage();
    await storage.open();
    await storage.append(records(0, 2));
    expect(await codeOf(storage.compact([]))).toBe('Q3040');
    await storage.close();
    expect(await read(place)).toEqual(plain(records(0, 2)));
  });

  test('a log that is full (Q3041) acknowledges nothing more, and keeps what it has', async (place) => {
    const storage = place.storage({ maxLogBytes: 4096 });
    await storage.open();
    let kept = 0;
    let code = 'none';
    while (code === 'none' && kept <= 5) {
      code = await codeOf(storage.append([record(kept, 1000)]));
      if (code === 'none') kept++;
    }
    expect(code).toBe('Q3041');
    expect(kept === 3 || kept === 4).toBe(true);
    expect(await codeOf(storage.append(records(9, 10)))).toBe('Q3041');
    await storage.close();
    expect(await read(place)).toEqual(plain(records(0, kept, 1000)));
  });

  test('opening can be aborted, and says why', async (place) => {
    const reason = new Error('no time');
    const storage = place.storage();
    expect(await codeOf(storage.open({ signal: AbortSignal.abort(reason) }))).toBe(String(reason));
    await storage.close();
    expect(await read(place)).toEqual([]);
  });
}

function breaking({ test, expect }: Bench, under: StorageUnderTest): void {
  if (under.crashes === true) {
    test('after a crash everything acknowledged is there, and of the rest a part without a gap', async (place) => {
      let known = 0;
      for (let life = 0; life < 10; life++) {
        const storage = place.storage();
        const found = plain((await storage.open()).records);
        expect(found).toEqual(plain(records(0, found.length)));
        expect(found.length >= known).toBe(true);
        const from = found.length;
        await storage.append(records(from, from + 3));
        known = from + 3;
        const late = storage.append(records(from + 3, from + 10)).catch(() => undefined);
        await place.crash?.();
        await late;
        await storage.close();
      }
    });
  }

  if (under.tears === true) {
    test('half a record at the end is cut, reported once, and never seen again', async (place) => {
      const storage = place.storage();
      await storage.open();
      await storage.append(records(0, 5));
      await storage.close();
      await place.tear?.();
      const next = place.storage();
      const contents = await next.open();
      expect(plain(contents.records)).toEqual(plain(records(0, 5)));
      expect(contents.cut?.records).toBe(5);
      expect((contents.cut?.bytes ?? 0) > 0).toBe(true);
      await next.append(records(5, 7));
      await next.close();
      const last = place.storage();
      const found = await last.open();
      expect([plain(found.records), found.cut]).toEqual([plain(records(0, 7)), undefined]);
      await last.close();
    });
  }

  if (under.detectsDamage === true) {
    test('a damaged record in the middle is no crash: refused (Q3045), again and again', async (place) => {
      const storage = place.storage();
      await storage.open();
      for (let number = 0; number < 5; number++) await storage.append(records(number, number + 1));
      await storage.close();
      await place.damage?.();
      for (let attempt = 0; attempt < 2; attempt++) {
        const next = place.storage();
        expect(await codeOf(next.open())).toBe('Q3045');
        await next.close();
      }
    });
  }

  if (under.fails === true) {
    test('a medium that fails (Q3047): nothing is acknowledged any more, and closing works', async (place) => {
      const storage = place.storage();
      await storage.open();
      await storage.append(records(0, 2));
      place.fail?.();
      const codes = [storage.append(records(2, 3)), storage.append(records(3, 4)), storage.compact(records(4, 5))];
      expect(await Promise.all(codes.map(codeOf))).toEqual(['Q3047', 'Q3047', 'Q3047']);
      await storage.close();
    });
  }

  test('a storage that is closed lets the next one in, whatever happened before', async (place) => {
    const storage = place.storage({ maxRecordBytes: 20 });
    await storage.open();
    await codeOf(storage.append([record(0, 21)]));
    await storage.close();
    expect(await read(place)).toEqual([]);
  });
}
