/** `quorate vote --log`: what was decided outlives any end of the process, and nothing else is gone on from. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, rmSync, watch } from 'node:fs';
import { cp, mkdtemp, open, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '@quorate/simulation';
import { codec, createGroup, nodeIds, Refusal } from '@quorate/transport';
import { recordSchema } from '@quorate/voting';
import { nodeStorage } from '../src/protocols/vote/group-log.js';
import { line } from './captured.js';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
/** The child runs the sources too. */
const flags = [
  '--conditions=@quorate/source',
  `--import=${new URL('../../../tools/source.mjs', import.meta.url).href}`,
];

const group = createGroup({ nodes: 4 });
const seed = 17;

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'quorate-vote-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** What each node's log says was decided, one line for each record; nothing where there is no log. */
async function decidedIn(directory: string): Promise<readonly (readonly string[])[]> {
  const wire = codec(recordSchema);
  const all: (readonly string[])[] = [];
  for (const self of nodeIds(group)) {
    if (!existsSync(join(directory, `node-${self}.log`))) {
      all.push([]);
      continue;
    }
    const storage = nodeStorage(directory, { group, self, seed });
    const { records } = await storage.open();
    await storage.close();
    const decoded = records.map((bytes) => wire.decode(bytes));
    all.push(
      decoded.flatMap((record) =>
        !(record instanceof Refusal) && record.kind === 'decided' ? [`${record.round}: ${record.decision.join()}`] : [],
      ),
    );
  }
  return all;
}

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts the command, and does something to it after so many changes in the directory of its logs. `limit`: no file may be longer, in KiB. */
async function harmed(
  argv: readonly string[],
  { directory, after = Infinity, limit }: { directory: string; after?: number; limit?: number },
  harm: (child: ChildProcess) => void,
): Promise<Ended> {
  const command = [process.execPath, ...flags, main, ...argv];
  const limited = ['sh', '-c', `ulimit -f ${2 * (limit ?? 0)}; exec "$@"`, 'sh', ...command];
  const [program = '', ...rest] = limit === undefined ? command : limited;
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  let changes = 0;
  const watcher = watch(directory, () => {
    if (++changes === after) harm(child);
  });
  // The directory may go away.
  watcher.on('error', () => undefined);
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve));
  const [out, err, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  watcher.close();
  return { status, out, err };
}

const kill = (child: ChildProcess): void => void child.kill('SIGKILL');

/** Each round once, in order, and alike at every node. */
async function expectEveryRound(directory: string, rounds: number): Promise<void> {
  const [first = [], ...others] = await decidedIn(directory);
  expect(first.map((decided) => Number.parseInt(decided, 10))).toEqual(
    Array.from({ length: rounds }, (_, at) => at + 1),
  );
  for (const other of others) expect(other).toEqual(first);
}

describe('a process that is killed', () => {
  it(
    'goes on from its logs, ten times: every round is decided once, and alike at every node',
    { timeout: 300_000 },
    async () => {
      const directory = await mkdtemp(join(root, 'killed-'));
      const rounds = 400;
      const argv = votes(directory, rounds);
      const drawn = Math.floor(Math.random() * 2 ** 32);
      const random = seededRandom(drawn);
      let before: readonly (readonly string[])[] = [[], [], [], []];
      for (let life = 0; life < 10; life++) {
        // Some are killed while they begin, or read what there is.
        const after = life % 3 === 0 ? 1 + random.below(24) : 30 + random.below(300);
        const { status, out } = await harmed(argv, { directory, after }, kill);
        expect({ drawn, life, status, out }).toEqual({ drawn, life, status: null, out: '' });
        const now = await decidedIn(directory);
        const longest = now.reduce((most, own) => (own.length > most.length ? own : most), []);
        for (const [node, decided] of now.entries()) {
          const told = { drawn, life, node };
          expect({ ...told, decided: decided.slice(0, before[node]?.length) }).toEqual({
            ...told,
            decided: before[node],
          });
          expect({ ...told, decided }).toEqual({ ...told, decided: longest.slice(0, decided.length) });
        }
        before = now;
      }
      const { status, out } = await line(argv.join(' '));
      expect(out).toContain(`Rounds: ${rounds}/${rounds}`);
      expect(status).toBe(0);
      await expectEveryRound(directory, rounds);
    },
  );
});

const votes = (directory: string, rounds: number): readonly string[] =>
  `vote --nodes 4 --rounds ${rounds} --log ${directory} --seed ${seed}`.split(' ');

describe('a disk that does not do what it should', () => {
  /** In KiB: a log has so much from its beginning, and 512 bytes more. */
  const limit = 1024;
  const full = /^error Q9042: the log of node (\d) cannot be used \(Q3047\): .*EFBIG.*\n {2}make room, .*\n$/;

  it('no room to begin: says whose log it is and what to do, and begins when there is room', async () => {
    const directory = await mkdtemp(join(root, 'full-'));
    const { status, out, err } = await harmed(votes(directory, 5), { directory, limit }, kill);
    expect(err).toMatch(full);
    expect({ status, out }).toEqual({ status: 64, out: '' });
    expect((await line(votes(directory, 5).join(' '))).out).toContain('Rounds: 5/5');
    await expectEveryRound(directory, 5);
  });

  it('no room to go on: keeps what was decided, and goes on when there is room', async () => {
    const directory = await mkdtemp(join(root, 'full-'));
    expect((await line(votes(directory, 5).join(' '))).status).toBe(0);
    // Nothing is left of what was allocated.
    const path = join(directory, 'node-1.log');
    const bytes = await readFile(path);
    await truncate(path, 8 * Math.ceil((bytes.findLastIndex((byte) => byte !== 0) + 1) / 8));
    const { status, err } = await harmed(votes(directory, 9), { directory, limit }, kill);
    expect(full.exec(err)?.[1]).toBe('1');
    expect(status).toBe(64);
    expect((await decidedIn(directory)).every((decided) => decided.length >= 5)).toBe(true);
    expect((await line(votes(directory, 9).join(' '))).out).toContain('Rounds: 9/9');
    await expectEveryRound(directory, 9);
  });

  it(
    'whose directory is removed meanwhile: the run ends, and says that the log is gone',
    { timeout: 120_000 },
    async () => {
      const directory = await mkdtemp(join(root, 'removed-'));
      const remove = (): void => rmSync(directory, { recursive: true, force: true });
      const { status, err } = await harmed(votes(directory, 100_000), { directory, after: 200 }, remove);
      expect(err).toMatch(
        /^error Q9042: the log of node \d cannot be used \(Q3049\): .* was moved or removed while it was open\n/,
      );
      expect(status).toBe(64);
    },
  );
});

describe('the directory of the logs', () => {
  let finished = '';
  beforeAll(async () => {
    finished = await mkdtemp(join(root, 'finished-'));
    expect((await line(`vote --nodes 4 --rounds 5 --log ${finished} --seed ${seed}`)).status).toBe(0);
  });

  const copied = async (): Promise<string> => {
    const directory = await mkdtemp(join(root, 'copied-'));
    await cp(finished, directory, { recursive: true });
    return directory;
  };

  it('is told again, and nothing is decided anew', async () => {
    const { out } = await line(`vote --nodes 4 --rounds 5 --log ${await copied()}`);
    expect(out).toMatch(/Round 5: decided value \d+ before\n\nResult: CONSENSUS REACHED\n {2}Rounds: 5\/5\n/);
  });

  it.each(['--nodes 5', '--faulty 0', '--seed 18', '--batch 2', '--propose 4', '--retries 0', '--quorum majority'])(
    'is refused with %s',
    async (other) => {
      const { err, status } = await line(`vote --nodes 4 --rounds 6 --log ${finished} ${other}`);
      expect(err).toContain('error Q9041: ');
      expect(err).toContain(other.split(' ')[0]?.slice(2));
      expect(status).toBe(64);
    },
  );

  it('of another version is refused', async () => {
    const directory = await copied();
    const path = join(directory, 'vote.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('vote-log/1', 'vote-log/2'));
    expect((await line(`vote --rounds 6 --log ${directory}`)).err).toContain('is not of this version of the command');
    await rm(path);
    expect((await line(`vote --rounds 6 --log ${directory}`)).err).toContain('holds logs and no vote.json');
  });

  it('names the node whose log is damaged, or belongs to another node', async () => {
    const directory = await copied();
    const file = await open(join(directory, 'node-2.log'), 'r+');
    await file.write(new Uint8Array(64).fill(0xff), 0, 64, 540);
    await file.close();
    const damaged = await line(`vote --rounds 6 --log ${directory}`);
    expect(damaged.err).toContain('error Q9042: the log of node 2 cannot be used (Q3045)');
    expect(damaged.status).toBe(64);
    await rename(join(directory, 'node-1.log'), join(directory, 'node-2.log'));
    const foreign = await line(`vote --rounds 6 --log ${directory}`);
    expect(foreign.err).toContain('error Q9042: the log of node 2 cannot be used (Q3043)');
  });

  it('may lack the logs of f nodes, which count among them, and of no more', async () => {
    const directory = await copied();
    await rm(join(directory, 'node-3.log'));
    const tooMany = await line(`vote --rounds 9 --log ${directory} --fault 1:silent`);
    expect(tooMany.err).toContain('error Q9006: node 3 lost its log, and the group of 4 tolerates 1');
    const { status, out } = await line(`vote --rounds 9 --log ${directory}`);
    expect(out).toContain('Rounds: 9/9');
    expect(status).toBe(0);
    // It has caught up: from now on it is one of the correct nodes again.
    const [first, , , again] = await decidedIn(directory);
    expect(again).toEqual(first);
    await rm(join(directory, 'node-0.log'));
    expect((await line(`vote --rounds 10 --log ${directory}`)).status).toBe(0);
  });

  it('may have a log without its last record: what that node had said it hears again', async () => {
    const directory = await copied();
    const path = join(directory, 'node-2.log');
    const bytes = await readFile(path);
    await truncate(path, bytes.findLastIndex((byte) => byte !== 0) - 3);
    const { status, out, err } = await line(`vote --rounds 9 --log ${directory}`);
    expect({ status, all: out.includes('Rounds: 9/9') }).toEqual({ status: 0, all: true });
    expect(err).toMatch(/^warn: the log of node 2 was cut behind record \d+: \d+ bytes that were no whole record/);
    expect((await line(`vote --rounds 9 --log ${directory}`)).err).not.toContain('cut');
    await expectEveryRound(directory, 9);
  });

  it('has one run at a time, also when there was none before', async () => {
    const directory = join(root, 'together');
    const command = `vote --nodes 4 --rounds 3 --log ${directory}`;
    const both = await Promise.all([line(command), line(command)]);
    const statuses = both.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([0, 64]);
    const refused = both.find(({ status }) => status === 64);
    expect(refused?.err).toMatch(/error Q9042: \S+ cannot be used \(Q3046\): .* is open in process \d+/);
    expect((await line(`${command} --rounds 5`)).out).toContain('Rounds: 5/5');
  });

  it('is a directory that can be written', async () => {
    for (const place of [
      join(finished, 'vote.json'),
      '/dev/null',
      ...(process.platform === 'linux' ? ['/proc/votes'] : []),
    ]) {
      const { err, status } = await line(`vote --rounds 6 --log ${place}`);
      expect(err).toMatch(
        /^error Q9042: \S+ cannot be used \((not a directory|no such file or directory)\)\n  name a directory /,
      );
      expect(status).toBe(64);
    }
  });
});
