import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { storageCompliance } from '../src/compliance.js';
import { fileStorageOn } from '../src/file-storage/file-storage.js';
import { fileStorage } from '../src/file-storage/index.js';
import { MemoryLog, memoryStorage } from '../src/index.js';
import { MemoryDisk } from './file-storage/memory-disk.js';

storageCompliance(
  { describe, it, expect },
  {
    name: 'memory',
    crashes: true,
    async open() {
      const log = new MemoryLog();
      return {
        storage: (limits) => memoryStorage({ ...limits, log }),
        crash: async () => void (log.holder = undefined),
        close: async () => undefined,
      };
    },
  },
);

storageCompliance(
  { describe, it, expect },
  {
    name: 'file',
    tears: true,
    detectsDamage: true,
    async open() {
      const directory = await mkdtemp(join(tmpdir(), 'quorate-log-'));
      const path = join(directory, 'log');
      return {
        storage: (limits) => fileStorage({ ...limits, path, identity: 'test/0' }),
        async tear() {
          const bytes = await readFile(path);
          const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
          const file = await open(path, 'r+');
          await file.write(Buffer.alloc(12, 7), 0, 12, Math.ceil(end / 8) * 8);
          await file.close();
        },
        async damage() {
          const bytes = await readFile(path);
          bytes.writeUInt8(bytes.readUInt8(512 + 25) ^ 1, 512 + 25);
          await writeFile(path, bytes);
        },
        close: () => rm(directory, { recursive: true }),
      };
    },
  },
);

storageCompliance(
  { describe, it, expect },
  {
    name: 'file, on a disk that crashes and fails',
    crashes: true,
    fails: true,
    async open() {
      const disk = new MemoryDisk();
      return {
        storage: (limits) => fileStorageOn(disk, { ...limits, path: '/log', identity: 'test/0' }),
        async crash() {
          let part = 0;
          disk.restart(() => part++ % 3 > 0);
        },
        fail: () => void (disk.failAt = 0),
        close: async () => undefined,
      };
    },
  },
);
