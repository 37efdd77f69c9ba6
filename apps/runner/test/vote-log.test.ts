/** `quorate vote --log`: what was decided outlives any end of the process, and nothing else is gone on from. */
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { cp, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** What each node's log says was decided, one line for each record. */
async function decidedIn(directory: string): Promise<readonly (readonly string[])[]> {
  const wire = codec(recordSchema);
  const all: (readonly string[])[] = [];
  for (const self of nodeIds(group)) {
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

/** Starts the command, and kills it after so many changes in the directory of its logs. */
async function killed(argv: readonly string[], directory: string, after: number): Promise<void> {
  const child = spawn(process.execPath, [...flags, main, ...argv], { stdio: 'ignore' });
  let changes = 0;
  const watcher = watch(directory, () => {
    if (++changes === after) child.kill('SIGKILL');
  });
  await new Promise((resolve) => void child.once('close', resolve));
  watcher.close();
}

describe('a process that is killed', () => {
  it('goes on from its logs: every round is decided once, and alike at every node', { timeout: 120_000 }, async () => {
    const directory = await mkdtemp(join(root, 'killed-'));
    const argv = ['vote', '--nodes', '4', '--rounds', '250', '--log', directory, '--seed', String(seed)];
    const drawn = Math.floor(Math.random() * 2 ** 32);
    const random = seededRandom(drawn);
    let before: readonly (readonly string[])[] = [[], [], [], []];
    for (let life = 0; life < 3; life++) {
      await killed(argv, directory, 30 + random.below(600));
      const now = await decidedIn(directory);
      for (const [node, decided] of now.entries()) {
        expect(decided.slice(0, before[node]?.length), `drawn from ${drawn}`).toEqual(before[node]);
      }
      before = now;
    }
    const { status, out } = await line(`vote --nodes 4 --rounds 250 --log ${directory}`);
    expect(out).toContain('Rounds: 250/250');
    expect(status).toBe(0);
    const [first = [], ...others] = await decidedIn(directory);
    expect(first.map((text) => Number.parseInt(text, 10))).toEqual(Array.from({ length: 250 }, (_, at) => at + 1));
    for (const other of others) expect(other).toEqual(first);
  });
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

  it('is a directory that can be written', async () => {
    const { err } = await line(`vote --rounds 6 --log ${join(finished, 'vote.json')}`);
    expect(err).toContain('error Q9042: ');
  });
});
