import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { TraceWriter } from '@quorate/simulation';
import { line, quorate } from './captured.js';

const home = process.cwd();
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quorate-trace-'));
  process.chdir(folder);
});

afterEach(async () => {
  process.chdir(home);
  await rm(folder, { recursive: true });
});

const simulated = v.looseObject({ traceDigest: v.string(), events: v.number(), replay: v.string() });
const verification = v.looseObject({
  schema: v.literal('quorate.verification/1'),
  equal: v.nullable(v.boolean()),
  events: v.number(),
  traceDigest: v.nullable(v.string()),
  difference: v.nullable(
    v.strictObject({
      number: v.number(),
      tick: v.nullable(v.number()),
      recorded: v.nullable(v.string()),
      now: v.nullable(v.string()),
    }),
  ),
});

/** Writes a trace; answers what the run printed. */
async function traced(flags: string, file = 'run.ndjson'): Promise<v.InferOutput<typeof simulated>> {
  const { status, out, err } = await line(`sim bracha ${flags} --trace ${file} --json`);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return v.parse(simulated, JSON.parse(out));
}

const linesOf = async (file: string): Promise<string[]> => (await readFile(file, 'utf8')).trimEnd().split('\n');

/** The lines as another file whose digests fit. */
async function forge(target: string, edit: (events: string[]) => readonly string[], plan?: unknown): Promise<void> {
  const [head = '', ...rest] = await linesOf('run.ndjson');
  const events = rest.slice(0, -1).map((text) => /"event":(.*),"digest":"[0-9a-f]{64}"\}$/.exec(text)?.[1] ?? '');
  const { version, nodes, plan: written } = JSON.parse(head) as { version: string; nodes: number; plan: object };
  const lines: string[] = [];
  const writer = new TraceWriter({ version, nodes, plan: plan ?? written }, (text) => lines.push(text));
  for (const event of edit(events)) writer.add(event);
  writer.end();
  await writeFile(target, lines.map((text) => `${text}\n`).join(''));
}

describe('sim --trace', () => {
  it('writes every event, with the digest that the run prints', async () => {
    const { traceDigest, events } = await traced('--nodes 5 --fault 4:equivocate --loss 0.2 --seed 7');
    const lines = await linesOf('run.ndjson');
    expect(lines.length).toBe(events + 2);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ events, traceDigest });
    expect(await traced('--nodes 5 --fault 4:equivocate --loss 0.2 --seed 7', 'again.ndjson')).toMatchObject({
      traceDigest,
    });
    expect(await readFile('again.ndjson', 'utf8')).toBe(await readFile('run.ndjson', 'utf8'));
  });

  it.each([
    ['--seeds 0..5 --trace run.ndjson', 'Q9010'],
    ['--trace no/such/folder.ndjson', 'Q9030'],
    ['--trace .', 'Q9030'],
  ])('refuses %s', async (flags, code) => {
    const { status, err } = await line(`sim bracha ${flags}`);
    expect({ status, code: err.includes(code) }).toEqual({ status: 64, code: true });
  });
});

describe('replay of a trace', () => {
  it('prints the events and what came of them', async () => {
    const { traceDigest } = await traced('--seed 7');
    const { status, out, err } = await line('replay run.ndjson');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const [, ...lines] = await linesOf('run.ndjson');
    for (const [at, text] of out.split('\n').slice(0, 100).entries()) expect(lines[at]).toContain(`"event":${text},`);
    expect(out).toContain(traceDigest.slice(0, 16));
  });

  it('says so when the run is not the one that was recorded', async () => {
    await traced('--seed 7');
    await forge('other.ndjson', (events) => events.slice(0, -1));
    expect((await line('replay other.ndjson --json')).err).toContain('replay other.ndjson --verify says where');
  });
});

describe('replay --trace', () => {
  it('makes a trace of a failure that a campaign has found', async () => {
    const found = await line('sim bracha --broadcast best-effort --seeds 0..20 --json');
    const { replay } = v.parse(simulated, JSON.parse(found.out));
    const { status, out } = await line(`${replay.replace('npx quorate ', '')} --trace small.ndjson --json`);
    const { traceDigest, events } = v.parse(simulated, JSON.parse(out));
    const verified = await line('replay small.ndjson --verify --json');
    expect({ failing: found.status, replayed: status, verified: verified.status }).toEqual({
      failing: 1,
      replayed: 1,
      verified: 0,
    });
    expect(v.parse(verification, JSON.parse(verified.out))).toMatchObject({ equal: true, events, traceDigest });
  });

  it.each([
    ['run.ndjson --verify --trace other.ndjson', 'Q9010'],
    ['run.ndjson --trace run.ndjson', 'Q9010'],
    ['run.ndjson --trace no/such/folder.ndjson', 'Q9030'],
  ])('refuses %s, and leaves the trace as it is', async (flags, code) => {
    await traced('--seed 7');
    const before = await readFile('run.ndjson', 'utf8');
    const { status, err } = await line(`replay ${flags}`);
    expect({ status, code: err.includes(code) }).toEqual({ status: 64, code: true });
    expect(await readFile('run.ndjson', 'utf8')).toBe(before);
  });
});

const changed = (events: string[]): readonly string[] =>
  events.with(42, events[42]?.replace('"node":', '"x":1,"node":') ?? '');

async function differenceOf(file: string): Promise<unknown> {
  const { status, out } = await line(`replay ${file} --verify --json`);
  expect(status).toBe(1);
  return v.parse(verification, JSON.parse(out)).difference;
}

describe('replay --verify', () => {
  it('status 0 and the digest when every event is the same, whatever the verdict of the run', async () => {
    const { traceDigest, events } = await traced('--nodes 7 --fault 5:flood --fault 6:delay --seed 7');
    const { status, out } = await line('replay run.ndjson --verify --json');
    expect(status).toBe(0);
    expect(v.parse(verification, JSON.parse(out))).toMatchObject({
      equal: true,
      events,
      traceDigest,
      difference: null,
    });
    expect((await line('replay run.ndjson --verify')).out).toContain(traceDigest);
    const broken = '--broadcast best-effort --fault 3:equivocate --seed 7 --trace bad.ndjson';
    expect((await line(`sim bracha ${broken}`)).status).toBe(1);
    expect((await line('replay bad.ndjson --verify')).status).toBe(0);
  });

  it('status 1 and the first event that differs, with number, tick and both lines', async () => {
    await traced('--seed 7');
    await forge('other.ndjson', changed);
    const { status, out } = await line('replay other.ndjson --verify --json');
    expect(status).toBe(1);
    const { difference, events, equal } = v.parse(verification, JSON.parse(out));
    expect({ equal, events, number: difference?.number }).toEqual({ equal: false, events: 42, number: 42 });
    expect(difference?.recorded).toContain('"x":1');
    expect(JSON.parse(difference?.now ?? '')).toMatchObject({ tick: difference?.tick });
    expect((await line('replay other.ndjson --verify')).out).toMatch(
      /event 42 at tick \d+ differs; the 42 events before are equal/,
    );
  });

  it('status 1 when the trace or the run ends before the other', async () => {
    const { events } = await traced('--seed 7');
    await forge('short.ndjson', (all) => all.slice(0, -1));
    await forge('long.ndjson', (all) => [...all, all.at(-1) ?? '']);
    expect(await differenceOf('short.ndjson')).toMatchObject({ number: events - 1, recorded: null });
    expect(await differenceOf('long.ndjson')).toMatchObject({ number: events, now: null });
  });

  it('another seed is another run from its first message on', async () => {
    await traced('--seed 7');
    await traced('--seed 7');
    const [head = ''] = await linesOf('run.ndjson');
    const { plan } = JSON.parse(head) as { plan: object };
    await forge('other.ndjson', (events) => events, { ...plan, seed: 8 });
    expect((await line('replay other.ndjson --verify')).status).toBe(1);
  });

  it('refuses a plan, which has no events to compare', async () => {
    await traced('--seed 7');
    const [head = ''] = await linesOf('run.ndjson');
    const { plan } = JSON.parse(head) as { readonly plan: unknown };
    await writeFile('plan.json', JSON.stringify(plan, undefined, 2));
    const { status, err } = await line('replay plan.json --verify');
    expect({ status, code: err.includes('Q9010') }).toEqual({ status: 64, code: true });
  });

  it('says what is wrong with a file that is neither', async () => {
    await writeFile('empty', '');
    expect((await line('replay nowhere --verify')).err).toContain('Q9030');
    expect((await line('replay empty --verify')).err).toContain('Q5030');
    await writeFile('hostile', '\u001b[31mred\u0007');
    const { err } = await line('replay hostile');
    expect(err).toContain('Q9018');
    expect(err).toContain('\u{fffd}[31mred');
    expect(err).not.toContain('\u001b');
  });
});

describe('refused traces', () => {
  const edits: readonly (readonly [string, (lines: string[]) => readonly string[], string])[] = [
    ['another version', ([head = '', ...rest]) => [head.replace('trace/1', 'trace/2'), ...rest], 'Q5031'],
    ['no foot', (lines) => lines.slice(0, -1), 'Q5032'],
    ['half a line at the end', (lines) => [...lines.slice(0, -2), lines.at(-2)?.slice(0, 30) ?? ''], 'Q5033'],
    ['an edited line', (lines) => lines.with(20, lines[20]?.replace(/"tick":(\d+)/, '"tick":1$1') ?? ''), 'Q5033'],
    ['another seed in the head', ([head = '', ...rest]) => [head.replace('"seed":7', '"seed":8'), ...rest], 'Q5033'],
  ];

  it.each(edits)('%s, by every command', async (_, edit, code) => {
    await traced('--seed 7 --latency 3');
    await writeFile('bad.ndjson', edit(await linesOf('run.ndjson')).join('\n') + '\n');
    for (const command of [
      'replay bad.ndjson',
      'replay bad.ndjson --verify',
      'trace bad.ndjson',
      'trace bad.ndjson --to mermaid',
    ]) {
      const { status, err } = await line(command);
      expect({ command, status, code: err.includes(code) }).toEqual({ command, status: 64, code: true });
    }
  });

  it.each([
    [{ nodes: 300 }, 'Q9018'],
    [{ nodes: 3 }, 'Q1003'],
    [{ seed: -1 }, 'Q9018'],
    [{ senders: [9] }, 'Q1002'],
    [{ count: 1_000_000, nodes: 256 }, 'Q9020'],
    [{ network: { latency: { min: 5, max: 1 } } }, 'Q5010'],
    [{ faults: [{ node: 0, behaviour: 'nice' }] }, 'Q9018'],
    [{ clocks: [[0, 0]] }, 'Q9018'],
    [{ schedule: [{ kind: 'write', node: 0, ordinal: -1 }] }, 'Q9018'],
  ])('a plan with %j, though its digests fit', async (edit, code) => {
    await traced('--seed 7');
    await traced('--seed 7');
    const [head = ''] = await linesOf('run.ndjson');
    const { plan } = JSON.parse(head) as { plan: object };
    await forge('bad.ndjson', (events) => events, { ...plan, ...edit });
    for (const command of ['replay bad.ndjson', 'replay bad.ndjson --verify']) {
      const { status, err } = await line(command);
      expect({ command, status, code: err.includes(code) }).toEqual({ command, status: 64, code: true });
    }
  });

  it.each([
    ['no-such-file', 'Q9030'],
    ['.', 'Q9030'],
    ['/dev/zero', 'Q5034'],
    ['/dev/null', 'Q5030'],
  ])('%s', async (path, code) => {
    const { status, err } = await quorate(['trace', path]);
    expect({ status, code: err.includes(code) }).toEqual({ status: 64, code: true });
  });
});

describe('trace', () => {
  it('RBC-01 three steps, and n + 2n² messages for each value, without faults', async () => {
    const { traceDigest } = await traced('--nodes 7 --latency 1 --seed 7 --sender 2');
    const { status, out } = await line('trace run.ndjson --json');
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      schema: 'quorate.trace-statistics/1',
      traceDigest,
      nodes: 7,
      messages: 105,
      received: 105,
      kinds: [
        { kind: 'input', messages: 7 },
        { kind: 'echo', messages: 49 },
        { kind: 'vote', messages: 49 },
      ],
      steps: { min: 3, p50: 3, p99: 3, max: 3, count: 7 },
      latency: { min: 3, p50: 3, p99: 3, max: 3, count: 7 },
      outputs: [1, 1, 1, 1, 1, 1, 1],
    });
    expect((await line('trace run.ndjson')).out).toMatch(/steps +3 +3 +3 +3 +7/);
  });

  it('draws as many events as asked for, and says how many are left out', async () => {
    await traced('--seed 7 --count 3');
    const { out, err } = await line('trace run.ndjson --to mermaid --limit 10');
    expect(out.split('\n').filter((text) => text.includes('->>') || /over n\d:/.test(text)).length).toBe(10);
    expect(out).toMatch(/\d+ more events are left out\n$/);
    expect(err).toContain('--limit');
    const window = await line('trace run.ndjson --to mermaid --from-tick 2 --to-tick 4');
    expect([...window.out.matchAll(/: tick (\d+)/g)].map(([, tick]) => tick)).toEqual(['2', '3', '4']);
  });

  it('writes to a file', async () => {
    await traced('--seed 7');
    const printed = await line('trace run.ndjson --to perfetto');
    expect((await line('trace run.ndjson --to perfetto --output run.json')).out).toBe('');
    expect(await readFile('run.json', 'utf8')).toBe(printed.out);
    expect(JSON.parse(printed.out)).toHaveProperty('traceEvents');
  });

  it('destroys nothing that it does not take the place of: the trace itself, or a picture where there is no trace', async () => {
    await traced('--seed 7');
    const before = await readFile('run.ndjson', 'utf8');
    await symlink('run.ndjson', 'link.ndjson');
    for (const same of ['run.ndjson', './run.ndjson', 'link.ndjson']) {
      const { status, err } = await line(`trace run.ndjson --to mermaid --output ${same}`);
      expect({ status, code: err.includes('error Q9010: ') }).toEqual({ status: 64, code: true });
    }
    expect(await readFile('run.ndjson', 'utf8')).toBe(before);
    await writeFile('picture.md', 'mine');
    expect((await line('trace none.ndjson --to mermaid --output picture.md')).err).toContain(
      'error Q9030: none.ndjson',
    );
    expect(await readFile('picture.md', 'utf8')).toBe('mine');
  });

  it.each([
    ['--to svg', 'Q9002'],
    ['--limit 0 --to mermaid', 'Q9002'],
    ['--output x.json', 'Q9010'],
    ['--to shiviz --json', 'Q9010'],
    ['--from-tick 5 --to-tick 4', 'Q9010'],
    ['--to shiviz --output no/such/folder', 'Q9030'],
  ])('refuses %s', async (flags, code) => {
    await traced('--seed 7');
    const { status, err } = await line(`trace run.ndjson ${flags}`);
    expect({ status, code: err.includes(code) }).toEqual({ status: 64, code: true });
  });
});
