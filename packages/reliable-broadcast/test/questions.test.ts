import { describe, expect, it } from 'vitest';
import { Questions } from '../src/questions.js';
import { id } from './harness.js';

/** What can be asked now, as peer, first index, count. */
function asked(questions: Questions, low: number, end: number): readonly (readonly [number, number, number])[] {
  const all: (readonly [number, number, number])[] = [];
  questions.take(low, end, (peer, from, count) => all.push([peer, from, count]));
  return all;
}

describe('what must be asked', () => {
  it('is asked of each peer from the lowest that was dropped, once, as far as there is room', () => {
    const questions = new Questions();
    expect([questions.lowest, asked(questions, 0, 100)]).toEqual([Infinity, []]);
    for (const [peer, index] of [
      [1, 12],
      [1, 10],
      [1, 11],
      [3, 40],
    ] as const)
      questions.note(id(peer), index);
    expect(questions.lowest).toBe(10);
    expect(asked(questions, 0, 20)).toEqual([[1, 10, 10]]);
    expect(questions.lowest).toBe(40);
    expect(asked(questions, 0, 40)).toEqual([]);
    expect(asked(questions, 30, 41)).toEqual([[3, 40, 1]]);
    expect(questions.lowest).toBe(Infinity);
  });

  it('begins no lower than the window, and covers at most 64', () => {
    const questions = new Questions();
    questions.note(id(0), 5);
    questions.note(id(1), 90);
    expect(asked(questions, 50, 200)).toEqual([
      [0, 50, 64],
      [1, 90, 64],
    ]);
  });

  it('waits for the answer to the question under way', () => {
    const questions = new Questions();
    questions.note(id(1), 3);
    expect(asked(questions, 0, 10)).toEqual([[1, 3, 7]]);
    expect([questions.isAsked(id(1), 3), questions.isAsked(id(1), 4), questions.isAsked(id(0), 3)]).toEqual([
      true,
      false,
      false,
    ]);
    questions.note(id(1), 5);
    expect(asked(questions, 0, 10)).toEqual([]);
    expect(questions.answered(id(1), 4, { oldest: 0, next: 9, head: 9 })).toBe(false);
    expect(asked(questions, 0, 10)).toEqual([]);
    expect(questions.answered(id(1), 3, { oldest: 0, next: 9, head: 9 })).toBe(true);
    expect(questions.lowest).toBe(5);
    expect(asked(questions, 0, 10)).toEqual([[1, 5, 5]]);
    questions.forget(id(1));
    questions.note(id(1), 6);
    expect(asked(questions, 0, 10)).toEqual([[1, 6, 4]]);
  });
});

/** Peer 1 was asked from 3 on. */
function start(): Questions {
  const questions = new Questions();
  questions.note(id(1), 3);
  asked(questions, 0, 10);
  return questions;
}

describe('an answer', () => {
  it('that stopped before the head is asked on from where it stopped', () => {
    const questions = start();
    expect(questions.answered(id(1), 3, { oldest: 0, next: 6, head: 8 })).toBe(true);
    expect(asked(questions, 0, 10)).toEqual([[1, 6, 4]]);
  });

  it('that covers everything ends it', () => {
    const questions = start();
    expect(questions.answered(id(1), 3, { oldest: 0, next: 3, head: 3 })).toBe(true);
    expect([questions.lowest, asked(questions, 0, 10)]).toEqual([Infinity, []]);
  });

  it('that refuses is asked again later', () => {
    const questions = start();
    expect(questions.answered(id(1), 3, { oldest: 0, next: 3, head: 8 })).toBe(false);
    expect(questions.lowest).toBe(3);
    expect(asked(questions, 0, 10)).toEqual([[1, 3, 7]]);
  });

  it('cannot send us back', () => {
    const questions = start();
    expect(questions.answered(id(1), 3, { oldest: 0, next: 1, head: 8 })).toBe(false);
    expect(asked(questions, 0, 10)).toEqual([[1, 3, 7]]);
  });
});

it('what is lost is what f + 1 peers no longer have', () => {
  const questions = new Questions();
  for (const [peer, oldest] of [
    [0, 7],
    [2, 90],
    [3, 5],
  ] as const) {
    questions.note(id(peer), 0);
    asked(questions, 0, 10);
    questions.answered(id(peer), 0, { oldest, next: 0, head: 0 });
  }
  expect([1, 2, 3, 4, 5].map((enough) => questions.lostBelow(enough))).toEqual([90, 7, 5, 0, 0]);
});

it('a peer that goes on is probed once for each window', () => {
  const questions = new Questions();
  expect(questions.probe(id(1), 100, 7, 50)).toBe(true);
  expect(asked(questions, 0, 60)).toEqual([[1, 7, 53]]);
  expect([questions.probe(id(1), 149, 7, 50), questions.probe(id(0), 149, 7, 50)]).toEqual([false, true]);
  expect([questions.probe(id(1), 150, 8, 50), questions.probe(id(1), 199, 8, 50)]).toEqual([true, false]);
  questions.forget(id(1));
  expect(asked(questions, 0, 60)).toEqual([
    [0, 7, 53],
    [1, 8, 52],
  ]);
});
