import { describe, expect, it } from 'vitest';
import type { AgreementMessage } from '../src/stages.js';
import type { Opinion } from '../src/value.js';
import { runLockstep, type Lie } from './lockstep.js';

const yes: Opinion = [42];
const silent: Lie = () => undefined;

const withValue = (message: AgreementMessage, value: Opinion): AgreementMessage => {
  if (message.kind === 'settled') return message;
  return message.kind === 'support' ? { ...message, supported: true, value } : { ...message, value };
};

const below1000 = (value: Opinion): boolean => value === undefined || value.every((one) => one < 1000);

/** Says one value to some, another one to the others. */
const towards =
  (some: (node: number) => boolean, one: Opinion, other: Opinion): Lie =>
  (_from, to, message) =>
    withValue(message, some(to) ? one : other);

/** Votes NO in every step. */
const against: Lie = (_from, _to, message) => withValue(message, undefined);

/** Votes NO, and is honest else. */
const votesNo: Lie = (from, to, message) => (message.kind === 'vote' ? against(from, to, message) : message);

/** As a king decrees what the rule refuses, and says nothing else. */
const decreesTooMuch: Lie = (_from, _to, message) =>
  message.kind === 'decree' ? withValue(message, [1000]) : undefined;

/** Claims to have seen n − f votes for a value that nobody has, and says nothing else. */
const supportsAnother: Lie = (_from, _to, message) =>
  message.kind === 'support' ? withValue(message, [9]) : undefined;

/** As a king decrees another value to each, and says nothing else. */
const tellsEachAnother: Lie = (_from, to, message) =>
  message.kind === 'decree' ? withValue(message, [4 + to]) : undefined;

/** Gives the third vote for [7] to nodes 1 and 2, and not to node 0. */
const helpsSome: Lie = (_from, to, message) =>
  message.kind === 'vote' && message.phase === 0 ? withValue(message, to === 0 ? [8] : [7]) : undefined;

// The sentences of the king algorithm: [Berman, Garay, Perry 89], in the three-step form of Wattenhofer's lecture notes.
describe('the king algorithm', () => {
  it('all-same validity: if all correct nodes begin with one opinion, it stays, whoever is king', () => {
    const lie = towards((node) => node % 2 === 0, [7], undefined);
    const { opinions } = runLockstep({
      n: 7,
      f: 2,
      liars: [0, 1],
      lie,
      opinions: Array.from({ length: 7 }, () => yes),
    });
    expect(opinions).toEqual([yes, yes, yes, yes, yes]);
  });

  it('after a phase with a correct king all correct nodes hold one opinion', () => {
    const opinions = [yes, [7], [8], yes];
    expect(new Set(runLockstep({ n: 4, f: 1, liars: [3], lie: silent, opinions }).opinions.map(String)).size).toBe(1);
  });

  it('takes f + 1 phases of three steps, one for the proposal and one for the end', () => {
    for (const [n, f] of [
      [4, 1],
      [7, 2],
      [10, 3],
    ] as const) {
      expect(runLockstep({ n, f, proposal: yes, liars: [n - 1], lie: silent }).periods).toBe(2 + 3 * (f + 1));
    }
  });

  it('costs n for the proposal and each king, and n² for each of 2 (f + 1) + 1 steps', () => {
    for (const [n, f] of [
      [4, 1],
      [5, 1],
      [7, 2],
    ] as const) {
      expect(runLockstep({ n, f, proposal: yes }).messages).toBe(n + (f + 1) * (2 * n * n + n) + n * n);
    }
  });

  it('a correct leader has its value accepted, although f nodes vote against it', () => {
    expect(runLockstep({ n: 4, f: 1, liars: [3], lie: against, proposal: yes }).opinions).toEqual([yes, yes, yes]);
  });

  it('a leader that is silent, or says what the rule refuses, comes to NO', () => {
    expect(runLockstep({ n: 4, f: 1, liars: [0], lie: silent, proposal: yes }).opinions).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(
      runLockstep({ n: 4, f: 1, proposal: [1000], acceptable: below1000 }).opinions.every((one) => one === undefined),
    ).toBe(true);
  });

  it('a king that says nothing acceptable counts as NO', () => {
    const { opinions } = runLockstep({
      n: 4,
      f: 1,
      liars: [0],
      lie: decreesTooMuch,
      opinions: [yes, [7], [8], [9]],
      acceptable: below1000,
    });
    expect(opinions).toEqual([undefined, undefined, undefined]);
  });
});

describe('a king', () => {
  it('whose value nobody else holds is followed, where no value has n − f votes', () => {
    expect(runLockstep({ n: 4, f: 1, opinions: [yes, [7], [8], yes] }).opinions).toEqual([yes, yes, yes, yes]);
  });

  it('that tells everybody something else is followed by the next, whose value then stands', () => {
    const opinions = [yes, [7], [8], [9]];
    expect(runLockstep({ n: 4, f: 1, liars: [0], lie: tellsEachAnother, opinions }).opinions).toEqual([[5], [5], [5]]);
  });

  it('does not take what at most f nodes support for what a correct one does', () => {
    expect(
      runLockstep({ n: 4, f: 1, liars: [3], lie: supportsAnother, opinions: [yes, [7], [8], yes] }).opinions,
    ).toEqual([yes, yes, yes]);
  });

  it('takes what f + 1 nodes support: one of them is correct', () => {
    const { opinions } = runLockstep({
      n: 4,
      f: 1,
      leader: 2,
      liars: [3],
      lie: helpsSome,
      opinions: [[7], [7], [8], [8]],
    });
    expect(opinions).toEqual([[7], [7], [7]]);
  });
});

describe('the rule of one vote and more than half', () => {
  it('commits what more than half vote for', () => {
    const { opinions, periods, messages } = runLockstep({ n: 4, f: 1, quorum: 'majority', proposal: yes });
    expect(opinions).toEqual([yes, yes, yes, yes]);
    expect({ periods, messages }).toEqual({ periods: 3, messages: 4 + 2 * 16 });
  });

  it('needs more than half: exactly half is NO', () => {
    const two = runLockstep({ n: 4, f: 1, quorum: 'majority', proposal: yes, liars: [2, 3], lie: votesNo });
    expect(two.opinions).toEqual([undefined, undefined]);
    const one = runLockstep({ n: 4, f: 1, quorum: 'majority', proposal: yes, liars: [3], lie: votesNo });
    expect(one.opinions).toEqual([yes, yes, yes]);
  });

  it('is split by a leader that tells two things, where kings are not', () => {
    // It helps each half over the majority with its own vote.
    const lie = towards((node) => node <= 2, [1], [2]);
    const setting = { n: 5, f: 1, liars: [0], lie, proposal: yes } as const;
    expect(runLockstep({ ...setting, quorum: 'majority' }).opinions).toEqual([[1], [1], [2], [2]]);
    expect(new Set(runLockstep(setting).opinions.map(String)).size).toBe(1);
  });
});
