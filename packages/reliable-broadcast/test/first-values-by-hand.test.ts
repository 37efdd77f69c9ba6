import { describe, expect, it } from 'vitest';
import {
  bytes as bytesSchema,
  codec,
  createBestEffortBroadcast,
  createGroup,
  createReliableBroadcast,
  FirstValues,
  integer,
  record,
  type Collected,
  type Input,
  type RoundValue,
} from '@quorate/reliable-broadcast';
import { codeOf } from '../src/test-framework.js';
import { bytes, id, input } from './harness.js';

const frame = codec(record<RoundValue>({ round: integer({ max: 2 ** 32 - 1 }), value: bytesSchema({ max: 2 ** 20 }) }));

/** Values of others, one number after the other. */
class Rounds {
  readonly collector: FirstValues<Input>;
  /** Of the last fault. */
  evidence: readonly unknown[] = [];
  readonly #next = [0, 0, 0, 0, 0, 0, 0];

  constructor(nodes = 4, options: { maxValue?: number; openRounds?: number } = {}) {
    const group = createGroup({ nodes });
    this.collector = new FirstValues({ group, self: id(0), broadcast: createBestEffortBroadcast, ...options });
  }

  /** What comes out when `node` puts this in: values by node, or the kind of a fault. */
  from(node: number, round: number, value: number): unknown[] {
    return this.raw(node, frame.encode({ round, value: bytes(value) }));
  }

  raw(node: number, payload: Uint8Array): unknown[] {
    const sequence = this.#next[node] ?? 0;
    this.#next[node] = sequence + 1;
    return this.collector.receive(id(node), input(node, sequence, payload)).map((effect) => {
      if (effect.kind === 'output') return shown(effect.value);
      if (effect.kind !== 'fault') return effect.kind;
      this.evidence = effect.fault.evidence;
      return `${effect.peer} ${effect.fault.kind} ${effect.fault.certainty}`;
    });
  }
}

const shown = ({ round, values }: Collected): string =>
  `${round}: ${[...values].map(([node, value]) => `${node}=${value.join()}`).join(' ')}`;

describe('first values', () => {
  it('come out with the (n − f)-th, and again with each one after it', () => {
    const rounds = new Rounds();
    expect(rounds.from(1, 0, 11)).toEqual([]);
    expect(rounds.from(2, 0, 12)).toEqual([]);
    expect(rounds.from(3, 0, 13)).toEqual(['0: 1=11 2=12 3=13']);
    expect(rounds.from(0, 0, 10)).toEqual(['0: 1=11 2=12 3=13 0=10']);
  });

  it('keep rounds apart', () => {
    const rounds = new Rounds();
    rounds.from(1, 0, 1);
    rounds.from(1, 1, 1);
    expect(rounds.from(2, 1, 1)).toEqual([]);
    expect(rounds.from(2, 0, 1)).toEqual([]);
    expect(rounds.from(3, 1, 3)).toEqual(['1: 1=1 2=1 3=3']);
  });

  it('report a second value of a node, and count the first', () => {
    const rounds = new Rounds();
    rounds.from(1, 0, 1);
    expect(rounds.from(1, 0, 2)).toEqual(['1 double-value proof']);
    expect(rounds.evidence).toEqual([bytes(1), bytes(2)]);
    rounds.from(2, 0, 1);
    expect(rounds.from(3, 0, 1)).toEqual(['0: 1=1 2=1 3=1']);
  });

  it('report what is no value of a round', () => {
    const rounds = new Rounds(4, { maxValue: 4 });
    expect(rounds.raw(2, bytes(1, 2, 3))).toEqual(['2 malformed-value proof']);
    expect(rounds.evidence).toEqual([bytes(1, 2, 3)]);
    expect(rounds.raw(2, frame.encode({ round: 0, value: new Uint8Array(5) }))).toEqual(['2 malformed-value proof']);
    expect(rounds.raw(2, frame.encode({ round: 0, value: new Uint8Array(4) }))).toEqual([]);
  });

  it('take no value of a closed round, and keep those of open ones', () => {
    const rounds = new Rounds();
    for (const round of [0, 1, 2]) for (const node of [1, 2]) rounds.from(node, round, node);
    rounds.collector.close(1);
    rounds.collector.close(0);
    expect(rounds.collector.lowestRound).toBe(1);
    for (const node of [3, 2, 1, 0]) expect(rounds.from(node, 0, node)).toEqual([]);
    expect(rounds.from(3, 1, 3)).toEqual(['1: 1=1 2=2 3=3']);
  });

  it('are kept for twice the open rounds, not beyond', () => {
    const rounds = new Rounds(4, { openRounds: 4 });
    for (const node of [1, 2]) rounds.from(node, 7, node);
    expect(rounds.from(3, 7, 3)).toEqual(['7: 1=1 2=2 3=3']);
    rounds.from(1, 8, 1);
    expect(rounds.collector.lowestRound).toBe(0);
    rounds.collector.close(1);
    for (const node of [2, 3]) rounds.from(node, 8, node);
    expect(rounds.from(0, 8, 0)).toEqual(['8: 2=2 3=3 0=0']);
  });

  it('a node that f + 1 others have left behind gives up its oldest rounds; f others move nothing', () => {
    const rounds = new Rounds(7, { openRounds: 4 });
    rounds.from(1, 100, 1);
    rounds.from(2, 50, 2);
    rounds.from(2, 40, 2);
    expect(rounds.collector.lowestRound).toBe(0);
    rounds.from(3, 20, 3);
    expect(rounds.collector.lowestRound).toBe(17);
    for (const node of [0, 4, 5, 6])
      expect(rounds.from(node, 20, node)).toEqual(node === 6 ? ['20: 3=3 0=0 4=4 5=5 6=6'] : []);
  });

  it('numbers of a node that is ahead by less than is kept move nothing', () => {
    const rounds = new Rounds(4, { openRounds: 4 });
    rounds.from(1, 8, 1);
    rounds.from(2, 7, 2);
    expect(rounds.collector.lowestRound).toBe(0);
    rounds.from(2, 8, 2);
    expect(rounds.collector.lowestRound).toBe(5);
  });

  it('the furthest round of a node counts, whatever it says afterwards', () => {
    const rounds = new Rounds(7, { openRounds: 4 });
    rounds.from(2, 50, 2);
    rounds.from(2, 40, 2);
    rounds.from(1, 100, 1);
    expect(rounds.collector.lowestRound).toBe(0);
    rounds.from(3, 90, 3);
    expect(rounds.collector.lowestRound).toBe(47);
  });

  it('what f + 1 nodes went beyond before this node closed rounds itself moves nothing any more', () => {
    const rounds = new Rounds(4, { openRounds: 4 });
    rounds.from(1, 20, 1);
    rounds.collector.close(14);
    rounds.from(2, 30, 2);
    expect(rounds.collector.lowestRound).toBe(14);
    rounds.from(1, 22, 1);
    expect(rounds.collector.lowestRound).toBe(19);
  });

  it('a node counts again in the rounds above what was let go of it', () => {
    const rounds = new Rounds(4, { openRounds: 2 });
    rounds.from(3, 4, 1);
    rounds.collector.close(2);
    for (const round of [3, 4, 5]) for (const node of [0, 1]) rounds.from(node, round, node);
    expect([3, 4, 5].map((round) => rounds.from(3, round, 3).length)).toEqual([0, 0, 1]);
  });

  it('this node puts in one value for each open round', () => {
    const { collector } = new Rounds(4, { maxValue: 2, openRounds: 4 });
    const put = (round: number, value = bytes(1)): string | undefined =>
      codeOf(() => collector.input({ round, value }));
    expect([put(0, bytes(1, 2, 3)), put(0, [] as unknown as Uint8Array)]).toEqual(['Q4010', 'Q4010']);
    expect([put(-1), put(4), put(0.5)]).toEqual(['Q4011', 'Q4011', 'Q4011']);
    expect([put(0), put(0), put(3, bytes(1, 2))]).toEqual([undefined, 'Q4012', undefined]);
    expect(put(1)).toBe(undefined);
    collector.close(1);
    expect([put(0), put(1), put(3), put(4), put(2)]).toEqual(['Q4011', 'Q4012', 'Q4012', undefined, undefined]);
    expect(codeOf(() => collector.input({ round: 2 } as RoundValue))).toBe('Q4010');
    expect(() => collector.input({ round: 5, value: bytes(1) })).toThrowError(
      expect.objectContaining({ hint: 'use 1 … 4' }),
    );
  });

  it('say of a value what the broadcast below says, which has room for the longest', () => {
    const group = createGroup({ nodes: 4 });
    const collector = new FirstValues({
      group,
      self: id(2),
      incarnation: 1,
      broadcast: createReliableBroadcast,
      maxValue: 70_000,
    });
    const [effect] = collector.input({ round: 0, value: new Uint8Array(70_000) });
    expect(effect).toMatchObject({ kind: 'send', to: 'all', message: { kind: 'input', sender: 2, sequence: 2 ** 42 } });
    expect(collector.reopened(id(1), 0).map(({ kind }) => kind)).toEqual(['send', 'send', 'send', 'send', 'send']);
    expect(collector.ready).toBe(true);
    expect(collector.maxValue).toBe(70_000);
    expect(new Rounds().collector.reopened(id(1), 0)).toEqual([]);
  });
});
