import { describe, expect, it } from 'vitest';
import { createBestEffortBroadcast, createReliableBroadcast, createWitness } from '@quorate/witness';
import { roundCollectorCompliance } from '@quorate/witness/compliance';

roundCollectorCompliance(
  { describe, it, expect },
  { name: 'witnesses over reliable broadcast', create: createWitness({ broadcast: createReliableBroadcast }) },
);
roundCollectorCompliance(
  { describe, it, expect },
  { name: 'witnesses over best-effort broadcast', create: createWitness({ broadcast: createBestEffortBroadcast }) },
);
