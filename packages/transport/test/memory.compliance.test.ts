import { describe, expect, it } from 'vitest';
import { transportCompliance } from '../src/compliance.js';
import { openMemory } from './memory-under-test.js';

transportCompliance({ describe, it, expect }, { name: 'memory', open: openMemory(), restarts: true, tellsQuiet: true });

transportCompliance(
  { describe, it, expect },
  {
    name: 'memory, one turn of the event loop after the other',
    open: openMemory({ schedule: setImmediate }),
    restarts: true,
    tellsQuiet: true,
    leavesEventLoopFree: true,
  },
);
