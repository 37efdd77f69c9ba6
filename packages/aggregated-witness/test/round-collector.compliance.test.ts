import { describe, expect, it } from 'vitest';
import {
  createAggregatedWitness,
  createBestEffortBroadcast,
  createReliableBroadcast,
} from '@quorate/aggregated-witness';
import { roundCollectorCompliance } from '@quorate/aggregated-witness/compliance';
import { createWitness } from '@quorate/witness';

const over = { reliable: createReliableBroadcast, 'best-effort': createBestEffortBroadcast };

roundCollectorCompliance(
  { describe, it, expect },
  {
    name: 'aggregated witnesses over reliable broadcast',
    create: createAggregatedWitness({ witness: createWitness({ broadcast: over.reliable }) }),
  },
);
roundCollectorCompliance(
  { describe, it, expect },
  {
    name: 'aggregated witnesses over best-effort broadcast',
    create: createAggregatedWitness({ witness: createWitness({ broadcast: over['best-effort'] }) }),
  },
);
