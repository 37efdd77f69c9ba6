import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { line } from './captured.js';

/** What these tests read of a document. */
const simulated = v.looseObject({
  schema: v.literal('quorate.run/1'),
  n: v.number(),
  seed: v.number(),
  verdict: v.picklist(['valid', 'violated', 'undecided']),
  properties: v.record(v.string(), v.nullable(v.boolean())),
  outputs: v.record(v.string(), v.object({ count: v.number(), sha256: v.string() })),
  metrics: v.looseObject({ messages: v.number(), schedules: v.optional(v.number()) }),
  ticks: v.number(),
  traceDigest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  exercised: v.optional(v.record(v.string(), v.number())),
  replay: v.string(),
});
const read = (text: string): v.InferOutput<typeof simulated> => v.parse(simulated, JSON.parse(text));

const home = process.cwd();
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quorate-sim-'));
  process.chdir(folder);
});

afterEach(async () => {
  process.chdir(home);
  await rm(folder, { recursive: true });
});

describe('one run', () => {
  it('SIM-01 a seed decides everything: the same trace digest twice, another one for another seed', async () => {
    const command = 'sim bracha --nodes 7 --fault 5:equivocate --fault 6:flood --loss 0.1 --count 3 --json --seed';
    const first = await line(`${command} 11`);
    expect(first.status).toBe(0);
    expect(read(first.out).traceDigest).toBe(read((await line(`${command} 11`)).out).traceDigest);
    expect(read(first.out).traceDigest).not.toBe(read((await line(`${command} 12`)).out).traceDigest);
  });

  it('its replay line runs the same again', async () => {
    const { out } = await line(
      'sim bracha --nodes 5 --fault 4:delay --fault 1->0:drop@3..40 --partition 0,1|2,3,4@5..60 --loss 0.2 --latency 2..8 --payload 33 --sender 2 --seed 9 --json',
    );
    const words = read(out).replay.replaceAll("'", '').replace('npx quorate ', '');
    expect(words).toContain('--partition 0,1|2,3,4@5..60');
    expect(read((await line(`${words} --json`)).out).traceDigest).toBe(read(out).traceDigest);
  });

  it('holds the promises through a partition that heals, and asserts safety alone when frames are lost for good', async () => {
    const cut = 'sim --partition 0,1|2,3@0..500 --seed 3 --json';
    const healed = read((await line(cut)).out);
    expect(healed).toMatchObject({ verdict: 'valid', properties: { totality: true } });
    expect(healed.ticks).toBeGreaterThan(500);
    const lossy = read((await line(`${cut} --lossy`)).out);
    expect(lossy).toMatchObject({ verdict: 'valid', properties: { totality: null, agreement: true } });
  });

  it.each([
    ['--seed x', 'Q9002'],
    ['--partition 0,9|1@1..5', 'Q1002'],
    ['--partition 0,1@1..5', 'Q9017'],
    ['--latency 9..1', 'Q9017'],
    ['--fault 2:silent --fault 3:silent', 'Q9006'],
    ['--fault 1->7:drop@1..2', 'Q1002'],
    ['--nodes 4..7', 'Q9010'],
    ['--nodes 7..4 --seeds 0..9', 'Q9002'],
    ['--seeds 9..9', 'Q9019'],
    ['--seeds 9', 'Q9019'],
    ['--nodes 3 --faulty 1', 'Q1003'],
  ])('refuses %s with %s, status 64', async (flags, code) => {
    const { status, err } = await line(`sim bracha ${flags}`);
    expect({ status, line: err.split('\n', 1)[0] }).toEqual({
      status: 64,
      line: expect.stringContaining(code) as string,
    });
  });
});

describe('a campaign', () => {
  it('covers its seeds, and says what it exercised', async () => {
    const { status, out } = await line('sim bracha --nodes 4..7 --seeds 100..160 --json');
    const document = read(out);
    expect(status).toBe(0);
    expect(document).toMatchObject({ verdict: 'valid', metrics: { schedules: 60 } });
    expect(Object.keys(document.exercised ?? {})).toContain('behaviour equivocate');
  });

  it('ends at the first seed that violates, shrunk, in a file that one line replays', async () => {
    const { status, out } = await line('sim bracha --broadcast best-effort --nodes 4..7 --seeds 0..500 --json');
    const found = read(out);
    expect(status).toBe(1);
    expect(found).toMatchObject({ verdict: 'violated', n: 4, properties: { agreement: false } });
    const again = await line(`${found.replay.replace('npx quorate ', '')} --json`);
    expect(again.status).toBe(1);
    expect(read(again.out)).toMatchObject({ traceDigest: found.traceDigest, properties: { agreement: false } });
  });

  it('two equivocators of four break agreement when it is allowed', async () => {
    const { status, out } = await line(
      'sim bracha --fault 2:equivocate --fault 3:equivocate --allow-unsafe --seeds 0..500 --json',
    );
    expect([1, 3]).toContain(status);
    expect(read(out).verdict).toBe('violated');
  });
});

describe('replay', () => {
  it.each([
    ['no file', undefined],
    ['a truncated file', '{"schema":"quorate.plan/1","subject":"bracha"'],
    ['a plan of another version', '{"schema":"quorate.plan/2"}'],
    ['a plan with an unknown behaviour', '{"schema":"quorate.plan/1","faults":[{"node":0,"behaviour":"nice"}]}'],
  ])('refuses %s with Q9018', async (_, text) => {
    if (text !== undefined) await writeFile('plan.json', text);
    const { status, err } = await line('replay plan.json');
    expect(status).toBe(64);
    expect(err).toContain('Q9018');
  });
});
