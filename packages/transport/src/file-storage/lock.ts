/**
 * One holder of a log at a time. The lock is a file beside the log that says who holds it, and that its holder keeps open: so the operating
 * system knows when the holder, be it a process or a thread, is no more.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { link, lstat, open, readdir, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { QuorateError } from '@quorate/serialization';
import { codeOf } from './system-error.js';

interface Holder {
  readonly pid: number;
  /** The machine's name: what runs on another one cannot be seen, and counts as running. */
  readonly host: string;
  /** No two holders are alike. */
  readonly token: string;
}

/** Takes the lock of the log at `path`. Answers how to let go of it. Rejects with Q3046 while somebody has it. */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  const name = `${path}.lock`;
  const own: Holder = { pid: process.pid, host: hostname(), token: randomUUID() };
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
  try {
    return named(await readFile(name, 'utf8'));
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    // A link that leads nowhere is a name that is taken, by nobody.
    return (await isLink(name)) ? nobody : undefined;
  }
}

/** Who a lock names. One that names nobody was left by a machine that lost power: a lock is never half a file otherwise. */
function named(text: string): Holder {
  try {
    const value: unknown = JSON.parse(text);
    return isHolder(value) ? value : nobody;
  } catch {
    return nobody;
  }
}

const nobody: Holder = { pid: 0, host: '', token: 'nobody' };

/** The token becomes part of a file's name. */
const isHolder = (value: unknown): value is Holder =>
  typeof value === 'object' &&
  value !== null &&
  'pid' in value &&
  Number.isSafeInteger(value.pid) &&
  'host' in value &&
  typeof value.host === 'string' &&
  'token' in value &&
  typeof value.token === 'string' &&
  /^[0-9a-f-]{36}$/.test(value.token);

/**
 * Whether a holder is still there. Where the system shows which files a process has open (Linux), it must have this one open: that also tells a
 * thread that has ended from its process, and a new process from an old one of the same number. Elsewhere a process that runs is enough.
 */
async function lives(holder: Holder, name: string): Promise<boolean> {
  if (holder === nobody) return false;
  if (holder.host !== hostname()) return true;
  if (stateOf(holder.pid) === 'gone') return false;
  try {
    return await hasOpen(holder.pid, name);
  } catch (error) {
    // Its files cannot be seen.
    if (codeOf(error) !== 'ENOENT') return !(await isDefunct(holder.pid));
    // It has ended meanwhile, or let go of the lock; or somebody else's process is not shown at all, or none is.
    return stateOf(holder.pid) === 'foreign' || !(await showsOpenFiles());
  }
}

/** Whether there is a process of this number. Somebody else's cannot be told anything, and runs. */
function stateOf(pid: number): 'runs' | 'foreign' | 'gone' {
  try {
    process.kill(pid, 0);
    return 'runs';
  } catch (error) {
    return codeOf(error) === 'EPERM' ? 'foreign' : 'gone';
  }
}

/** Whether a process has ended, and its parent has not asked how: it has a number still, and nothing open. Only the privileged see the latter. */
async function isDefunct(pid: number): Promise<boolean> {
  try {
    return /\) [ZX] [^)]*$/.test(await readFile(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
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

const isLink = (name: string): Promise<boolean> =>
  lstat(name).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );

const showsOpenFiles = (): Promise<boolean> =>
  lstat('/proc/self/fd').then(
    () => true,
    () => false,
  );

const inUse = (path: string, { pid, host }: Holder): QuorateError => {
  if (host !== hostname()) {
    const hint = `stop the other node; where nothing runs there any more, delete ${path}.lock`;
    return new QuorateError('Q3046', `${path} is open in process ${pid} on the machine ${JSON.stringify(host)}`, hint);
  }
  const where = pid === process.pid ? `${pid}, which is this one` : `${pid}`;
  return new QuorateError('Q3046', `${path} is open in process ${where}`, 'stop the other node first');
};
