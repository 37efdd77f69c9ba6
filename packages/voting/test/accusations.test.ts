import { describe, expect, it } from 'vitest';
import type { Message, VotingOptions } from '@quorate/voting';
import { runPlan, seededRandom, type RunPlan } from '@quorate/simulation';
import { Alone, beginning, hello, ready, running, silence } from './alone.js';
import { earlyCrashes, planOf, subjectOf } from './plans.js';

const seeds = Number(process.env['QUORATE_SEEDS'] ?? 150);

const vote = (value: readonly number[] | undefined, phase = 0, round = 2): Message => ({
  kind: 'vote',
  round,
  attempt: round === 0 ? 0 : 1,
  phase,
  value,
});

const proposal = (value: readonly number[]): Message => ({ kind: 'proposal', round: 2, attempt: 1, value });

const support = (value: readonly number[] | undefined, supported = value !== undefined, round = 2): Message => ({
  kind: 'support',
  round,
  attempt: round === 0 ? 0 : 1,
  phase: 0,
  supported,
  value,
});

const decree = (value: readonly number[]): Message => ({ kind: 'decree', round: 2, attempt: 1, phase: 1, value });

/** What the last accusation says: who, of what, how sure, and what stands against what. */
const lastOf = ({ faults }: Alone): unknown => {
  const [peer, { kind, certainty, evidence }] = faults.at(-1) ?? [-1, { kind: 'none', certainty: '', evidence: [] }];
  return { peer, kind, certainty, evidence };
};

describe('two words in one step are proof', () => {
  it.each<[string, Message, Message]>([
    ['double-vote', vote([1]), vote([2])],
    ['double-vote', vote([1]), vote(undefined)],
    ['double-vote', vote(undefined), vote([])],
    ['double-support', support([1]), support([2])],
    ['double-support', support(undefined, false), support(undefined, true)],
  ])('%s', (kind, first, second) => {
    const node = running();
    node.hear([0], first);
    node.hear([0], first);
    expect(node.faults).toEqual([]);
    node.hear([0], second);
    expect(lastOf(node)).toEqual({ peer: 0, kind, certainty: 'proof', evidence: [first, second] });
  });

  it('of a leader and of a king, too', () => {
    const node = running();
    node.hear([1], proposal([1]));
    node.hear([1], proposal([2]));
    expect(lastOf(node)).toMatchObject({ peer: 1, kind: 'double-proposal', evidence: [proposal([1]), proposal([2])] });
    node.hear([2], decree([1]));
    node.hear([2], decree([2]));
    expect(lastOf(node)).toMatchObject({ peer: 2, kind: 'double-decree', evidence: [decree([1]), decree([2])] });
  });

  it('in different steps and agreements different words are right, and having settled can be said again', () => {
    const node = running();
    node.hear([0], vote([1]));
    node.hear([0], vote([2], 1));
    node.hear([0], { kind: 'vote', round: 2, attempt: 2, phase: 0, value: [3] });
    for (const _ of [1, 2]) node.hear([0], { kind: 'settled', round: 2, attempt: 1 });
    expect(node.faults).toEqual([]);
  });

  it('what was said too early is held against a node as well', () => {
    const node = new Alone(4, 3);
    node.hear([0, 1, 2], ready(1, 1));
    node.expire('answered');
    node.hear([1], vote([1]));
    node.hear([1], vote([2]));
    node.hear([0, 1, 2], ready(2, 1, [5]));
    expect(node.accused).toEqual(['1 double-vote']);
  });
});

describe('words that are not this node’s to say are proof', () => {
  it.each<[string, Partial<VotingOptions>, Message]>([
    ['a proposal of a node that does not lead', {}, proposal([1])],
    ['a decree of a node that is not king', {}, { kind: 'decree', round: 2, attempt: 1, phase: 0, value: [1] }],
    ['a step that there is not', { quorum: 'majority' }, support([1])],
    ['a phase that there is not', { quorum: 'majority' }, vote([1], 1)],
  ])('%s', (_what, options, message) => {
    const node = running(options);
    node.hear([0], message);
    expect(lastOf(node)).toEqual({ peer: 0, kind: 'unentitled', certainty: 'proof', evidence: [] });
    node.hear([1], proposal([7]));
    expect(node.last('vote')).toMatchObject({ value: [7] });
  });

  it('a proposal where none is asked for', () => {
    const node = beginning();
    node.hear([0], { kind: 'proposal', round: 0, attempt: 0, value: [1] });
    expect(node.accused).toEqual(['0 unentitled']);
  });
});

describe('another decision than the one that stands', () => {
  it('is proof', () => {
    const node = running();
    node.hear([0], ready(2, 2, [5]));
    expect(node.faults).toEqual([]);
    node.hear([0], ready(2, 3, [6]));
    expect(lastOf(node)).toEqual({
      peer: 0,
      kind: 'contradiction',
      certainty: 'proof',
      evidence: [[5], ready(2, 3, [6])],
    });
  });

  it('who tells none, or one that this node has not, says nothing wrong', () => {
    const node = running();
    node.hear([0], ready(2, 2));
    node.hear([0], ready(3, 1, [6]));
    node.hear([1], ready(1, 1, []));
    expect(node.faults).toEqual([]);
  });
});

describe('suspicion', () => {
  it('falls on whoever says nothing in time, step by step', () => {
    const node = running();
    node.hear([0], { kind: 'settled', round: 2, attempt: 1 });
    node.expire('period');
    const fault = { kind: 'missing', certainty: 'suspicion', detail: 'no "proposal" in time in round 2', evidence: [] };
    expect(node.faults).toEqual([[1, fault]]);
    silence(node);
    const suspects = (word: string): readonly number[] =>
      node.faults.flatMap(([peer, { detail }]) => (detail.includes(`"${word}"`) ? [peer] : []));
    expect(suspects('vote')).toEqual([0, 1, 2, 0, 1, 2]);
    expect(suspects('support')).toEqual([0, 1, 2, 0, 1, 2]);
    expect(suspects('decree')).toEqual([1, 2]);
    expect(suspects('settled')).toEqual([]);
    node.hear([1], { kind: 'settled', round: 2, attempt: 1 });
    expect(suspects('settled')).toEqual([2]);
  });

  it('falls on whoever votes otherwise than the leader proposed, and on nobody if it proposed nothing', () => {
    const node = running();
    node.hear([0], vote([7]));
    node.hear([1], proposal([7]));
    node.hear([1], vote(undefined));
    node.hear([2], vote([8]));
    expect(node.accused).toEqual(['1 dissent', '2 dissent']);
    expect(lastOf(node)).toEqual({ peer: 2, kind: 'dissent', certainty: 'suspicion', evidence: [[7], vote([8])] });
    const silent = running();
    silent.expire('period');
    silent.hear([0, 1], vote(undefined));
    silent.hear([2], vote([8]));
    expect(silent.accused).toEqual(['1 missing']);
  });

  it('nobody accuses itself', () => {
    const node = running();
    node.hear([3], proposal([7]));
    node.hear([1], proposal([7]));
    node.hear([3], vote([8]));
    expect(node.faults).toEqual([]);
  });
});

describe('a node that comes back in the middle of an agreement', () => {
  it.each<[string, (node: Alone) => void]>([
    ['says hello', (node) => node.hear([0], hello(0))],
    ['is heard of by the transport alone', (node) => node.reopened(0)],
  ])('%s: what it says is held against nothing that it said before', (_what, back) => {
    const node = beginning();
    node.hear([0], support([0], true, 0));
    node.hear([1], support([0], true, 0));
    back(node);
    node.hear([0], support([1], true, 0));
    node.hear([0], support([1], true, 0));
    expect(node.faults).toEqual([]);
    node.hear([0], support([0], true, 0));
    expect(lastOf(node)).toMatchObject({
      kind: 'double-support',
      evidence: [support([1], true, 0), support([0], true, 0)],
    });
    node.hear([1], support([1], true, 0));
    expect(node.accused).toEqual(['0 double-support', '1 double-support']);
  });

  it('nor is what it said too early', () => {
    const node = new Alone(4, 3);
    node.hear([0, 1, 2], ready(1, 1));
    node.expire('answered');
    node.hear([1], proposal([7]));
    node.reopened(1);
    node.hear([0, 1, 2], ready(2, 1, [5]));
    node.hear([1], proposal([8]));
    expect(node.faults).toEqual([]);
    expect(node.last('vote')).toEqual(vote([8]));
  });

  it('counts once in each step, with its first word', () => {
    const node = beginning({}, [{ kind: 'decided', round: 1, decision: [5] }]);
    node.hear([0], vote([1], 0, 0));
    node.hear([0], hello(0));
    node.hear([0], vote([1], 0, 0));
    node.hear([0], vote([0], 0, 0));
    expect(node.times('support')).toBe(0);
    node.hear([1], vote([0], 0, 0));
    node.hear([2], vote([1], 0, 0));
    expect(node.last('support')).toMatchObject({ supported: true, value: [1] });
  });
});

/** Everybody crashes again and again, at times of its own. */
function flickering(seed: number): RunPlan {
  const random = seededRandom(seed ^ 0xf11c);
  const plan = planOf(seed);
  const restarts = plan.senders.flatMap((node) => {
    const at = 1 + random.below(200);
    const down = 1 + random.below(80);
    const again = at + down + 1 + random.below(200);
    return [
      { node, at, down, disk: 'kept' },
      { node, at: again, down: 1 + random.below(80), disk: 'kept' },
    ] as const;
  });
  return { ...plan, faults: [], restarts };
}

describe('no correct node is ever proven faulty', () => {
  it('when it crashes while all find out where to begin, and comes back', () => {
    for (let seed = 0; seed < seeds; seed++) {
      const plan = earlyCrashes(seed);
      expect({ plan, violations: runPlan(subjectOf(), plan).violations }).toEqual({ plan, violations: [] });
    }
  });

  it('when everybody crashes and comes back at any time', () => {
    for (let seed = 0; seed < seeds; seed++) {
      const plan = flickering(seed);
      const { violations } = runPlan(subjectOf({ rounds: 3 }), plan);
      const broken = violations.filter(({ property }) => property.startsWith('VOTE6'));
      expect({ plan, broken }).toEqual({ plan, broken: [] });
    }
  });
});
