/** What a file may look like that is not as it was written. On a disk in memory, which is quick enough to try every bit. */
import { expect, test } from 'vitest';
import { fileStorageOn, type FileStorageOptions } from '../../src/file-storage/file-storage.js';
import { QuorateError, type StorageContents } from '../../src/index.js';
import { MemoryDisk } from './memory-disk.js';

const path = '/log';
/** Of a record of 8 bytes: 20 and 8, up to the next multiple of 8. */
const framed = 32;
const header = 512;

const record = (number: number): Uint8Array => new Uint8Array(8).fill(number);

const storageOf = (disk: MemoryDisk, options: Partial<FileStorageOptions> = {}) =>
  fileStorageOn(disk, { path, identity: 'test/0', maxLogBytes: 4096, ...options });

/** A log with these batches of records, which are numbered through from 1; closed. */
async function written(batches: readonly number[], compacted = 0): Promise<Buffer> {
  const disk = new MemoryDisk();
  const storage = storageOf(disk);
  await storage.open();
  let number = 1;
  const next = (count: number): Uint8Array[] => Array.from({ length: count }, () => record(number++));
  if (compacted > 0) await storage.compact(next(compacted));
  for (const count of batches) await storage.append(next(count));
  await storage.close();
  return disk.bytesOf(path) ?? Buffer.alloc(0);
}

/** Opens a file with these bytes: its records by number, and what was cut; or the code of the error. */
async function read(bytes: Buffer, options: Partial<FileStorageOptions> = {}): Promise<unknown> {
  const disk = new MemoryDisk();
  disk.put(path, bytes);
  const storage = storageOf(disk, options);
  try {
    return summary(await storage.open());
  } catch (error) {
    expect(disk.bytesOf(path)?.equals(bytes), 'a file that is refused is not touched').toBe(true);
    return error instanceof QuorateError ? error.code : error;
  } finally {
    await storage.close();
  }
}

const summary = ({ records, cut }: StorageContents): unknown => ({
  records: records.map((bytes) => (bytes.length === 8 && bytes.every((byte) => byte === bytes[0]) ? bytes[0] : bytes)),
  ...(cut === undefined ? {} : { cut }),
});

const flipped = (bytes: Buffer, bit: number): Buffer => {
  const other = Buffer.from(bytes);
  other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return other;
};

test('cut off at each byte of the last record: the others are there, and what was cut is said', async () => {
  const bytes = await written([1, 1, 1]);
  const last = header + 2 * framed;
  for (let length = last; length <= last + framed; length++) {
    // Behind the end stand zeros: a record that ends with some is whole without them.
    const whole = length > last && bytes.subarray(length, last + 28).every((byte) => byte === 0);
    const cut = length > last && !whole ? { cut: { records: 2, bytes: lastBytes(bytes, last, length) } } : {};
    expect(await read(bytes.subarray(0, length)), `${length}`).toEqual({ records: whole ? [1, 2, 3] : [1, 2], ...cut });
  }
});

/** Bytes up to the last one that is not zero. */
const lastBytes = (bytes: Buffer, from: number, to: number): number =>
  bytes.subarray(from, to).findLastIndex((byte) => byte !== 0) + 1;

test('each bit of the last record: a flipped one makes it the tail that is cut', async () => {
  const bytes = await written([1, 1, 1]);
  const last = header + 2 * framed;
  for (let bit = last * 8; bit < (last + 28) * 8; bit++) {
    expect(await read(flipped(bytes, bit)), `bit ${bit}`).toMatchObject({ records: [1, 2], cut: { records: 2 } });
  }
  // Behind the end nothing may stand, not even a bit: it is cut as well.
  for (let bit = (last + 32) * 8; bit < (last + 40) * 8; bit++) {
    expect(await read(flipped(bytes, bit)), `bit ${bit}`).toMatchObject({ records: [1, 2, 3], cut: { records: 3 } });
  }
});

test('each bit of an earlier record: what follows shows that it was durable (Q3045)', async () => {
  const bytes = await written([1, 1, 1]);
  for (let bit = (header + framed) * 8; bit < (header + framed + 28) * 8; bit++) {
    expect(await read(flipped(bytes, bit)), `bit ${bit}`).toBe('Q3045');
  }
});

test('whole sectors of zeros in the middle are damage, not the end', async () => {
  const bytes = await written([1, 1, 1, 1]);
  bytes.fill(0, header + framed, header + 3 * framed);
  expect(await read(bytes)).toBe('Q3045');
});

test('a torn batch may have lost its first record and kept the others: a cut, for nobody was told', async () => {
  const bytes = await written([2, 5]);
  const torn = flipped(bytes, (header + 2 * framed + 25) * 8);
  expect(await read(torn)).toEqual({
    records: [1, 2],
    cut: { records: 2, bytes: lastBytes(bytes, header + 2 * framed, 4096) },
  });
  // With another batch behind it the same is damage.
  expect(await read(flipped(await written([2, 5, 1]), (header + 2 * framed + 25) * 8))).toBe('Q3045');
});

test('what a log was compacted to cannot be torn: any damage to it is refused, the last record included', async () => {
  const bytes = await written([], 3);
  for (let bit = header * 8; bit < (header + 3 * framed - 4) * 8; bit += 3) {
    // The last 4 of 32 bytes are padding, which says nothing.
    const expected = ((bit >> 3) - header) % framed < 28 ? 'Q3045' : { records: [1, 2, 3] };
    expect(await read(flipped(bytes, bit)), `bit ${bit}`).toEqual(expected);
  }
  expect(await read(bytes.subarray(0, header + 2 * framed))).toBe('Q3045');
  expect(await read(flipped(await written([1], 3), (header + 3 * framed + 21) * 8))).toMatchObject({
    records: [1, 2, 3],
  });
});

test('a record is valid in its place and in its file only', async () => {
  const bytes = await written([1, 1, 1, 1]);
  const swapped = Buffer.from(bytes);
  bytes.copy(swapped, header + framed, header + 2 * framed, header + 3 * framed);
  bytes.copy(swapped, header + 2 * framed, header + framed, header + 2 * framed);
  expect(await read(swapped)).toBe('Q3045');
  // The fourth record once more at the end, and a record of another file in its right place: neither goes on the log.
  const repeated = Buffer.from(bytes);
  bytes.copy(repeated, header + 4 * framed, header + 3 * framed, header + 4 * framed);
  expect(await read(repeated)).toMatchObject({ records: [1, 2, 3, 4], cut: { records: 4 } });
  const foreign = Buffer.from(bytes);
  const other = await written([1, 1, 1, 1, 1]);
  other.copy(foreign, header + 4 * framed, header + 4 * framed, header + 5 * framed);
  expect(await read(foreign)).toMatchObject({ records: [1, 2, 3, 4], cut: { records: 4 } });
});

test('bytes of a peer that look like records do not pass for damage, nor take long', async () => {
  const disk = new MemoryDisk();
  const size = 1 << 20;
  const storage = storageOf(disk, { maxLogBytes: 2 * size });
  await storage.open();
  // Heads with plausible lengths and great numbers wherever one could begin.
  const hostile = Buffer.alloc(size);
  for (let at = 4; at + 24 <= size; at += 8) hostile.writeUInt32LE(size >> 1, at);
  await storage.append([record(1)]);
  await storage.append([hostile]);
  await storage.close();
  const bytes = disk.bytesOf(path) ?? Buffer.alloc(0);
  const found = await read(flipped(bytes, (header + framed) * 8), { maxLogBytes: 2 * size });
  expect(found).toMatchObject({ records: [1], cut: { records: 1 } });
});

test('what was cut is gone for good, also when another crash follows at once', async () => {
  const disk = new MemoryDisk();
  disk.put(path, flipped(await written([1, 4]), (header + framed + 25) * 8));
  const storage = storageOf(disk);
  expect(summary(await storage.open())).toMatchObject({ records: [1], cut: { records: 1 } });
  await storage.close();
  disk.restart(() => false);
  const next = storageOf(disk);
  expect(summary(await next.open())).toEqual({ records: [1] });
  await next.close();
});

test('a long tail is cut to its end: nothing of it stands behind what comes later', async () => {
  const disk = new MemoryDisk();
  const size = 8 << 20;
  const storage = storageOf(disk, { maxLogBytes: size });
  await storage.open();
  await storage.append([record(1)]);
  await storage.append([record(2), new Uint8Array(2 << 20).fill(9), record(3)]);
  await storage.close();
  disk.put(path, flipped(disk.bytesOf(path) ?? Buffer.alloc(0), (header + framed + 25) * 8));
  const next = storageOf(disk, { maxLogBytes: size });
  expect(summary(await next.open())).toMatchObject({ records: [1], cut: { records: 1 } });
  await next.close();
  const rest = disk.bytesOf(path)?.subarray(header + framed);
  expect(rest?.every((byte) => byte === 0)).toBe(true);
});

test('a whole tail that the last process could not make durable is durable before it is told', async () => {
  const disk = new MemoryDisk();
  const storage = storageOf(disk);
  await storage.open();
  disk.failAt = disk.operations + 1;
  disk.crashes = false;
  // The write succeeds, what makes it durable does not: the process ends, the machine does not.
  await expect(storage.append([record(1)])).rejects.toMatchObject({
    code: 'Q3047',
    cause: { message: 'ENOSPC no space left on device' },
  });
  await storage.close();
  disk.failAt = Infinity;
  const next = storageOf(disk);
  expect(summary(await next.open())).toEqual({ records: [1] });
  await next.close();
  disk.restart(() => false);
  const last = storageOf(disk);
  expect(summary(await last.open())).toEqual({ records: [1] });
  await last.close();
});

test('files that are no log of this node are refused by name', async () => {
  const bytes = await written([1]);
  expect(await read(Buffer.alloc(0))).toBe('Q3043');
  expect(await read(bytes.subarray(0, 511))).toBe('Q3043');
  expect(await read(Buffer.from('a diary\n'.repeat(100)))).toBe('Q3043');
  expect(await read(bytes, { identity: 'test/1' })).toBe('Q3043');
  expect(await read(bytes, { identity: 'test/' })).toBe('Q3043');
  const newer = Buffer.from(bytes);
  newer.writeUInt32LE(2, 8);
  expect(await read(newer)).toBe('Q3044');
  for (let bit = 12 * 8; bit < header * 8; bit += 7)
    expect(await read(flipped(bytes, bit)), `bit ${bit}`).toBe('Q3045');
  expect(await read(bytes, { maxLogBytes: 2048 })).toBe('Q3041');
});

test('limits and identities that are none', () => {
  const disk = new MemoryDisk();
  for (const options of [
    { identity: '' },
    { identity: 'ü'.repeat(129) },
    { maxRecordBytes: 0 },
    { maxRecordBytes: 1.5 },
    { maxRecordBytes: 2 ** 31 },
    { maxLogBytes: 511 },
    { maxLogBytes: 2 ** 33 },
    { maxLogBytes: Number.NaN },
  ]) {
    expect(() => storageOf(disk, options), JSON.stringify(options)).toThrow(expect.objectContaining({ code: 'Q3004' }));
  }
  expect(() => storageOf(disk, { identity: 'ü'.repeat(128) })).not.toThrow();
});
