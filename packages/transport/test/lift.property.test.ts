import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { lift, noEffects, putsNothingOut, type Effect, type Fault, type NodeId, type Step } from '../src/index.js';

type Inner = Effect<number, number, string, number>;

const fault: Fault = { kind: 'x', certainty: 'proof', detail: '', evidence: [] };
const to = fc.oneof(
  fc.nat(3).map((id) => id as NodeId),
  fc.constant('all' as const),
);
const effect: fc.Arbitrary<Inner> = fc.oneof(
  fc.record({ kind: fc.constant('send' as const), to, message: fc.nat() }),
  fc.record({ kind: fc.constant('output' as const), value: fc.nat() }),
  fc.record({
    kind: fc.constant('fault' as const),
    peer: fc.nat(3).map((id) => id as NodeId),
    fault: fc.constant(fault),
  }),
  fc.record({ kind: fc.constant('arm' as const), timer: fc.string(), ticks: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ kind: fc.constant('cancel' as const), timer: fc.string() }),
  fc.record({ kind: fc.constant('persist' as const), record: fc.nat() }),
  fc.record({ kind: fc.constant('compact' as const), records: fc.tuple(fc.nat(), fc.nat()) }),
  fc.record({ kind: fc.constant('compact' as const), records: fc.tuple(fc.nat()) }),
);
const step = fc.array(effect);

const same = {
  message: (message: number) => message,
  output: (value: number): Step<number, number, string, number> => [{ kind: 'output', value }],
  timer: (timer: string) => timer,
  record: (record: number) => record,
};

test('lifting with nothing changed changes nothing', () => {
  fc.assert(
    fc.property(step, (inner) => {
      expect(lift(inner, same)).toEqual(inner);
    }),
  );
});

const wrap = (layer: string) => ({
  message: (message: unknown) => ({ layer, message }),
  output: (value: unknown): Step<unknown, unknown, unknown, unknown> => [{ kind: 'output', value: { layer, value } }],
  timer: (timer: unknown) => ({ layer, timer }),
  record: (record: unknown) => ({ layer, record }),
});

test('lifting twice is lifting once with the maps one behind the other', () => {
  const [a, b] = [wrap('a'), wrap('b')];
  fc.assert(
    fc.property(step, (inner) => {
      const twice = lift(lift<unknown, unknown, unknown, unknown, unknown, unknown, unknown, unknown>(inner, a), b);
      const once = lift<unknown, unknown, unknown, unknown, unknown, unknown, unknown, unknown>(inner, {
        message: (message) => b.message(a.message(message)),
        output: (value) => lift(a.output(value), b),
        timer: (timer) => b.timer(a.timer(timer)),
        record: (record) => b.record(a.record(record)),
      });
      expect(twice).toEqual(once);
    }),
  );
});

test('lifting two steps in a row is lifting the whole', () => {
  fc.assert(
    fc.property(step, step, (first, second) => {
      expect(lift([...first, ...second], same)).toEqual([...lift(first, same), ...lift(second, same)]);
    }),
  );
});

const outputs = (value: number): Step<string, never> =>
  Array.from({ length: value }, (_, i) => ({ kind: 'send', to: 'all', message: `out ${i}` }));

test('the outer effects stand where the output stood, any number of them', () => {
  const inner: Effect<number, number>[] = [
    { kind: 'send', to: 'all', message: 1 },
    { kind: 'output', value: 2 },
    { kind: 'send', to: 'all', message: 3 },
  ];
  const lifted = lift(inner, { message: String, output: outputs });
  expect(lifted.map((each) => (each.kind === 'send' ? each.message : each.kind))).toEqual(['1', 'out 0', 'out 1', '3']);
  expect(
    lift<number, number, never, never, string, never>([{ kind: 'output', value: 0 }], {
      message: String,
      output: outputs,
    }),
  ).toEqual([]);
});

test('the empty step stays the shared empty step', () => {
  expect(lift([], same)).toBe(noEffects);
  expect(Object.isFrozen(noEffects)).toBe(true);
});

test('effects that the type rules out are refused when they come all the same', () => {
  const maps = { message: String, output: (): Step<string, never> => noEffects };
  for (const forbidden of [
    { kind: 'arm', timer: 'x', ticks: 1 },
    { kind: 'cancel', timer: 'x' },
    { kind: 'persist', record: 1 },
    { kind: 'compact', records: [1] },
  ]) {
    expect(() => lift([forbidden] as Effect<number, number>[], maps)).toThrowError(
      expect.objectContaining({ code: 'Q1005' }),
    );
  }
});

test('a step puts nothing out exactly when there is no output in it', () => {
  fc.assert(
    fc.property(step, (inner) => {
      expect(putsNothingOut(inner)).toBe(inner.every(({ kind }) => kind !== 'output'));
    }),
  );
});
