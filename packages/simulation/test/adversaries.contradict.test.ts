import { bytes, codec, createGroup, integer, noEffects, nodeId, union, type Effect } from '@quorate/transport';
import { expect, it } from 'vitest';
import { behaviours, contradict, seededRandom } from '../src/index.js';
import { EchoToy, type EchoMessage } from './toys.js';

const group = createGroup({ nodes: 4 });
const self = nodeId(group, 3);
const other = nodeId(group, 1);

const liar = (seed: number): ReturnType<typeof contradict.wrap<Uint8Array, EchoMessage, string>> =>
  contradict.wrap(() => new EchoToy(group, self), { group, self, random: seededRandom(seed) });

/** What another node is told. */
const toldOther = (step: readonly Effect<EchoMessage, string, unknown, unknown>[]): readonly EchoMessage[] =>
  step.flatMap((effect) => (effect.kind === 'send' && effect.to === other ? [effect.message] : []));

it('contradict broadcasts everything twice, under numbers that no two broadcasts share, the second time differently', () => {
  for (let seed = 0; seed < 20; seed++) {
    const node = liar(seed);
    for (let sequence = 0; sequence < 3; sequence++) {
      const payload = Uint8Array.of(1, 2, 3, sequence);
      const [first, second, ...more] = toldOther(node.input(payload));
      expect(first).toEqual({ kind: 'input', sender: self, sequence: 2 * sequence, payload });
      expect(second).toMatchObject({ kind: 'input', sender: self, sequence: 2 * sequence + 1 });
      expect(second?.kind === 'input' && second.payload).not.toEqual(payload);
      expect(more).toEqual([]);
    }
  }
});

it('contradict answers honestly, and once', () => {
  const message = { kind: 'input', sender: other, sequence: 4, payload: Uint8Array.of(9) } as const;
  expect(toldOther(liar(1).receive(other, message))).toEqual([{ ...message, kind: 'echo' }]);
});

it('contradict is for subjects that name it: nobody draws it otherwise', () => {
  expect(behaviours.has(contradict.name)).toBe(false);
  expect(contradict.appliesTo?.(new EchoToy(group, self).schema.shape)).toBe(true);
  expect(contradict.appliesTo?.({ kind: 'union', cases: [{ name: 'nothing', fields: [] }] })).toBe(false);
});

it('contradict leaves numbers as they are that have no room to double, above or below zero', () => {
  interface Signed {
    readonly kind: 'say';
    readonly number: number;
    readonly payload: Uint8Array;
  }
  const schema = union<Signed>({ say: { number: integer({ min: -10, max: 10 }), payload: bytes({ max: 4 }) } });
  const protocol = {
    schema,
    ready: true,
    input: (number: number): readonly Effect<Signed, never>[] => [
      { kind: 'send', to: 'all', message: { kind: 'say', number, payload: Uint8Array.of(1) } },
    ],
    receive: () => noEffects,
  };
  const said = [-10, -6, -5, 4, 5, 10].map((number) => {
    const node = contradict.wrap(() => protocol, { group, self, random: seededRandom(1) });
    return node.input(number).flatMap((effect) => {
      if (effect.kind !== 'send' || effect.to !== other) return [];
      expect(codec(schema).decode(codec(schema).encode(effect.message))).toEqual(effect.message);
      return [effect.message.number];
    });
  });
  expect(said).toEqual([
    [-10, -10],
    [-6, -6],
    [-10, -9],
    [8, 9],
    [10, 5],
    [10, 10],
  ]);
});
