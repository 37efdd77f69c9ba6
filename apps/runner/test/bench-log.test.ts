import { readdir } from 'node:fs/promises';
import { createGroup } from '@quorate/transport';
import { expect, test } from 'vitest';
import { subjectNamed } from '../src/bench/subjects.js';

const leftovers = async (): Promise<string[]> =>
  (await readdir('.quorate').catch(() => [])).filter((name) => name.startsWith('bench-log-'));

test('bench log measures both kinds of commit beside a baseline, and leaves nothing behind', async () => {
  const before = await leftovers();
  const subject = await subjectNamed('log');
  const options = {
    group: createGroup({ nodes: 4 }),
    payload: 64,
    seconds: 0.001,
    seed: 1,
    broadcast: 'bracha',
    protocolOptions: {},
    faults: [],
  } as const;
  const figures = await subject.measure({ ...options, signal: new AbortController().signal });
  expect(figures.opsPerSecond).toBeGreaterThan(0);
  expect(figures.baseline.opsPerSecond).toBeGreaterThan(0);
  expect(Object.keys(figures.details ?? {})).toEqual([
    'commitsOf100PerSecond',
    'recordsPerSecondBy100',
    'baselineOf100PerSecond',
    'ratioOf100',
  ]);
  for (const value of Object.values(figures.details ?? {})) expect(value).toBeGreaterThan(0);
  const reason = new Error('never mind');
  await expect(subject.measure({ ...options, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(await leftovers()).toEqual(before);
});
