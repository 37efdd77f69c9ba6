import { close, fdatasync, fsync, fstat, fstatSync, ftruncate, open, read, write } from 'node:fs';
import { mkdir, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { takeLock } from './lock.js';
import { codeOf } from './system-error.js';

/** What a log needs of a file system. Tests put one in its place that fails and crashes where they want it to. */
export interface Disk {
  /**
   * Makes the directory that a file is to be in, durably, if it does not exist. Answers the one name of the file that all links to it lead to: what is
   * locked by one name must not be opened by another.
   */
  settle(path: string): Promise<string>;
  /** Takes the lock of a log. Answers how to let go of it. Rejects with Q3046 while somebody has it. */
  lock(path: string): Promise<() => Promise<void>>;
  /** Opens a file to read and write it; `create`: as a new and empty one. `undefined` when there is none. */
  open(path: string, create: boolean): Promise<DiskFile | undefined>;
  rename(from: string, to: string): Promise<void>;
  /** Also when there is none. */
  remove(path: string): Promise<void>;
  /** Makes the names in a file's directory durable. */
  syncDirectoryOf(path: string): Promise<void>;
}

/** A file that is open. */
export interface DiskFile {
  size(): Promise<number>;
  /** How many names the file has: none once it was removed. At once: it is asked of a file that was written just before. */
  names(): number;
  /** Whether the file has this name, and not another file, or none. */
  isAt(path: string): Promise<boolean>;
  /** Fills `target` from `position` on. Answers how many bytes there were. */
  read(target: Uint8Array, position: number): Promise<number>;
  /** Writes all of `bytes[0 … length)`. */
  write(bytes: Uint8Array, length: number, position: number): Promise<void>;
  truncate(size: number): Promise<void>;
  /** What was written is durable, and how long the file is. */
  dataSync(): Promise<void>;
  /** The same, with everything else that is known of the file. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The disk of the machine. */
export const realDisk: Disk = {
  async settle(path) {
    await makeDirectory(dirname(path));
    return placeOf(path);
  },
  lock: takeLock,
  open: openFile,
  rename,
  remove: (path) => rm(path, { force: true }),
  syncDirectoryOf: (path) => syncDirectory(dirname(path)),
};

/** Level by level: of `mkdir` with `recursive` some versions of Node never return where a file system permits no directories. */
async function makeDirectory(directory: string): Promise<void> {
  if (await exists(directory)) return;
  const above = dirname(directory);
  if (above !== directory) await makeDirectory(above);
  try {
    await mkdir(directory, { mode: 0o700 });
  } catch (error) {
    // Somebody else was quicker.
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  // What is new is a name in the directory above it.
  await syncDirectory(above);
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Where a file is, or would be made, whatever links lead there. The system has refused links that lead in circles. */
async function placeOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  const place = join(await realpath(dirname(path)), basename(path));
  let target: string;
  try {
    target = await readlink(place);
  } catch {
    return place;
  }
  return placeOf(isAbsolute(target) ? target : join(dirname(place), target));
}

async function syncDirectory(directory: string): Promise<void> {
  // Windows has no such thing: there names are durable in the order in which they were given.
  if (process.platform === 'win32') return;
  const descriptor = await call<number>((done) => open(directory, 'r', done));
  try {
    await call<void>((done) => fsync(descriptor, done));
  } finally {
    await call<void>((done) => close(descriptor, done));
  }
}

async function openFile(path: string, create: boolean): Promise<DiskFile | undefined> {
  try {
    return new RealFile(await call<number>((done) => open(path, create ? 'w+' : 'r+', 0o600, done)));
  } catch (error) {
    if (!create && codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Callbacks, because a `FileHandle` makes a commit slower by a tenth. */
const call = <T>(start: (done: (error: Error | null, value?: T) => void) => void): Promise<T> =>
  new Promise((resolve, reject) => {
    // The callbacks of calls without a value are given none.
    start((error, value) => (error === null ? resolve(value as T) : reject(error)));
  });

class RealFile implements DiskFile {
  readonly #descriptor: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  async size(): Promise<number> {
    const { size } = await call<{ size: number }>((done) => fstat(this.#descriptor, done));
    return size;
  }

  names(): number {
    return fstatSync(this.#descriptor).nlink;
  }

  async isAt(path: string): Promise<boolean> {
    const { dev, ino } = fstatSync(this.#descriptor);
    try {
      const there = await stat(path);
      return there.dev === dev && there.ino === ino;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    }
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    for (let at = 0; ;) {
      const count = await call<number>((done) =>
        read(this.#descriptor, target, at, target.length - at, position + at, (error, bytes) => done(error, bytes)),
      );
      at += count;
      if (count === 0 || at === target.length) return at;
    }
  }

  async write(bytes: Uint8Array, length: number, position: number): Promise<void> {
    for (let at = 0; at < length;) {
      at += await call<number>((done) =>
        write(this.#descriptor, bytes, at, length - at, position + at, (error, count) => done(error, count)),
      );
    }
  }

  truncate(size: number): Promise<void> {
    return call((done) => ftruncate(this.#descriptor, size, done));
  }

  dataSync(): Promise<void> {
    return call((done) => fdatasync(this.#descriptor, done));
  }

  sync(): Promise<void> {
    return call((done) => fsync(this.#descriptor, done));
  }

  close(): Promise<void> {
    return call((done) => close(this.#descriptor, done));
  }
}
