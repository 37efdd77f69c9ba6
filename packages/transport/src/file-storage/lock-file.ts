import { resolve } from 'node:path';
import { storageFailure } from '../sequential-storage.js';
import { realDisk } from './disk.js';

/**
 * Makes something that is kept in several files one's own, as long as everybody who uses it locks the same one of them first: that of a group, in a directory
 * of logs. `path` need not exist; its directory is made. Answers how to let go of it; the end of the process does, too.
 * Rejects with Q3046 (somebody has it) or Q3047 (the disk).
 */
export async function lockFile(path: string): Promise<() => Promise<void>> {
  try {
    return await realDisk.lock(await realDisk.settle(resolve(path)));
  } catch (error) {
    throw storageFailure(error);
  }
}
