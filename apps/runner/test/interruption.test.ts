/** Ctrl-C, in every command that works for long: the work ends, what was done until then is printed, status 130. */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unlessAborted } from '../src/interruption.js';
import { line, type Captured } from './captured.js';
import { benchDocument, errorDocument, parsed } from './schemas.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quorate-interruption-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** Runs a line, and interrupts it as soon as it listens for that and `when` holds. */
async function interrupted(
  text: string,
  when: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<Captured> {
  const before = process.listeners('SIGINT');
  const over = new AbortController();
  const running = line(text.replaceAll('DIR', directory)).finally(() => over.abort());
  const listener = (): NodeJS.SignalsListener | undefined =>
    process.listeners('SIGINT').find((one) => !before.includes(one));
  while (!over.signal.aborted && (listener() === undefined || !(await when()))) await nextTurn();
  listener()?.('SIGINT');
  return running;
}

const said = v.looseObject({ verdict: v.string(), properties: v.record(v.string(), v.nullable(v.boolean())) });

describe('an interrupted command', () => {
  it.each([
    'run witness --rounds 100000000',
    'run approximate --count 100000',
    'vote --rounds 100000',
    'sim bracha --count 10000',
    'sim witness --seeds 0..1000000',
    'demo --all --rounds 100000',
  ])('prints what was done until then: %s', async (text) => {
    const { status, out } = await interrupted(`${text} --json`);
    expect({ status, verdict: v.parse(said, JSON.parse(out)).verdict }).toEqual({ status: 130, verdict: 'undecided' });
  });

  it('says so to people', async () => {
    expect((await interrupted('run witness --rounds 100000000')).out).toContain(
      'interrupted: this is what was done so far',
    );
    expect((await interrupted('sim bracha --count 10000')).out).toContain(
      'interrupted: this is what was covered so far',
    );
  });

  it('leaves a trace that is known to be cut off', async () => {
    const path = join(directory, 'run.ndjson');
    const isBegun = (): Promise<boolean> =>
      stat(path).then(
        ({ size }) => size > 0,
        () => false,
      );
    const { status, out } = await interrupted('sim bracha --count 10000 --trace DIR/run.ndjson --json', isBegun);
    expect({ status, verdict: v.parse(said, JSON.parse(out)).verdict }).toEqual({ status: 130, verdict: 'undecided' });
    const again = await line(`replay ${path} --verify --json`);
    expect({ status: again.status, code: parsed(errorDocument, again.out).code }).toEqual({
      status: 64,
      code: 'Q5032',
    });
  });

  it.each(['bracha', 'witness', 'vote', 'transport', 'serialization', 'sim', 'log'])(
    'has measured nothing when the first run of a bench was not finished, and prints a document all the same: %s',
    async (subject) => {
      const home = process.cwd();
      process.chdir(directory);
      try {
        const { status, out, err } = await interrupted(`bench ${subject} --seconds 1000 --gate ops>=1 --json`);
        const { runs, verdict, gates, metrics } = parsed(benchDocument, out);
        expect({ status, runs, verdict, gates, ops: metrics.opsPerSecond }).toEqual({
          status: 130,
          runs: 0,
          verdict: 'undecided',
          gates: [],
          ops: 0,
        });
        expect(err).toContain('nothing was measured');
      } finally {
        process.chdir(home);
      }
    },
  );
});

describe('work that ends when somebody interrupts', () => {
  it('is over at once, also when that was before it began, and is left alone otherwise', async () => {
    const controller = new AbortController();
    const never = new Promise<never>(() => undefined);
    const waiting = unlessAborted(controller.signal, never);
    expect(await unlessAborted(controller.signal, Promise.resolve(7))).toBe(7);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(unlessAborted(controller.signal, never)).rejects.toThrow('enough');
  });
});

describe('errors as documents', () => {
  it.each([
    ['run --nodes x', 'Q9002'],
    ['run --nonsense', 'Q9001'],
    ['sim nothing', 'Q9003'],
  ])('are printed when only the configuration file asks for them: %s', async (text, code) => {
    for (const [name, content] of [
      ['asks.toml', 'json = true\n'],
      ['asks.json', '{ "json": true }'],
    ] as const) {
      const path = join(directory, name);
      await writeFile(path, content);
      for (const flag of [`--config ${path}`, `--config=${path}`]) {
        const { status, out } = await line(`${text} ${flag}`);
        expect({ status, code: parsed(errorDocument, out).code }).toEqual({ status: 64, code });
      }
    }
  });

  it('are printed also when that file is what is wrong, as far as it can be read', async () => {
    const path = join(directory, 'wrong.toml');
    await writeFile(path, 'json = true\nnoodles = 4\n');
    expect(parsed(errorDocument, (await line(`run --config ${path}`)).out).code).toBe('Q9008');
    await writeFile(path, 'json = true\nnodes =');
    expect((await line(`run --config ${path}`)).out).toBe('');
  });
});
