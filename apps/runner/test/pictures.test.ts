/** The pictures of rounds in the READMEs are what the commands beside them print. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TraceWriter } from '@quorate/simulation';
import { line } from './captured.js';

const home = process.cwd();
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quorate-pictures-'));
  process.chdir(folder);
});

afterEach(async () => {
  process.chdir(home);
  await rm(folder, { recursive: true });
});

/** The commands before the picture, and the picture. */
const pattern = /```sh\n((?:npx quorate .*\n)+)```\n\n```mermaid\n(.*?)```/s;

it.each(['witness', 'aggregated-witness', 'barycentric-agreement'])('README of %s', async (name) => {
  const readme = await readFile(fileURLToPath(new URL(`../../../packages/${name}/README.md`, import.meta.url)), 'utf8');
  const [, commands = '', picture] = pattern.exec(readme) ?? [];
  let printed = '';
  for (const command of commands.trimEnd().split('\n')) {
    const { status, out, err } = await line(command.replace('npx quorate ', ''));
    expect({ command, status, err }).toEqual({ command, status: 0, err: '' });
    printed = out;
  }
  expect(printed).toBe(picture);
});

/** The lines of a picture that match. */
const count = (picture: string, sought: RegExp): number =>
  picture.split('\n').filter((text) => sought.test(text)).length;

describe('trace --collapse', () => {
  it('draws an arrow for each delivery from another node, and no message of the broadcast', async () => {
    await line('sim witness --nodes 4 --seed 3 --rounds 2 --trace run.ndjson');
    const { status, out } = await line('trace run.ndjson --to mermaid --collapse');
    expect(status).toBe(0);
    // A value and a report of each of four nodes, at three others, in two rounds.
    expect(count(out, /->>n\d: value round=[01]$/)).toBe(24);
    expect(count(out, /->>n\d: report round=[01] senders=\(\d,\d,\d(,\d)?\)$/)).toBe(24);
    expect(count(out, /->>/)).toBe(48);
    expect(count(out, /: output round=0 values=\(\d/)).toBeGreaterThanOrEqual(4);
  });

  it('draws what layers send beside the broadcast, and what liars make others deliver', async () => {
    await line('sim barycentric --nodes 7 --fault 6:equivocate --fault 5:contradict --seed 3 --trace run.ndjson');
    const { status, out } = await line('trace run.ndjson --to mermaid --collapse --limit 10000');
    expect(status).toBe(0);
    expect(count(out, /->>n\d: view round=0 members=\(/)).toBeGreaterThan(0);
    expect(count(out, /n5->>n[0-4]: broadcast round=0/)).toBe(10);
    expect(count(out, /Note over n[56]: (in|out)put/)).toBe(0);
    expect(out).not.toMatch(/echo|vote/);
  });

  it('heeds the window', async () => {
    await line('sim witness --seed 3 --trace run.ndjson');
    const { out, err } = await line('trace run.ndjson --to mermaid --collapse --limit 5 --from-tick 1');
    expect(count(out, /->>|Note over n\d:/)).toBe(5);
    expect(err).toContain('more events are left out');
  });

  it('refuses a trace whose run goes another way', async () => {
    await line('sim witness --seed 3 --trace run.ndjson');
    const [head = '', ...rest] = (await readFile('run.ndjson', 'utf8')).trimEnd().split('\n');
    const events = rest.slice(0, -1).map((text) => /"event":(.*),"digest":"[0-9a-f]{64}"\}$/.exec(text)?.[1] ?? '');
    const lines: string[] = [];
    const { version, nodes, plan } = JSON.parse(head) as { version: string; nodes: number; plan: object };
    for (const changed of [events.slice(0, -1), [...events, events.at(-1) ?? '']]) {
      lines.length = 0;
      const writer = new TraceWriter({ version, nodes, plan }, (text) => lines.push(text));
      for (const event of changed) writer.add(event);
      writer.end();
      await writeFile('other.ndjson', `${lines.join('\n')}\n`);
      const { status, err } = await line('trace other.ndjson --to mermaid --collapse');
      expect({ status, code: err.includes('Q9031') }).toEqual({ status: 64, code: true });
    }
  });

  it.each([
    ['sim witness', '--collapse', 'Q9010'],
    ['sim witness', '--to shiviz --collapse', 'Q9010'],
    ['sim bracha', '--to mermaid --collapse', 'Q9010'],
    ['sim basic', '--to mermaid --collapse', 'Q9010'],
    ['sim together', '--to mermaid --collapse', 'Q9010'],
  ])('%s, then trace %s: refused with %s', async (run, flags, code) => {
    await line(`${run} --seed 3 --trace run.ndjson`);
    const { status, err } = await line(`trace run.ndjson ${flags}`);
    expect({ status, code: err.includes(code) }).toEqual({ status: 64, code: true });
  });
});
