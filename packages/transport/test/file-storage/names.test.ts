/** One log, whatever it is called: links, relative paths, directories that go away, and places where nothing can be kept. */
import {
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { fileStorage, lockFile } from '../../src/file-storage/index.js';
import type { Storage } from '../../src/index.js';

let root = '';
let places = 0;
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'quorate-names-')));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** A directory of its own. */
async function place(): Promise<string> {
  const directory = join(root, `place-${places++}`);
  await mkdir(directory);
  return directory;
}

const storageOf = (path: string): Storage => fileStorage({ path, identity: 'names/0' });

/** What the log at `path` holds, as numbers. */
async function read(path: string): Promise<readonly number[]> {
  const storage = storageOf(path);
  const { records } = await storage.open();
  await storage.close();
  return records.map((bytes) => Number(new TextDecoder().decode(bytes)));
}

const record = (number: number): Uint8Array => new TextEncoder().encode(String(number));

describe('every name of a log leads to one lock', () => {
  it.each([
    ['a symbolic link to the file', async (path: string, other: string) => symlink(path, other)],
    ['a relative link to it', async (path: string, other: string) => symlink(relative(join(other, '..'), path), other)],
    [
      'a link to a link',
      async (path: string, other: string) => {
        await symlink(path, `${other}-between`);
        await symlink(`${other}-between`, other);
      },
    ],
  ])('%s, before there is a log and afterwards', async (_, connect) => {
    const directory = await place();
    const [path, other] = [join(directory, 'log'), join(await place(), 'other')];
    await connect(path, other);
    for (const [first, second] of [
      [path, other],
      [other, path],
    ] as const) {
      const storage = storageOf(first);
      await storage.open();
      await expect(storageOf(second).open()).rejects.toMatchObject({ code: 'Q3046' });
      await storage.append([record(1)]);
      await storage.compact([record(7)]);
      await storage.close();
      expect([await read(path), await read(other)]).toEqual([[7], [7]]);
      // Compacting has put the new file where the old one was, and left the link a link.
      expect((await lstat(other)).isSymbolicLink()).toBe(true);
      expect(await readdir(directory)).toEqual(['log']);
      await rm(path);
    }
  });

  it('a link to its directory, and a relative path', async () => {
    const directory = await place();
    const path = join(directory, 'log');
    await symlink(directory, `${directory}-link`);
    const storage = storageOf(path);
    await storage.open();
    for (const other of [join(`${directory}-link`, 'log'), relative(process.cwd(), path)]) {
      await expect(storageOf(other).open()).rejects.toMatchObject({ code: 'Q3046' });
    }
    await storage.close();
  });

  it('hard links cannot be told apart from their file: refused (Q3049) by each name, and not touched', async () => {
    const directory = await place();
    const [path, other] = [join(directory, 'log'), join(directory, 'other')];
    const storage = storageOf(path);
    await storage.open();
    await storage.append([record(3)]);
    await storage.close();
    await link(path, other);
    const bytes = await readFile(path);
    for (const name of [path, other]) await expect(storageOf(name).open()).rejects.toMatchObject({ code: 'Q3049' });
    expect(bytes.equals(await readFile(path))).toBe(true);
    await rm(other);
    expect(await read(path)).toEqual([3]);
  });
});

describe('a log whose directory goes away while it is open', () => {
  it.each([
    ['append', (storage: Storage) => storage.append([record(2)])],
    ['compact', (storage: Storage) => storage.compact([record(2)])],
  ])('%s: acknowledges nothing any more (Q3049), and makes no new log in its place', async (_, operate) => {
    const directory = await place();
    const path = join(directory, 'log');
    const storage = storageOf(path);
    await storage.open();
    await storage.append([record(1)]);
    await rm(directory, { recursive: true });
    await mkdir(directory);
    // Somebody else has begun a log there.
    const next = storageOf(path);
    await next.open();
    await next.append([record(5)]);
    await expect(operate(storage)).rejects.toMatchObject({ code: 'Q3049' });
    await expect(storage.append([record(3)])).rejects.toMatchObject({ code: 'Q3049' });
    await storage.close();
    await next.append([record(6)]);
    await next.close();
    expect(await read(path)).toEqual([5, 6]);
  });

  it('a directory that was moved takes the log along', async () => {
    const directory = await place();
    const storage = storageOf(join(directory, 'log'));
    await storage.open();
    await rename(directory, `${directory}-moved`);
    await storage.append([record(1)]);
    // Compacting would leave it behind, and may meet another log where it was.
    await mkdir(directory);
    await expect(storage.compact([record(2)])).rejects.toMatchObject({ code: 'Q3049' });
    await storage.close();
    expect(await readdir(directory)).toEqual([]);
    expect(await read(join(`${directory}-moved`, 'log'))).toEqual([1]);
  });
});

test('links that lead in circles, or nowhere that can be made, are told (Q3047)', async () => {
  const directory = await place();
  await symlink(join(directory, 'b'), join(directory, 'a'));
  await symlink(join(directory, 'a'), join(directory, 'b'));
  await symlink(join(directory, 'none', 'log'), join(directory, 'nowhere'));
  for (const name of ['a', 'nowhere']) {
    await expect(storageOf(join(directory, name)).open()).rejects.toMatchObject({ code: 'Q3047' });
  }
});

test.runIf(process.platform === 'linux')(
  'a file system without directories to make is told (Q3047), at once',
  async () => {
    await expect(storageOf('/proc/quorate/deep/log').open()).rejects.toMatchObject({ code: 'Q3047' });
    await expect(lockFile('/proc/quorate/group')).rejects.toMatchObject({ code: 'Q3047' });
  },
);

test('a lock of one’s own: one holder at a time, and no file that stays', async () => {
  const path = join(await place(), 'new', 'group');
  const release = await lockFile(path);
  await expect(lockFile(path)).rejects.toMatchObject({ code: 'Q3046' });
  await release();
  await writeFile(path, '');
  await (
    await lockFile(path)
  )();
  expect(await readdir(join(path, '..'))).toEqual(['group']);
});

test('a lock that is a link to nowhere is nobody’s, and replaced', async () => {
  const path = join(await place(), 'group');
  await symlink(join(root, 'nowhere'), `${path}.lock`);
  await (
    await lockFile(path)
  )();
  expect(await readdir(join(path, '..'))).toEqual([]);
});
