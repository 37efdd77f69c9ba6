import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '@quorate/simulation';
import { Agenda } from '../src/agenda.js';

/** Ticks ahead of now at which an event is planned, and how many are taken afterwards. */
const program = fc.array(fc.record({ ahead: fc.nat(20), taken: fc.nat(3) }), { maxLength: 60 });

function played(agenda: Agenda<{ tick: number; number: number }>, steps: readonly { ahead: number; taken: number }[]) {
  const taken: { tick: number; number: number; now: number }[] = [];
  const take = (): boolean => {
    const event = agenda.take();
    if (event !== undefined) taken.push({ ...event, now: agenda.now });
    return event !== undefined;
  };
  steps.forEach((step, number) => {
    const tick = agenda.now + step.ahead;
    agenda.plan(tick, { tick, number });
    for (let count = 0; count < step.taken; count++) take();
  });
  while (take());
  return taken;
}

describe('the agenda', () => {
  it('hands out every event once, at its tick, and time never goes back', () => {
    fc.assert(
      fc.property(program, fc.integer(), (steps, seed) => {
        const agenda = new Agenda<{ tick: number; number: number }>(seededRandom(seed));
        const taken = played(agenda, steps);
        expect(taken.every(({ tick, now }) => tick === now)).toBe(true);
        expect(taken.map(({ now }) => now)).toEqual(taken.map(({ now }) => now).toSorted((a, b) => a - b));
        expect(taken.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(steps.map((_, number) => number));
        expect(agenda.size).toBe(0);
      }),
    );
  });

  it('keeps the order of planning within a tick when nothing is drawn', () => {
    fc.assert(
      fc.property(program, (steps) => {
        const taken = played(new Agenda(), steps);
        for (const [at, one] of taken.entries()) {
          const next = taken[at + 1];
          if (next?.tick === one.tick) expect(next.number).toBeGreaterThan(one.number);
        }
      }),
    );
  });
});
