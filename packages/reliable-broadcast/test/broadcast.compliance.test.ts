import { describe, expect, it } from 'vitest';
import { createBestEffortBroadcast, createReliableBroadcast, FirstValues } from '@quorate/reliable-broadcast';
import { broadcastCompliance, roundCollectorCompliance } from '@quorate/reliable-broadcast/compliance';

broadcastCompliance(
  { describe, it, expect },
  { name: 'reliable broadcast', create: createReliableBroadcast, reliable: true },
);
broadcastCompliance(
  { describe, it, expect },
  { name: 'best-effort broadcast', create: createBestEffortBroadcast, reliable: false },
);

roundCollectorCompliance(
  { describe, it, expect },
  {
    name: 'first values over reliable broadcast',
    create: (options) => new FirstValues({ ...options, broadcast: createReliableBroadcast }),
  },
);
