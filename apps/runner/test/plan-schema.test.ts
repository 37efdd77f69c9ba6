import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { ReliableBroadcast, type Delivery, type Message } from '@quorate/reliable-broadcast';
import { drawPlan, traitsOf, type Subject } from '@quorate/simulation';
import { planSchema } from '../src/sim/plan-schema.js';

const subject: Subject<Uint8Array, Message, Delivery> = {
  name: 'bracha',
  honest: (node) => new ReliableBroadcast(node),
  input: () => new Uint8Array(),
  checkers: [],
};

describe('plans on disk', () => {
  it('say everything that a campaign draws', () => {
    // Of a protocol that has everything, so that everything is drawn.
    const traits = { ...traitsOf(subject), timed: true, durable: true };
    const fields = new Set<string>();
    for (let seed = 0; seed < 500; seed++) {
      const plan = drawPlan({ subject: 'bracha', nodes: [4, 10], traits }, seed);
      for (const name of [...Object.keys(plan), ...Object.keys(plan.network)]) fields.add(name);
      const read = v.safeParse(planSchema, JSON.parse(JSON.stringify(plan)));
      expect({ seed, read: read.output }).toEqual({ seed, read: plan });
    }
    for (const name of ['restarts', 'clocks', 'disk', 'fuzz', 'heal', 'starve', 'partitions', 'slow'])
      expect(fields).toContain(name);
  });
});
