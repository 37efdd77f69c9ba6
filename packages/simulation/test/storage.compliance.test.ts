import { describe, expect, it } from 'vitest';
import { storageCompliance } from '@quorate/transport/compliance';
import { DiskLog, diskStorage, seededRandom } from '@quorate/simulation';

storageCompliance(
  { describe, it, expect },
  {
    name: 'a simulated disk',
    crashes: true,
    async open() {
      const log = new DiskLog();
      const random = seededRandom(7);
      return {
        storage: (limits) => diskStorage(log, limits),
        crash: async () => log.crash(random),
        close: async () => undefined,
      };
    },
  },
);
