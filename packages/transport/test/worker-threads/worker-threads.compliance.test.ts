import { afterAll, describe, expect, it } from 'vitest';
import { transportCompliance } from '../../src/compliance.js';
import { openAgents } from './agents.js';
import { removeBundles } from './bundles.js';
import { openMisfit } from './misfits.js';

afterAll(removeBundles);

const abilities = { restarts: true, tellsQuiet: true, leavesEventLoopFree: true } as const;

transportCompliance({ describe, it, expect }, { name: 'worker threads', open: openAgents, openMisfit, ...abilities });
transportCompliance(
  { describe, it, expect },
  {
    name: 'worker threads, rings of 4 KiB',
    open: (options) => openAgents({ ...options, ringBytes: 4096 }),
    ...abilities,
  },
);
