import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timerKey } from '../src/index.js';
import { Timers } from '../src/timers.js';
import { ManualClock } from './manual-clock.js';

type Action =
  | { readonly kind: 'arm'; readonly timer: number; readonly ticks: number }
  | { readonly kind: 'cancel'; readonly timer: number }
  | { readonly kind: 'advance'; readonly ticks: number }
  | { readonly kind: 'busy' | 'tell' | 'clear' };

const someTimer = fc.nat(2);
const someTicks = fc.integer({ min: 1, max: 5 });
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant('arm' as const), timer: someTimer, ticks: someTicks }),
  fc.record({ kind: fc.constant('cancel' as const), timer: someTimer }),
  fc.record({ kind: fc.constant('advance' as const), ticks: someTicks }),
  fc.record({ kind: fc.constantFrom('busy' as const, 'tell' as const, 'clear' as const) }),
);

/** What the timers of a host are, done the slow way: a list of what is armed, and one of what ran out while the host was busy. */
class Model {
  now = 0;
  busy = false;
  told: number[] = [];
  #armed: { timer: number; due: number; order: number }[] = [];
  #late: number[] = [];
  #order = 0;

  get held(): boolean {
    return this.#armed.length + this.#late.length > 0;
  }

  get late(): boolean {
    return this.#late.length > 0;
  }

  arm(timer: number, ticks: number): void {
    this.cancel(timer);
    this.#armed.push({ timer, due: this.now + ticks, order: this.#order++ });
  }

  cancel(timer: number): void {
    this.#armed = this.#armed.filter((one) => one.timer !== timer);
    this.#late = this.#late.filter((one) => one !== timer);
  }

  clear(): void {
    this.#armed = [];
    this.#late = [];
  }

  tell(): void {
    const [first] = this.#late;
    if (first === undefined) return;
    this.#late.shift();
    if (this.busy) this.#late.push(first);
    else this.told.push(first);
  }

  advance(ticks: number): void {
    this.now += ticks;
    const due = this.#armed.filter((one) => one.due <= this.now).toSorted((a, b) => a.due - b.due || a.order - b.order);
    this.#armed = this.#armed.filter((one) => one.due > this.now);
    for (const { timer: one } of due) (this.busy ? this.#late : this.told).push(one);
  }
}

const idle = (clock?: ManualClock): Timers<string> =>
  new Timers(
    clock,
    () => () => undefined,
    () => true,
  );

describe('the timers of a protocol', () => {
  test('fire once, in their order, unless cancelled or armed anew, and hold the transport meanwhile', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const clock = new ManualClock();
        const model = new Model();
        const told: number[] = [];
        let holds = 0;
        const timers = new Timers<number>(
          clock,
          () => {
            holds++;
            return () => void holds--;
          },
          (one) => {
            if (!model.busy) told.push(one);
            return !model.busy;
          },
        );
        for (const one of actions) {
          if (one.kind === 'arm') {
            timers.arm(one.timer, one.ticks);
            model.arm(one.timer, one.ticks);
          } else if (one.kind === 'cancel') {
            timers.cancel(one.timer);
            model.cancel(one.timer);
          } else if (one.kind === 'advance') {
            clock.advance(one.ticks);
            model.advance(one.ticks);
          } else if (one.kind === 'busy') {
            model.busy = !model.busy;
          } else if (one.kind === 'tell') {
            timers.tellLate();
            model.tell();
          } else {
            timers.clear();
            model.clear();
          }
          expect({ told, holds, late: timers.late }).toEqual({
            told: model.told,
            holds: model.held ? 1 : 0,
            late: model.late,
          });
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a clock that fires what was cancelled, or fires twice, is not believed', () => {
    const fired: (() => void)[] = [];
    const told: string[] = [];
    const clock = { now: () => 0, schedule: (_: number, run: () => void) => (fired.push(run), () => undefined) };
    const timers = new Timers<string>(
      clock,
      () => () => undefined,
      (one) => told.push(one) > 0,
    );
    timers.arm('a', 1);
    timers.arm('a', 1);
    timers.arm('b', 1);
    timers.cancel('b');
    for (const run of [...fired, ...fired]) run();
    expect(told).toEqual(['a']);
  });

  test('what ran out while the host was busy is told one by one, the longest first', () => {
    const clock = new ManualClock();
    const told: string[] = [];
    let busy = true;
    const timers = new Timers<string>(
      clock,
      () => () => undefined,
      (one) => {
        if (!busy) told.push(one);
        return !busy;
      },
    );
    for (const [index, name] of ['b', 'a', 'c'].entries()) timers.arm(name, index + 1);
    clock.advance(3);
    timers.cancel('a');
    busy = false;
    expect([timers.late, told]).toEqual([true, []]);
    timers.tellLate();
    expect([timers.late, told]).toEqual([true, ['b']]);
    timers.tellLate();
    timers.tellLate();
    expect([timers.late, told]).toEqual([false, ['b', 'c']]);
  });

  test('ticks are whole numbers from 1 on, and a clock is needed', () => {
    for (const ticks of [0, -1, 0.5, NaN, Infinity, 2 ** 53]) {
      expect(() => idle(new ManualClock()).arm('a', ticks)).toThrowError(/ticks/);
    }
    expect(() => idle().arm('a', 1)).toThrowError(expect.objectContaining({ code: 'Q3007' }));
    expect(() => idle().cancel('a')).not.toThrow();
  });
});

test('a timer’s name is its JSON, with the keys of objects in order', () => {
  expect(timerKey('round')).toBe('"round"');
  expect(timerKey(null)).toBe('null');
  expect(timerKey({ view: 1, phase: { z: [2, 1], a: null } })).toBe('{"phase":{"a":null,"z":[2,1]},"view":1}');
  expect(timerKey({ c: 1, a: 2, b: 3 })).toBe('{"a":2,"b":3,"c":1}');
});
