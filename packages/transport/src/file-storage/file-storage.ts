import { resolve } from 'node:path';
import { QuorateError } from '@quorate/serialization';
import { checkLogLimits, SequentialStorage } from '../sequential-storage.js';
import { defaultMaxLogBytes, defaultMaxRecordBytes, type Storage } from '../storage.js';
import { realDisk, type Disk } from './disk.js';
import { headerBytes, maxIdentityBytes } from './format.js';
import { LogFile } from './log-file.js';

export interface FileStorageOptions {
  /** The file; it and its directory are made when they do not exist. Beside it: `.lock` while it is open, `.new` while it is compacted. */
  readonly path: string;
  /**
   * Whose log it is: something that no other node, group or protocol has, such as `payments/3`. At most 256 bytes of UTF-8. A log of
   * another identity is refused (Q3043).
   */
  readonly identity: string;
  /** Longest record, in bytes. Default 4 MiB. */
  readonly maxRecordBytes?: number;
  /** Longest file, in bytes: of each record 20 bytes and its length, rounded up to a multiple of 8; and 512. Default 256 MiB. */
  readonly maxLogBytes?: number;
}

/** A log in a file. Throws Q3004 on limits that are none, or an identity that is too long; everything else is told by `open`. */
export function fileStorage(options: FileStorageOptions): Storage {
  return fileStorageOn(realDisk, options);
}

/** The same on a disk of the caller's choice. */
export function fileStorageOn(disk: Disk, options: FileStorageOptions): Storage {
  const { path, maxRecordBytes = defaultMaxRecordBytes, maxLogBytes = defaultMaxLogBytes } = options;
  const limits = checkLogLimits({ maxRecordBytes, maxLogBytes }, headerBytes);
  const identity = new TextEncoder().encode(options.identity);
  if (identity.length === 0 || identity.length > maxIdentityBytes) {
    throw new QuorateError('Q3004', `an identity of ${identity.length} bytes`, `use 1 … ${maxIdentityBytes} bytes`);
  }
  return new SequentialStorage(new LogFile(disk, { ...limits, path: resolve(path), identity }), limits);
}
