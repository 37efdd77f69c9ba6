/** A user's own broadcast: it passes the suite of broadcasts, and carries the tower. */
import { describe, expect, it } from 'vitest';
import { createAggregatedWitness } from '@quorate/aggregated-witness';
import { broadcastCompliance, roundCollectorCompliance } from '@quorate/aggregated-witness/compliance';
import { drawPlan, runPlan } from '@quorate/simulation';
import { createWitness } from '@quorate/witness';
import { OwnBroadcast } from './own-broadcast.js';
import { aggregatedOver } from './subject.js';

const broadcast = (options: ConstructorParameters<typeof OwnBroadcast>[0]): OwnBroadcast => new OwnBroadcast(options);

broadcastCompliance({ describe, it, expect }, { name: 'a broadcast of one’s own', create: broadcast, reliable: true });
roundCollectorCompliance(
  { describe, it, expect },
  {
    name: 'aggregated witnesses over it',
    create: createAggregatedWitness({ witness: createWitness({ broadcast }) }),
  },
);

it('carries the tower through lies and bad networks', () => {
  const subject = aggregatedOver('own', broadcast);
  for (let seed = 0; seed < 20; seed++) {
    const plan = drawPlan({ subject: 'own', nodes: [4, 7], behaviours: ['silent', 'equivocate', 'double-vote'] }, seed);
    // Without a catch-up of its own it needs links that lose nothing, which is what the plan's networks are.
    expect({ plan, violations: runPlan(subject, plan).violations }).toEqual({ plan, violations: [] });
  }
});
