/** What plain JavaScript can do wrong is told by a code, with what is wrong and what to do, and changes nothing. */
import { describe, expect, it } from 'vitest';
import { createGroup, createReliableBroadcast, createWitness, nodeId, QuorateError, Witness } from '@quorate/witness';

/** The code that the caller is told, always with what to do; undefined when nothing is thrown. Whatever else is thrown is thrown on. */
function told(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (!(error instanceof QuorateError)) throw error;
    return error.hint === undefined ? `${error.code} without a hint` : error.code;
  }
}

/** A caller without a compiler. */
const anything = (value: unknown): never => value as never;

const group = createGroup({ nodes: 4 });
const good = { group, self: nodeId(group, 0), broadcast: createReliableBroadcast };
const make = (changes: object = {}): Witness<unknown, unknown> => new Witness(anything({ ...good, ...changes }));

describe('a witness layer is not made', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a word', 'bracha'],
    ['an empty object', {}],
  ])('of %s', (_, options) => {
    expect(told(() => new Witness(anything(options)))).toBe('Q4014');
  });

  it.each<[string, unknown, string]>([
    ['group', undefined, 'Q4014'],
    ['group', {}, 'Q4014'],
    ['group', { n: 4 }, 'Q4014'],
    ['group', { n: Number.NaN, f: 1 }, 'Q4014'],
    ['self', undefined, 'Q1002'],
    ['self', 4, 'Q1002'],
    ['self', '0', 'Q1002'],
    ['self', 0.5, 'Q1002'],
    ['broadcast', undefined, 'Q4014'],
    ['broadcast', 'bracha', 'Q4014'],
    ['broadcast', {}, 'Q4014'],
    ['broadcast', Witness, 'Q4014'],
    ['broadcast', () => undefined, 'Q4014'],
    ['broadcast', () => ({}), 'Q4014'],
    ['openRounds', 0, 'Q4101'],
    ['openRounds', '4', 'Q4101'],
    ['openRounds', 4097, 'Q4101'],
    ['openRounds', Number.NaN, 'Q4101'],
    ['maxValue', -1, 'Q4101'],
    ['maxValue', 2 ** 53, 'Q4101'],
    ['maxValue', null, 'Q4101'],
    ['above', 7, 'Q4014'],
    ['above', null, 'Q4014'],
    ['above', { maxPayload: 4 }, 'Q4014'],
    ['above', { maxPayload: 'x', deliver: () => 0 }, 'Q4101'],
  ])('with %s = %s: %s', (name, value, code) => {
    expect(told(() => make({ [name]: value }))).toBe(code);
  });

  it('by a factory without a broadcast', () => {
    const factory = createWitness(anything(undefined));
    expect(told(() => factory(good))).toBe(undefined);
    expect(told(() => factory({ group, self: good.self }))).toBe('Q4014');
  });

  it('of a class in the place of a factory: the hint is what to write', () => {
    expect(() => make({ broadcast: Witness })).toThrow(
      expect.objectContaining({ hint: 'pass (options) => new Witness(options)' }),
    );
  });
});

const rounds = [-1, 1.5, Number.NaN, Infinity, 2 ** 53, '0', null, undefined, 0n, {}];

describe('a witness layer refuses', () => {
  it.each([undefined, null, 'x', 7, {}, { round: 0 }])('the input %j', (input) => {
    const node = make();
    expect(told(() => node.input(anything(input)))).toBe('Q4010');
    expect(node.usage().rounds).toBe(0);
  });

  it.each(['text', [1], new ArrayBuffer(2), null, new Uint16Array(1)])('the value %s', (value) => {
    expect(told(() => make().input(anything({ round: 0, value })))).toBe('Q4010');
  });

  it.each(rounds)('the round %s, everywhere', (round) => {
    const node = make({ above: { maxPayload: 4, deliver: () => 0 } });
    const value = Uint8Array.of(1);
    expect(told(() => node.input(anything({ round, value })))).toBe('Q4011');
    expect(told(() => node.close(anything(round)))).toBe('Q4011');
    expect(told(() => node.finish(anything(round)))).toBe('Q4011');
    expect(told(() => node.above.send(anything({ round, payload: value })))).toBe('Q4103');
    expect(node.witnesses(anything(round)).size).toBe(0);
    expect([node.lowestRound, node.usage().rounds, node.ready]).toEqual([0, 0, true]);
  });

  it.each([undefined, null, {}, { round: 0 }, { round: 0, payload: 'x' }, { round: 0, payload: [1] }])(
    '%j for the layer above',
    (said) => {
      const node = make({ above: { maxPayload: 4, deliver: () => 0 } });
      expect(told(() => node.above.send(anything(said)))).toBe('Q4103');
      expect(told(() => make().above.send(anything(said)))).toBe('Q4103');
    },
  );
});
