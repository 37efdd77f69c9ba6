/** Real files, and processes and threads that really die. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { fileStorage, lockFile } from '../../src/file-storage/index.js';

const program = fileURLToPath(new URL('writer-program.ts', import.meta.url));
let directory = '';
let logs = 0;
const freshPath = (): string => join(directory, `log-${logs++}`);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quorate-log-'));
  // Somebody else is to reach it below.
  await chmod(directory, 0o755);
});

afterAll(() => rm(directory, { recursive: true }));

const storageOf = (path: string) => fileStorage({ path, identity: 'writer/0' });

interface Running {
  readonly child: ChildProcess;
  readonly lines: Interface;
  /** The next line it says. */
  next(): Promise<string>;
}

function run(path: string, mode: 'write' | 'hold'): Running {
  const child = spawn(process.execPath, [...process.execArgv, program, path, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const iterator = lines[Symbol.asyncIterator]();
  return { child, lines, next: async () => String((await iterator.next()).value) };
}

async function kill({ child }: Running): Promise<void> {
  const gone = once(child, 'close');
  child.kill('SIGKILL');
  await gone;
}

const textOf = (bytes: Uint8Array): number => Number.parseInt(new TextDecoder().decode(bytes), 10);

test('kill -9 at any moment: what a writer was told is durable is there, whole and in order', async () => {
  const path = freshPath();
  for (let life = 0; life < 5; life++) {
    const writer = run(path, 'write');
    let said = 0;
    // Of each life another number of commits, so that the kill meets other moments.
    for (let line = 0; line < 20 + 37 * life; line++) said = Number((await writer.next()).split(' ')[1]);
    await kill(writer);
    const storage = storageOf(path);
    const numbers = (await storage.open()).records.map(textOf);
    await storage.close();
    const first = numbers[0] ?? 0;
    expect(numbers).toEqual(numbers.map((_, at) => first + at));
    expect(numbers.at(-1)).toBeGreaterThanOrEqual(said);
  }
});

test('kill -9 while it compacts: the old log or the new one, and nothing beside it', async () => {
  const path = freshPath();
  const draft = `${basename(path)}.new`;
  for (let life = 0; life < 6; life++) {
    const writer = run(path, 'write');
    let said = 0;
    writer.lines.on('line', (line) => void (said = Number(line.split(' ')[1])));
    let seen = 0;
    // Of each life another change to the new file: it is made, written, filled with zeros, and gets the name of the log.
    const watcher = watch(directory, (_, name) => {
      if (name === draft && ++seen === 1 + 2 * life) writer.child.kill('SIGKILL');
    });
    await once(writer.child, 'close');
    watcher.close();
    const storage = storageOf(path);
    const numbers = (await storage.open()).records.map(textOf);
    await storage.close();
    const first = numbers[0] ?? 0;
    expect(numbers).toEqual(numbers.map((_, at) => first + at));
    expect(numbers.at(-1) ?? 0).toBeGreaterThanOrEqual(said);
    expect((await readdir(directory)).filter((name) => name.startsWith(`${basename(path)}.`))).toEqual([]);
  }
});

test('two processes: the second is refused while the first lives (Q3046), and not when it was killed', async () => {
  const path = freshPath();
  const first = run(path, 'hold');
  expect(await first.next()).toBe('open 0');
  const here = storageOf(path);
  await expect(here.open()).rejects.toThrow(`${path} is open in process ${first.child.pid}`);
  expect(await run(path, 'hold').next()).toMatch(/^Q3046 /);
  await kill(first);
  const next = storageOf(path);
  await next.open();
  await expect(storageOf(path).open()).rejects.toThrow('which is this one');
  await next.close();
  expect((await readdir(directory)).filter((name) => name.includes('.lock'))).toEqual([]);
});

/** What a holder's lock says. */
const lockOf = (pid: number, host: string, round = 0): string =>
  JSON.stringify({ pid, host, token: `${round}0000000-0000-4000-8000-000000000000` });

test('a holder on another machine cannot be seen, and counts as running', async () => {
  const path = freshPath();
  await writeFile(`${path}.lock`, lockOf(4_194_303, 'elsewhere "1"'));
  await expect(storageOf(path).open()).rejects.toThrow('open in process 4194303 on the machine "elsewhere');
  await rm(`${path}.lock`);
  const storage = storageOf(path);
  await storage.open();
  await storage.close();
});

/** What Linux shows of a process: its number, its program, its state. */
const processOf = (pid: number | undefined): Promise<string> => readFile(`/proc/${pid}/stat`, 'latin1');

test.runIf(process.platform === 'linux')(
  'a holder that was killed and whose parent has not asked how it ended is no hindrance, whoever looks',
  async () => {
    const path = freshPath();
    const idle = spawn('/bin/sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const lines = createInterface({ input: idle.stdout })[Symbol.asyncIterator]();
      const pid = Number((await lines.next()).value);
      // From here on nobody asks.
      await vi.waitUntil(async () => (await processOf(idle.pid)).includes('(sleep)'));
      process.kill(pid, 'SIGKILL');
      await vi.waitUntil(async () => (await processOf(pid)).includes(') Z '));
      await writeFile(`${path}.lock`, JSON.stringify({ pid, host: hostname(), token: randomUUID() }));
      await (
        await lockFile(path)
      )();
    } finally {
      idle.kill('SIGKILL');
    }
  },
);

test('many openers of a log whose holder is dead: one of them gets it', async () => {
  const path = freshPath();
  for (let round = 0; round < 5; round++) {
    // A number that was a process once, or will be one that holds nothing: both hold nothing now.
    const pid = round % 2 === 0 ? 4_194_303 : process.pid;
    await writeFile(`${path}.lock`, lockOf(pid, hostname(), round));
    const all = Array.from({ length: 12 }, () => storageOf(path));
    const outcomes = await Promise.all(
      all.map((storage) =>
        storage.open().then(
          () => 'open',
          (error: unknown) => (error instanceof Object && 'code' in error ? error.code : error),
        ),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'open')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'Q3046')).toHaveLength(11);
    await Promise.all(all.map((storage) => storage.close()));
  }
  // A machine that lost power may leave an empty one.
  await writeFile(`${path}.lock`, '');
  const storage = storageOf(path);
  await storage.open();
  expect(JSON.parse(await readFile(`${path}.lock`, 'utf8'))).toMatchObject({ pid: process.pid });
  await storage.close();
  expect((await readdir(directory)).filter((name) => name.includes('.lock'))).toEqual([]);
});

test.runIf(process.platform === 'linux')('a thread that is terminated lets go of its log', async () => {
  const path = freshPath();
  const worker = new Worker(new URL('holder-worker.ts', import.meta.url), { workerData: path });
  expect(await once(worker, 'message')).toEqual(['open']);
  await expect(storageOf(path).open()).rejects.toMatchObject({ code: 'Q3046' });
  await worker.terminate();
  const storage = storageOf(path);
  await storage.open();
  await storage.append([new Uint8Array([1])]);
  await storage.close();
});

/** The superuser may write everywhere: then somebody else tries. */
async function asNobody(attempt: () => Promise<void>): Promise<void> {
  const superuser = process.geteuid?.() === 0;
  if (superuser) process.seteuid?.(65_534);
  try {
    await attempt();
  } finally {
    if (superuser) process.seteuid?.(0);
  }
}

test('a directory that cannot be written (Q3047), a path that is a directory, one below a file', async () => {
  const locked = join(directory, 'locked');
  await mkdir(locked, { mode: 0o555 });
  await asNobody(() => expect(storageOf(join(locked, 'log')).open()).rejects.toMatchObject({ code: 'Q3047' }));
  await expect(storageOf(locked).open()).rejects.toMatchObject({ code: 'Q3047' });
  const file = join(directory, 'file');
  await writeFile(file, '');
  await expect(storageOf(join(file, 'log')).open()).rejects.toMatchObject({ code: 'Q3047' });
  await expect(storageOf(file).open()).rejects.toMatchObject({ code: 'Q3043' });
});

test('makes the directories it needs, and grows beyond what it has allocated', async () => {
  const path = join(directory, 'a', 'b', 'log');
  const storage = storageOf(path);
  await storage.open();
  const record = new Uint8Array(300_000).fill(5);
  for (let count = 0; count < 12; count++) await storage.append([record, new Uint8Array([count])]);
  await storage.close();
  const next = storageOf(path);
  const { records, cut } = await next.open();
  expect(cut).toBe(undefined);
  expect(records.map(({ length }) => length)).toEqual(
    Array.from({ length: 24 }, (_, at) => (at % 2 === 0 ? 300_000 : 1)),
  );
  expect(records.filter((_, at) => at % 2 === 1).map(([count]) => count)).toEqual([...Array(12).keys()]);
  await next.close();
});
