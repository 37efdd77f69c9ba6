/**
 * One holder of a log at a time. The lock is a file beside the log that says who holds it, and that its holder keeps open: so the operating
 * system knows when the holder, be it a process or a thread, is no more.
 */
import { randomUUID } from 'node:crypto';
import { link, lstat, open, readdir, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { QuorateError } from '@quorate/serialization';
import { codeOf } from './system-error.js';

interface Holder {
  readonly pid: number;
  /** No two holders are alike. */
  readonly token: string;
}

/** Takes the lock of the log at `path`. Answers how to let go of it. Rejects with Q3046 while somebody has it. */
export async function lockFile(path: string): Promise<() => Promise<void>> {
  const name = `${path}.lock`;
  const own: Holder = { pid: process.pid, token: randomUUID() };
  const draft = `${name}.${own.token}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(JSON.stringify(own));
    await claim(name, { base: name, own, draft, path });
  } catch (error) {
    await file.close();
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return () => letGo(name, own, file);
}

async function letGo(name: string, own: Holder, file: FileHandle): Promise<void> {
  try {
    if ((await holderOf(name))?.token === own.token) await rm(name, { force: true });
  } finally {
    await file.close();
  }
}

interface Claim {
  readonly base: string;
  readonly own: Holder;
  /** A file that names us, to be linked to the name that is claimed. */
  readonly draft: string;
  /** Of the log, for the message. */
  readonly path: string;
}

/**
 * Gives our file the name `name`. A holder that is no more is replaced, and only by whoever holds the right to replace that very holder: a name
 * that is claimed like this one, so that of several who find the same dead holder one takes its place and none takes a living one's.
 */
async function claim(name: string, as: Claim): Promise<void> {
  for (;;) {
    if (await linked(as.draft, name)) return;
    const holder = await holderOf(name);
    if (holder === undefined) continue;
    if (await lives(holder, name)) throw inUse(as.path, holder);
    const right = `${as.base}.${holder.token}.gone`;
    await claim(right, as);
    try {
      if ((await holderOf(name))?.token !== holder.token) continue;
      const second = `${as.draft}.2`;
      await link(as.draft, second);
      await rename(second, name);
      return;
    } finally {
      await rm(right, { force: true });
    }
  }
}

async function linked(file: string, name: string): Promise<boolean> {
  try {
    await link(file, name);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Who holds a lock; `undefined` when nobody does. */
async function holderOf(name: string): Promise<Holder | undefined> {
  let text: string;
  try {
    text = await readFile(name, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  const [, pid = '0', token = 'unknown'] = /^\{"pid":(\d{1,10}),"token":"([0-9a-f-]{36})"\}$/.exec(text) ?? [];
  return { pid: Number(pid), token };
}

/**
 * Whether a holder is still there. Where the system shows which files a process has open (Linux), it must have this one open: that also tells a
 * thread that has ended from its process, and a new process from an old one of the same number. Elsewhere a process that runs is enough.
 */
async function lives(holder: Holder, name: string): Promise<boolean> {
  // A file that names nobody was written by a machine that lost power: a lock is never half a file otherwise.
  if (holder.pid === 0) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // Somebody else's process cannot be told anything, and runs.
    if (codeOf(error) === 'ESRCH') return false;
  }
  try {
    return await hasOpen(holder.pid, name);
  } catch (error) {
    // The process has ended meanwhile, or let go of the lock; or its files cannot be seen.
    return codeOf(error) !== 'ENOENT' || !(await showsOpenFiles());
  }
}

/** Whether a process has a file open. */
async function hasOpen(pid: number, name: string): Promise<boolean> {
  const { dev, ino } = await stat(name);
  const folder = `/proc/${pid}/fd`;
  for (const descriptor of await readdir(folder)) {
    try {
      const held = await stat(`${folder}/${descriptor}`);
      if (held.ino === ino && held.dev === dev) return true;
    } catch (error) {
      // Closed meanwhile; or a file that is no more.
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }
  return false;
}

const showsOpenFiles = (): Promise<boolean> =>
  lstat('/proc/self/fd').then(
    () => true,
    () => false,
  );

const inUse = (path: string, { pid }: Holder): QuorateError =>
  new QuorateError(
    'Q3046',
    `${path} is open in process ${pid}${pid === process.pid ? ', which is this one' : ''}`,
    'stop the other node first',
  );
