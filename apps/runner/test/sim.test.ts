import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { runProgram } from '../src/program.js';
import { line, quorate } from './captured.js';

/** What these tests read of a document. */
const simulated = v.looseObject({
  schema: v.literal('quorate.run/1'),
  n: v.number(),
  seed: v.number(),
  verdict: v.picklist(['valid', 'violated', 'undecided']),
  properties: v.record(v.string(), v.nullable(v.boolean())),
  outputs: v.record(v.string(), v.object({ count: v.number(), sha256: v.string() })),
  violations: v.array(v.object({ property: v.string(), kind: v.string(), detail: v.string() })),
  suspicions: v.array(
    v.strictObject({
      peer: v.number(),
      kind: v.string(),
      certainty: v.picklist(['proof', 'suspicion']),
      by: v.pipe(v.array(v.number()), v.nonEmpty()),
      count: v.number(),
    }),
  ),
  metrics: v.strictObject({
    seconds: v.number(),
    messages: v.number(),
    bytes: v.nullable(v.number()),
    deliveries: v.number(),
    deliveriesPerSecond: v.number(),
    latencyMs: v.null(),
    rssBytesPerNode: v.nullable(v.number()),
    schedules: v.optional(v.number()),
    schedulesPerSecond: v.optional(v.number()),
  }),
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

  it('tells what it cost and who was accused, as a run on threads does', async () => {
    const { out } = await line('sim --fault 3:double-vote --payload 100 --seed 5 --json');
    const { metrics, suspicions } = read(out);
    expect(metrics).toMatchObject({ deliveries: 12, latencyMs: null });
    // Three correct inputs, and what is answered to them, reach three others each; a frame is longer than its payload.
    expect(metrics.bytes).toBeGreaterThan(3 * 3 * 100);
    expect(metrics.rssBytesPerNode).toBeGreaterThan(1_000_000);
    expect(suspicions).toContainEqual(expect.objectContaining({ peer: 3, certainty: 'proof', by: [0, 1, 2] }));
  });

  it('takes partitions from the environment, one after the other behind semicolons', async () => {
    const environment = { QUORATE_PARTITION: '0,1|2,3@0..50; 0|1,2,3@60..90' };
    const { status, out } = await quorate(['sim', '--json', '--seed', '1'], environment);
    expect(status).toBe(0);
    expect(read(out).replay).toContain("--partition '0,1|2,3@0..50' --partition '0|1,2,3@60..90'");
  });

  it.each([
    ['--nodes 256', 'Q9020'],
    ['--count 100000000', 'Q9020'],
    ['--count 9 --payload 1048576 --nodes 9', 'Q9020'],
    ['--count 100000 --seeds 0..9', 'Q9020'],
    ['--seed 1 --seeds 0..9', 'Q9010'],
    ['--fault 3:crash --fault 3:silent', 'Q9005'],
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

  it('draws no group that tolerates fewer faults than it was given, and its replay line repeats them', async () => {
    const flags = '--nodes 4..6 --fault 3:silent --loss 0.1 --count 1';
    const { status, out } = await line(`sim bracha ${flags} --seeds 0..64 --json`);
    expect(status).toBe(0);
    expect(read(out).replay).toBe(
      'npx quorate sim bracha --nodes 4..6 --fault 3:silent --latency 1..10 --loss 0.1 --count 1 --seeds 0..64',
    );
  });

  it('keeps its result when the failure cannot be written down', async () => {
    await writeFile('.quorate', 'a file where the folder would be');
    const { status, out, err } = await line(
      'sim --broadcast best-effort --fault 3:equivocate --nodes 4..7 --seeds 0..100 --json',
    );
    expect(status).toBe(1);
    expect(err).toContain('Q9018');
    const again = await line(`${read(out).replay.replace('npx quorate ', '')} --json`);
    expect(again.status).toBe(1);
    expect(read(again.out).traceDigest).toBe(read(out).traceDigest);
  });

  it('ends at the first seed that violates, shrunk, in a file that one line replays', async () => {
    const { status, out } = await line(
      'sim bracha --broadcast best-effort --fault 3:equivocate --nodes 4..7 --seeds 0..500 --json',
    );
    const found = read(out);
    expect(status).toBe(1);
    expect(found).toMatchObject({ verdict: 'violated', n: 4, properties: { agreement: false } });
    expect(found.violations[0]).toMatchObject({ property: 'agreement', kind: 'safety' });
    const again = await line(`${found.replay.replace('npx quorate ', '')} --json`);
    expect(again.status).toBe(1);
    expect(read(again.out)).toMatchObject({ traceDigest: found.traceDigest, properties: { agreement: false } });
  });

  it('ends with what was found when somebody has no patience while it is made small', async () => {
    const before = process.listeners('SIGINT');
    let out = '';
    const status = await runProgram(
      'sim --broadcast best-effort --fault 3:equivocate --nodes 9 --count 3 --seeds 0..50 --json'.split(' '),
      {
        out: { write: (text) => void (out += text) },
        err: {
          isTTY: true,
          write(text) {
            if (!text.includes('making it small')) return;
            // What Ctrl-C does, for this command alone.
            for (const listener of process.listeners('SIGINT')) if (!before.includes(listener)) listener('SIGINT');
          },
        },
        environment: {},
      },
    );
    expect(status).toBe(130);
    const found = v.parse(
      v.looseObject({ verdict: v.string(), n: v.number(), interrupted: v.literal(true), replay: v.string() }),
      JSON.parse(out),
    );
    expect(found).toMatchObject({ verdict: 'violated', n: 9 });
    expect((await line(`${found.replay.replace('npx quorate ', '')} --json`)).status).toBe(1);
  });

  it('two equivocators of four break safety: no checker is vacuous', async () => {
    const both = 'sim bracha --fault 2:equivocate --fault 3:equivocate --allow-unsafe --seeds 0..500 --json';
    const { status, out } = await line(both);
    expect(status).toBe(1);
    // Shrunk to them, not to a group in which nobody could promise anything.
    expect(read(out)).toMatchObject({ n: 4, verdict: 'violated', faults: ['2:equivocate', '3:equivocate'] });
    expect(read(out).violations[0]?.kind).toBe('safety');
  });

  it('two failures are two files, though both were shrunk to the same seed', async () => {
    const flags = 'sim --broadcast best-effort --nodes 4 --json --seeds';
    const [one, other] = [
      read((await line(`${flags} 0..50 --fault 3:equivocate`)).out),
      read((await line(`${flags} 0..50 --fault 0:equivocate`)).out),
    ];
    expect(one.replay).not.toBe(other.replay);
    const again = read((await line(`${one.replay.replace('npx quorate ', '')} --json`)).out);
    expect(again.traceDigest).toBe(one.traceDigest);
  });
});

describe('replay', () => {
  const plan = {
    schema: 'quorate.plan/1',
    subject: 'bracha',
    nodes: 4,
    faulty: 1,
    unsafe: false,
    seed: 1,
    faults: [{ node: 3, behaviour: 'silent' }],
    network: {},
    count: 1,
    senders: [0],
  };

  it.each([
    [{ nodes: 0 }, 'Q1001'],
    [{ nodes: 3 }, 'Q1003'],
    [{ senders: [4] }, 'Q1002'],
    [{ faults: [1, 2].map((node) => ({ node, behaviour: 'silent' })) }, 'Q5011'],
    [{ network: { slow: [[9, 1]] } }, 'Q5010'],
    [{ network: { latency: { min: 2, max: 1 } } }, 'Q5010'],
    [{ nodes: 256, count: 1_000_000 }, 'Q9020'],
    [{ seed: -1 }, 'Q9018'],
    [{ schedule: [{ kind: 'delivery', from: 0, to: 1, ordinal: -1 }] }, 'Q9018'],
    [{ more: 1 }, 'Q9018'],
    [{ settings: { epsilon: 1 } }, 'Q9018'],
    [{ settings: { broadcast: 'nope' } }, 'Q9014'],
    [{ faults: ['silent', 'flood'].map((behaviour) => ({ node: 3, behaviour })) }, 'Q9018'],
    [{ faults: [{ node: 9, behaviour: 'silent' }] }, 'Q1002'],
  ])('refuses a plan with %j', async (edit, code) => {
    await writeFile('plan.json', JSON.stringify({ ...plan, ...edit }));
    const { status, err } = await line('replay plan.json');
    expect({ status, line: err.split('\n', 1)[0] }).toEqual({
      status: 64,
      line: expect.stringContaining(code) as string,
    });
  });

  it('refuses a plan with more senders than any memory holds the values of', async () => {
    await writeFile('plan.json', JSON.stringify({ ...plan, senders: Array.from({ length: 200_000 }, () => 0) }));
    expect((await line('replay plan.json')).err).toContain('Q9020');
  });

  it('passes over what a schedule names and nobody offers', async () => {
    const schedule = [
      { kind: 'delivery', from: 0, to: 1, ordinal: 7 },
      { kind: 'expiry', node: 2, timer: '__proto__' },
      { kind: 'delivery', from: 200, to: 255, ordinal: 0 },
      { kind: 'delivery', from: 0, to: 1, ordinal: 0 },
    ];
    await writeFile('plan.json', JSON.stringify({ ...plan, schedule }));
    const { status, out } = await line('replay plan.json --json');
    expect(status).toBe(0);
    expect(read(out).properties).toMatchObject({ agreement: true, totality: null });
  });

  it('quotes a path that a shell would cut', async () => {
    await mkdir('my plans');
    await writeFile('my plans/one.json', JSON.stringify(plan));
    const { out } = await quorate(['replay', 'my plans/one.json', '--json']);
    expect(read(out).replay).toBe("npx quorate replay 'my plans/one.json'");
  });

  it.each(['.', '/dev/zero'])('refuses %s, which is no file of text', async (path) => {
    const { status, err } = await quorate(['replay', path]);
    expect(status).toBe(64);
    expect(err).toContain('Q9018');
  });

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
