import { describe, expect, it } from 'vitest';
import { createReliableBroadcast } from '@quorate/reliable-broadcast';
import { roundCollectorCompliance } from '@quorate/reliable-broadcast/compliance';
import { StableVector } from '../src/index.js';

roundCollectorCompliance(
  { describe, it, expect },
  {
    name: 'a stable vector over reliable broadcast',
    create: (options) => new StableVector({ ...options, broadcast: createReliableBroadcast }),
  },
);
