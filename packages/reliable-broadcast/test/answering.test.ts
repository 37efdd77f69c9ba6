import { describe, expect, it } from 'vitest';
import { createGroup, type Message, type Request } from '@quorate/reliable-broadcast';
import { Answering } from '../src/answering.js';
import { Candidate } from '../src/instance.js';
import { Lane } from '../src/lane.js';
import { limitsFor } from '../src/limits.js';
import { bytes, id } from './harness.js';

const group = createGroup({ nodes: 4 });
const limits = limitsFor(300_000, { window: 8, openInstances: 8, loggedInstances: 16 });
/** Repetitions that a peer may ask for at first. */
const credit = 8 * 4;
/** … and that it can save up: every log and every open instance, four times. */
const mostCredit = 4 * (8 + 16) * 4;

interface Node {
  readonly answering: Answering;
  /** Our own broadcasts, and those of node 2. */
  readonly own: Lane;
  readonly other: Lane;
}

function answeringNode(): Node {
  const [own, other] = [new Lane(id(0), 0, limits), new Lane(id(2), 0, limits)];
  return { answering: new Answering(group, own, limits), own, other };
}

const request = (sequence: number, count: number): Request => ({ kind: 'request', sender: id(2), sequence, count });

/** Delivers so many payloads of some length in a lane, from its low-water mark on. */
function deliver(lane: Lane, count: number, length = 1): void {
  for (let left = count; left > 0; left--) {
    lane.open(lane.low);
    lane.deliver(lane.low, new Uint8Array(length).fill(lane.low));
  }
}

/** Opens an instance in which this node has echoed and voted. */
function spokeIn(lane: Lane, index: number, payload: Uint8Array): void {
  const instance = lane.open(index);
  const candidate = lane.fill(instance.add(new Candidate()), id(1), payload);
  instance.echo = candidate;
  instance.vote = candidate;
}

const words = (messages: readonly Message[] | undefined): readonly string[] | undefined =>
  messages?.map((message) =>
    message.kind === 'progress'
      ? `progress ${message.sequence}: ${message.oldest} ${message.next} ${message.head}`
      : `${message.kind} ${message.sequence}`,
  );

/** How often a peer gets an answer when it asks for the same again and again. */
function repetitions({ answering, other }: Node, count: number): number {
  let answers = 0;
  while (answers < 2000 && answering.answer(id(1), other, request(0, count)) !== undefined) answers++;
  return answers;
}

describe('an answer', () => {
  it('gives what was delivered, repeats what was said in what is open, and says how far it went', () => {
    const { answering, other } = answeringNode();
    deliver(other, 2);
    spokeIn(other, 2, bytes(7));
    other.open(4);
    expect(words(answering.answer(id(1), other, request(0, 64)))).toEqual([
      'delivered 0',
      'delivered 1',
      'echo 2',
      'vote 2',
      'progress 0: 0 5 5',
    ]);
  });

  it('repeats an input of this node alone, from its first candidate', () => {
    const { answering, own, other } = answeringNode();
    spokeIn(own, 0, bytes(1));
    spokeIn(other, 0, bytes(1));
    own.open(1);
    expect(words(answering.answer(id(1), own, request(0, 64)))).toEqual([
      'input 0',
      'echo 0',
      'vote 0',
      'progress 0: 0 2 2',
    ]);
    expect(words(answering.answer(id(1), other, request(0, 64)))).toEqual(['echo 0', 'vote 0', 'progress 0: 0 1 1']);
  });

  it('covers as many instances as were asked for, and none beyond the highest it knows', () => {
    const { answering, other } = answeringNode();
    deliver(other, 5);
    expect(words(answering.answer(id(1), other, request(1, 2)))).toEqual([
      'delivered 1',
      'delivered 2',
      'progress 1: 0 3 5',
    ]);
    expect(words(answering.answer(id(1), other, request(4, 64)))).toEqual(['delivered 4', 'progress 4: 0 5 5']);
    expect(words(answering.answer(id(1), other, request(5, 64)))).toEqual(['progress 5: 0 5 5']);
  });

  it('stops behind the payload that fills it, delivered or open', () => {
    const { answering, own, other } = answeringNode();
    deliver(other, 3, 128 * 1024);
    expect(words(answering.answer(id(1), other, request(0, 64)))).toEqual([
      'delivered 0',
      'delivered 1',
      'progress 0: 0 2 3',
    ]);
    // An open instance of this node repeats its payload twice: as input and as echo.
    for (const index of [0, 1, 2]) spokeIn(own, index, new Uint8Array(100_000).fill(index));
    expect(words(answering.answer(id(1), own, request(0, 64)))?.at(-1)).toBe('progress 0: 0 2 3');
    const echoes = answeringNode();
    for (const index of [0, 1, 2]) spokeIn(echoes.other, index, new Uint8Array(200_000).fill(index));
    expect(words(echoes.answering.answer(id(1), echoes.other, request(0, 64)))?.at(-1)).toBe('progress 0: 0 2 3');
  });
});

describe('asking again', () => {
  it('is free for what was not answered yet, however often', () => {
    const { answering, other } = answeringNode();
    for (let round = 0; round < 3 * credit; round++) {
      deliver(other, 1);
      expect(answering.answer(id(1), other, request(round, 1))).toBeDefined();
    }
  });

  it('costs a credit for each instance that is repeated', () => {
    const node = answeringNode();
    deliver(node.other, 4);
    // The first answer is for nothing.
    expect(repetitions(node, 1)).toBe(1 + credit);
    const more = answeringNode();
    deliver(more.other, 4);
    expect(repetitions(more, 4)).toBe(1 + credit / 4);
    const beyond = answeringNode();
    deliver(beyond.other, 4);
    // It pays for what is repeated, not for what it asked.
    expect(repetitions(beyond, 64)).toBe(1 + credit / 4);
  });

  it('gains four credits with every delivery, up to what repeats everything', () => {
    const node = answeringNode();
    deliver(node.other, 1);
    expect(repetitions(node, 1)).toBe(1 + credit);
    node.answering.delivered();
    expect(repetitions(node, 1)).toBe(4);
    for (let count = 0; count < 10_000; count++) node.answering.delivered();
    expect(repetitions(node, 1)).toBe(mostCredit);
  });

  it('is counted for each peer alone', () => {
    const node = answeringNode();
    deliver(node.other, 1);
    repetitions(node, 1);
    expect(node.answering.answer(id(1), node.other, request(0, 1))).toBeUndefined();
    expect(node.answering.answer(id(3), node.other, request(0, 1))).toBeDefined();
  });

  it('is free once more after a link was cut', () => {
    const node = answeringNode();
    deliver(node.other, 1);
    repetitions(node, 1);
    node.answering.renew(id(1), [node.other]);
    expect(node.other.answeredUpTo[1]).toBe(0);
    expect(repetitions(node, 1)).toBe(1 + credit);
  });
});
