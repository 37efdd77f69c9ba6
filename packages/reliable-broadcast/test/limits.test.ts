import { describe, expect, it } from 'vitest';
import {
  createGroup,
  defaultLimits,
  firstSequence,
  incarnationOf,
  QuorateError,
  ReliableBroadcast,
  type Limits,
} from '@quorate/reliable-broadcast';
import { limitsFor, retainedPerPeer } from '../src/limits.js';
import { checkIncarnation } from '../src/sequence.js';
import { codeOf } from '../src/test-framework.js';
import { bytes, echo, id, input, single } from './harness.js';

const refused = (changes: Partial<Limits>, maxPayload = 64): string | undefined => {
  try {
    limitsFor(maxPayload, changes);
    return undefined;
  } catch (error) {
    return error instanceof QuorateError && error.code === 'Q4003' ? `${error.message}, ${error.hint}` : String(error);
  }
};

describe('limits', () => {
  it('are the default unless they are changed', () => {
    expect(limitsFor(64)).toEqual(defaultLimits);
    expect(limitsFor(64, { window: 5 })).toEqual({ ...defaultLimits, window: 5 });
  });

  it('grow with the longest payload, or a correct sender could not be held', () => {
    const long = 32 * 1024 * 1024;
    const { retainedBytes, loggedBytes, windowBytes } = limitsFor(long);
    expect([retainedBytes, loggedBytes]).toEqual([windowBytes + long, windowBytes + long]);
    expect(limitsFor(6 * 1024 * 1024).loggedBytes).toBe(defaultLimits.loggedBytes);
    expect(limitsFor(6 * 1024 * 1024).retainedBytes).toBe(10 * 1024 * 1024);
    expect(limitsFor(10, { windowBytes: 90, retainedBytes: 100, loggedBytes: 7 })).toMatchObject({
      retainedBytes: 100,
      loggedBytes: 7,
    });
  });

  it('that would stop a correct sender are refused, each by its name', () => {
    expect(refused({ windowBytes: 90, retainedBytes: 99 }, 10)).toMatch(
      /retainedBytes.*windowBytes \+ maxPayload = 100/,
    );
    for (const name of Object.keys(defaultLimits)) {
      for (const value of [0, -1, 1.5, NaN, Infinity]) expect(refused({ [name]: value })).toMatch(new RegExp(name));
    }
    expect(refused({ openInstances: 1000 })).toMatch(/openInstances.*power of two/);
    expect(refused({ openInstances: 64 })).toMatch(/openInstances.*power of two/);
    expect(refused({ openInstances: 2 ** 31 })).toMatch(/openInstances/);
    expect(refused({ loggedInstances: 100 })).toMatch(/loggedInstances.*power of two/);
    expect(refused({ openInstances: 128, window: 128, loggedInstances: 1 })).toBe(undefined);
  });

  it('of a payload are whole bytes up to 256 MiB', () => {
    for (const maxPayload of [-1, 0.5, NaN, 256 * 1024 * 1024 + 1])
      expect(refused({}, maxPayload)).toMatch(/maxPayload/);
    expect([refused({}, 0), refused({}, 256 * 1024 * 1024)]).toEqual([undefined, undefined]);
  });

  it('bound what a peer can make a node retain', () => {
    expect(retainedPerPeer({ ...defaultLimits, retainedBytes: 1000, openInstances: 2 }, 10)).toBe(1000 + 30 + 256);
    const limits = {
      window: 2,
      openInstances: 2,
      windowBytes: 10,
      retainedBytes: 20,
      loggedInstances: 4,
      loggedBytes: 50,
    };
    const node = single(4, 1, { limits, maxPayload: 10 });
    node.receive(id(0), input(0, 0, bytes(1, 2)));
    node.receive(id(2), echo(0, 1, bytes(1, 2, 3)));
    expect(node.usage()).toEqual({
      openInstances: [2, 0, 0, 0],
      maxOpenInstances: 2,
      retainedBytes: [2, 0, 3, 0],
      maxRetainedBytes: (20 + 30 + 4 * 32 * 2) * 4,
      loggedBytes: [0, 0, 0, 0],
      maxLoggedBytes: 50,
    });
  });
});

describe('lives', () => {
  it('have 2^42 numbers each, and are 0 … 1,023', () => {
    expect([firstSequence(0), firstSequence(1), firstSequence(1023)]).toEqual([0, 2 ** 42, 1023 * 2 ** 42]);
    expect([0, 2 ** 42 - 1, 2 ** 42, 3 * 2 ** 42 + 5].map(incarnationOf)).toEqual([0, 0, 1, 3]);
    for (const life of [-1, 0.5, NaN, 1024]) expect(codeOf(() => checkIncarnation(life))).toBe('Q4004');
    for (const life of [0, 1, 1023]) expect(codeOf(() => checkIncarnation(life))).toBe(undefined);
  });

  it('a message about a node that the group does not have is our caller’s error', () => {
    const node = new ReliableBroadcast({ group: createGroup({ nodes: 4 }), self: id(0) });
    expect(codeOf(() => node.receive(id(1), echo(4, 0, bytes(1))))).toBe('Q1002');
  });
});
