import { describe, expect, it } from 'vitest';
import { noEffects, sha256, type Delivered, type Message, type ReliableBroadcast } from '@quorate/reliable-broadcast';
import { codeOf } from '../../src/test-framework.js';
import { bytes, echo, id, input, single, vote } from '../harness.js';

const delivered = (sender: number, sequence: number, payload: Uint8Array): Delivered => ({
  kind: 'delivered',
  sender: id(sender),
  sequence,
  payload,
});

/** Numbers that were delivered, kinds of faults, and whom was asked for what. */
const done = (step: ReturnType<ReliableBroadcast['receive']>): unknown[] =>
  step.map((effect) => {
    if (effect.kind === 'output') return effect.value.sequence;
    if (effect.kind === 'fault') return `${effect.peer} ${effect.fault.kind}`;
    const { kind, sequence } = effect.kind === 'send' ? effect.message : { kind: effect.kind, sequence: 0 };
    return kind === 'request' ? `ask ${effect.kind === 'send' ? effect.to : ''} for ${sequence}` : kind;
  });

const long = (value: number): Uint8Array => new Uint8Array(60).fill(value);

/** Node 1 of four, with room for two long payloads of each peer beside the lowest instance. */
function crowded(): { readonly node: ReliableBroadcast; readonly hear: (from: number, message: Message) => unknown[] } {
  const limits = { window: 4, openInstances: 8, windowBytes: 64, retainedBytes: 128 };
  const node = single(4, 1, { limits, maxPayload: 64 });
  const hear = (from: number, message: Message): unknown[] => done(node.receive(id(from), message));
  return { node, hear };
}

/** Every peer has filled its quota of sender 0's payloads, in instances 1 and 2. */
function full(): ReturnType<typeof crowded> {
  const made = crowded();
  for (const peer of [0, 2, 3]) {
    for (const sequence of [1, 2]) made.hear(peer, echo(0, sequence, long(10 * peer + sequence)));
  }
  return made;
}

describe('an answer whose payload found no room', () => {
  it('is a vote all the same, and takes its payload when it comes again and there is room', () => {
    const { node, hear } = full();
    expect(hear(2, delivered(0, 3, long(9)))).toEqual([]);
    expect(hear(2, delivered(0, 3, long(9)))).toEqual([]);
    expect(node.usage().retainedBytes).toEqual([120, 0, 120, 120]);
    // Instance 1 is delivered, and with it goes what fills the quotas there.
    for (const peer of [0, 2]) hear(peer, vote(0, 1, long(1)));
    expect(hear(3, vote(0, 1, long(1)))).toContain(1);
    expect(hear(2, delivered(0, 3, long(8)))).toEqual([]);
    expect(hear(2, delivered(0, 3, long(9)))).toEqual([]);
    expect(hear(0, vote(0, 3, long(9)))).toEqual(['echo', 'vote']);
    expect(hear(3, vote(0, 3, long(9)))).toEqual([3]);
  });

  it('is asked for again when it is all that is missing, and then there is always room', () => {
    const { hear } = full();
    expect(hear(2, delivered(0, 3, long(9)))).toEqual([]);
    expect(hear(0, vote(0, 3, long(9)))).toEqual(['vote']);
    expect(hear(3, vote(0, 3, long(9)))).toEqual(['ask 2 for 3']);
    expect(hear(2, delivered(0, 3, long(8)))).toEqual([]);
    expect(hear(2, delivered(0, 3, long(9)))).toEqual(['echo', 3]);
  });

  it('delivers at once when it is the (f + 1)-th', () => {
    const { hear } = full();
    expect(hear(2, delivered(0, 3, long(9)))).toEqual([]);
    expect(hear(3, delivered(0, 3, long(9)))).toEqual(['echo', 'vote', 3]);
  });
});

describe('quotas', () => {
  it('keep out a payload that one vote names; it is taken when 2f + 1 do', () => {
    const { hear } = full();
    expect(hear(2, vote(0, 3, long(9)))).toEqual([]);
    expect(hear(2, echo(0, 3, long(9)))).toEqual([]);
    expect(hear(0, vote(0, 3, long(9)))).toEqual(['vote']);
    expect(hear(3, vote(0, 3, long(9)))).toEqual(['ask 2 for 3']);
    expect(hear(2, echo(0, 3, long(9)))).toEqual(['echo', 3]);
  });

  it('let in what 2f + 1 votes name, also beside another payload', () => {
    const { hear } = full();
    hear(0, echo(0, 3, bytes(5)));
    for (const peer of [0, 2, 3]) hear(peer, vote(0, 3, long(9)));
    expect(hear(2, echo(0, 3, long(9)))).toEqual(['echo', 3]);
  });

  it('end with the window: its last instance opens, and the one after it does not', () => {
    const { node, hear } = crowded();
    expect(hear(0, input(0, 7, bytes(1)))).toEqual(['echo']);
    expect(hear(0, input(0, 8, bytes(1)))).toEqual([]);
    expect(node.usage().openInstances).toEqual([1, 0, 0, 0]);
  });

  it('a payload joins the votes that named it, also beside another one', () => {
    const { hear } = crowded();
    hear(0, input(0, 1, long(1)));
    for (const peer of [0, 2]) hear(peer, vote(0, 1, long(2)));
    expect(hear(3, vote(0, 1, long(2)))).toEqual([]);
    expect(hear(3, echo(0, 1, long(2)))).toEqual([1]);
  });
});

describe('answers and votes of one node', () => {
  it('a second answer counts for nothing', () => {
    const { hear } = crowded();
    expect(hear(2, delivered(0, 0, bytes(1)))).toEqual([]);
    expect(hear(2, delivered(0, 0, bytes(2)))).toEqual([]);
    expect(hear(2, delivered(0, 0, bytes(1)))).toEqual([]);
    expect(hear(3, delivered(0, 0, bytes(2)))).toEqual([]);
    expect(hear(0, delivered(0, 0, bytes(2)))).toEqual(['echo', 'vote', 0]);
  });

  it('an answer that contradicts the node’s vote is a fault, and counts for nothing', () => {
    const { node, hear } = crowded();
    hear(2, vote(0, 0, bytes(1)));
    const [effect] = node.receive(id(2), delivered(0, 0, bytes(2)));
    expect(effect).toMatchObject({
      kind: 'fault',
      peer: 2,
      fault: { kind: 'double-vote', evidence: [bytes(1), bytes(2)] },
    });
    expect(hear(2, delivered(0, 0, bytes(2)))).toEqual([]);
    expect(hear(3, delivered(0, 0, bytes(2)))).toEqual([]);
  });

  it('an answer that comes twice is charged once', () => {
    const { node, hear } = crowded();
    for (let again = 0; again < 3; again++) hear(2, delivered(0, 0, long(1)));
    expect(node.usage().retainedBytes).toEqual([0, 0, 60, 0]);
  });

  it('an answer that repeats the node’s vote is no second vote', () => {
    const { hear } = crowded();
    hear(2, vote(0, 0, bytes(1)));
    expect(hear(2, delivered(0, 0, bytes(1)))).toEqual([]);
    expect(hear(3, vote(0, 0, bytes(1)))).toEqual(['echo', 'vote']);
    expect(hear(0, vote(0, 0, bytes(1)))).toEqual([0]);
  });
});

describe('names', () => {
  it('the digest of a payload below 32 bytes does not name it, whichever comes first', () => {
    const short = bytes(1, 2, 3);
    const digest: Message = { kind: 'vote', sender: id(0), sequence: 0, value: sha256(short) };
    const late = crowded();
    late.hear(0, input(0, 0, short));
    for (const peer of [0, 2, 3]) expect(late.hear(peer, digest)).not.toContain(0);
    const early = crowded();
    for (const peer of [0, 2, 3]) early.hear(peer, digest);
    expect(early.hear(0, echo(0, 0, short))).toEqual([]);
    expect(early.hear(0, input(0, 0, short))).toEqual(['echo']);
  });
});

describe('own broadcasts', () => {
  it('count from the first number of the life, and wait for room', () => {
    const node = single(4, 1, { limits: { window: 2, openInstances: 2 }, incarnation: 1 });
    expect(node.nextSequence).toBe(2 ** 42);
    node.input(bytes(1));
    expect(node.nextSequence).toBe(2 ** 42 + 1);
    expect(node.ready).toBe(true);
    node.input(bytes(1));
    expect(node.ready).toBe(false);
    expect(codeOf(() => node.input(bytes(1)))).toBe('Q4002');
    expect(node.nextSequence).toBe(2 ** 42 + 2);
    for (const peer of [0, 2, 3]) node.receive(id(peer), vote(1, 2 ** 42, bytes(1)));
    expect(node.ready).toBe(true);
  });

  it('wait for room in bytes too, but for one', () => {
    const node = single(4, 1, { limits: { window: 4, windowBytes: 64, retainedBytes: 128 }, maxPayload: 64 });
    node.input(new Uint8Array(63));
    expect(node.ready).toBe(true);
    node.input(new Uint8Array(1));
    expect(node.ready).toBe(false);
  });

  it('an answer to nobody’s question changes nothing', () => {
    const { node } = crowded();
    const progress = { kind: 'progress', sender: id(0), sequence: 0, oldest: 5, next: 5, head: 9 } as const;
    expect(node.receive(id(2), progress)).toBe(noEffects);
  });
});
