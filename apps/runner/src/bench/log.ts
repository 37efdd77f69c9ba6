/**
 * What a durable commit costs: a storage in a file, as a node has it, beside the least that can be durable at all, one `write` and one `fdatasync` for
 * each batch, appended to a file on the same disk, with neither checksums nor an event loop that stays free. The two take turns, so that whatever
 * else the disk does meets both. What this does not show: a disk that others use as well, and steps of a protocol between commits.
 */
import { closeSync, existsSync, fdatasyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Storage } from '@quorate/transport';
import { fileStorage } from '@quorate/transport/file-storage';
import { onDisk } from '../run/log-failure.js';
import { median } from './statistics.js';
import type { Subject } from './subject.js';

const recordBytes = 256;
const many = 100;
/** How long one of the four has its turn, in milliseconds. */
const turn = 100;

/** The log of a durable node. */
export const log: Subject = {
  name: 'log',
  operation: `a record of ${recordBytes} bytes made durable, one at a time, in the current directory`,
  grouped: false,
  async measure({ seconds, signal }) {
    const directory = await onDisk('.quorate', async () => {
      if (!existsSync('.quorate')) await mkdir('.quorate');
      return mkdtemp(join('.quorate', 'bench-log-'));
    });
    try {
      const rates = await takingTurns(directory, seconds, signal);
      const { one, raw, batch, rawBatch } = rates;
      return {
        opsPerSecond: one,
        baseline: { name: 'one write and one fdatasync for each record, appended to a file', opsPerSecond: raw },
        details: {
          commitsOf100PerSecond: Math.round(batch),
          recordsPerSecondBy100: Math.round(batch * many),
          baselineOf100PerSecond: Math.round(rawBatch),
          ratioOf100: Math.round((batch / rawBatch) * 1000) / 1000,
        },
      };
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

/** Commits a second of each kind, medians over its turns. */
interface Rates {
  readonly one: number;
  readonly raw: number;
  readonly batch: number;
  readonly rawBatch: number;
}

async function takingTurns(directory: string, seconds: number, signal: AbortSignal): Promise<Rates> {
  const storage = fileStorage({ path: join(directory, 'log'), identity: 'bench' });
  await storage.open({ signal });
  const file = openSync(join(directory, 'raw'), 'w');
  const single = records(1);
  const hundred = records(many);
  const rates: { [Name in keyof Rates]: number[] } = { one: [], raw: [], batch: [], rawBatch: [] };
  try {
    const until = performance.now() + seconds * 1000;
    for (let round = 0; round < 3 || performance.now() < until; round++) {
      signal.throwIfAborted();
      rates.one.push(await logged(storage, single));
      rates.raw.push(appended(file, single));
      rates.batch.push(await logged(storage, hundred));
      rates.rawBatch.push(appended(file, hundred));
      // The compilers had their say.
      if (round === 0) for (const values of Object.values(rates)) values.length = 0;
    }
  } finally {
    closeSync(file);
    await storage.close();
  }
  const { one, raw, batch, rawBatch } = rates;
  return { one: median(one), raw: median(raw), batch: median(batch), rawBatch: median(rawBatch) };
}

/** Records that differ, so that nothing is gained by what they have in common. */
const records = (count: number): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, number) =>
    Uint8Array.from({ length: recordBytes }, (_unused, at) => number * 31 + at * 7),
  );

/** Commits a second of one turn of the storage, which begins with a log that is nearly empty. */
async function logged(storage: Storage, batch: readonly Uint8Array[]): Promise<number> {
  await storage.compact(batch.slice(0, 1));
  const begun = performance.now();
  let commits = 0;
  for (; performance.now() - begun < turn; commits++) await storage.append(batch);
  return (commits * 1000) / (performance.now() - begun);
}

/** The same of the bare file. */
function appended(file: number, batch: readonly Uint8Array[]): number {
  const bytes = Buffer.concat(batch);
  ftruncateSync(file, 0);
  fdatasyncSync(file);
  const begun = performance.now();
  let commits = 0;
  for (; performance.now() - begun < turn; commits++) {
    writeSync(file, bytes, 0, bytes.length, commits * bytes.length);
    fdatasyncSync(file);
  }
  return (commits * 1000) / (performance.now() - begun);
}
