/** What plain JavaScript can do wrong is told by a code, with what is wrong and what to do, and changes nothing. */
import { describe, expect, it } from 'vitest';
import {
  AggregatedWitness,
  createAggregatedWitness,
  createGroup,
  createReliableBroadcast,
  nodeId,
  QuorateError,
} from '@quorate/aggregated-witness';
import { createWitness } from '@quorate/witness';

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
const good = {
  group,
  self: nodeId(group, 0),
  witness: createWitness({ broadcast: createReliableBroadcast }),
};
const make = (changes: object = {}): AggregatedWitness<unknown, unknown> =>
  new AggregatedWitness(anything({ ...good, ...changes }));

describe('an aggregated-witness layer is not made', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a word', 'witness'],
    ['an empty object', {}],
  ])('of %s', (_, options) => {
    expect(told(() => new AggregatedWitness(anything(options)))).toBe('Q4014');
  });

  it.each<[string, unknown, string]>([
    ['group', undefined, 'Q4014'],
    ['group', { n: 4 }, 'Q4014'],
    ['self', undefined, 'Q1002'],
    ['self', -1, 'Q1002'],
    ['self', '0', 'Q1002'],
    ['witness', undefined, 'Q4014'],
    ['witness', 'witness', 'Q4014'],
    ['witness', {}, 'Q4014'],
    ['witness', AggregatedWitness, 'Q4014'],
    ['witness', () => undefined, 'Q4014'],
    ['witness', () => ({}), 'Q4014'],
    ['above', 7, 'Q4014'],
    ['above', null, 'Q4014'],
    ['above', { maxPayload: 4 }, 'Q4014'],
  ])('with %s = %s: %s', (name, value, code) => {
    expect(told(() => make({ [name]: value }))).toBe(code);
  });

  it('by a factory without witnesses, or over witnesses without a broadcast', () => {
    const node = { group, self: good.self };
    const none = createAggregatedWitness(anything(undefined));
    expect(told(() => none(node))).toBe('Q4014');
    const hollow = createAggregatedWitness({ witness: createWitness(anything({})) });
    expect(told(() => hollow(node))).toBe('Q4014');
  });
});

const rounds = [-1, 1.5, Number.NaN, Infinity, 2 ** 53, '0', null, undefined, 0n, {}];

describe('an aggregated-witness layer refuses', () => {
  it.each([undefined, null, 'x', 7, {}, { round: 0 }, { round: 0, value: 'x' }])('the input %j', (input) => {
    expect(told(() => make().input(anything(input)))).toBe('Q4010');
  });

  it.each(rounds)('the round %s, everywhere', (round) => {
    const node = make({ above: { maxPayload: 4, deliver: () => 0 } });
    const value = Uint8Array.of(1);
    expect(told(() => node.input(anything({ round, value })))).toBe('Q4011');
    expect(told(() => node.close(anything(round)))).toBe('Q4011');
    expect(told(() => node.finish(anything(round)))).toBe('Q4011');
    expect(told(() => node.above.send(anything({ round, payload: value })))).toBe('Q4103');
    expect(node.witnesses(anything(round)).size).toBe(0);
    expect(node.aggregatedWitnesses(anything(round)).size).toBe(0);
    expect([node.lowestRound, node.ready]).toEqual([0, true]);
  });

  it.each([undefined, null, {}, { round: 0 }, { round: 0, payload: 'x' }, { round: 0, payload: [1] }])(
    '%j for the layer above',
    (said) => {
      const node = make({ above: { maxPayload: 4, deliver: () => 0 } });
      expect(told(() => node.above.send(anything(said)))).toBe('Q4201');
      expect(told(() => make().above.send(anything(said)))).toBe('Q4201');
    },
  );
});
