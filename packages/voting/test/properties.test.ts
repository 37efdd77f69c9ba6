import { describe, expect, it } from 'vitest';
import type { NodeId, Output, Violation } from '@quorate/voting';
import { VotingObserver } from '@quorate/voting';
import { votingProperties } from '../src/properties.js';

const id = (value: number): NodeId => value as NodeId;

const observer = (rounds = 2): VotingObserver => new VotingObserver({ correct: [0, 1, 2].map(id), rounds });

const decision = (
  round: number,
  value: readonly number[],
  rest: Partial<Output & { readonly kind: 'decision' }> = {},
): Output => ({ kind: 'decision', round, attempt: 1, value, by: 'agreement', ...rest });

const shown = (violation: Violation | undefined): unknown => violation && [violation.property, violation.detail];

describe('the observer of voting', () => {
  it('is content with equal decisions in order, told again from the log', () => {
    const one = observer(1);
    for (const node of [0, 1, 2]) one.sent(id(node), 'all', { kind: 'hello', round: 0 });
    one.sent(id(0), 'all', { kind: 'proposal', round: 1, attempt: 1, value: [42] });
    for (const node of [0, 1, 2]) expect(one.output(id(node), decision(1, [42]))).toBeUndefined();
    expect(one.output(id(0), decision(1, [42], { by: 'log' }))).toBeUndefined();
    expect(one.output(id(0), { kind: 'votes', round: 1, attempt: 1, votes: [] })).toBeUndefined();
    expect([...one.end()]).toEqual([]);
  });

  it.each<[string, readonly (readonly [number, Output])[], unknown]>([
    [
      'two values in a round',
      [
        [0, decision(1, [1])],
        [1, decision(1, [2])],
      ],
      ['VOTE1 agreement', 'in round 1 node 1 decided 2 and node 0 1'],
    ],
    [
      'a value that the rule refuses',
      [[0, decision(1, [1, 1000])]],
      ['VOTE2 validity', 'node 0 decided 1,1000 in round 1, and the rule refuses 1000'],
    ],
    [
      'another value than before',
      [
        [0, decision(1, [1])],
        [0, decision(1, [], { by: 'log' })],
      ],
      ['VOTE3 irrevocability', 'node 0 decided nothing in round 1, and before 1'],
    ],
    [
      'a round twice',
      [
        [0, decision(1, [1])],
        [0, decision(1, [1])],
      ],
      ['VOTE5 one decision per round', 'node 0 decided round 1 twice'],
    ],
    [
      'a round before the one below it',
      [[0, decision(2, [1])]],
      ['VOTE5 one decision per round', 'node 0 decided round 2 before the one below it'],
    ],
  ])('sees %s', (_what, outputs, violation) => {
    const one = observer();
    const seen = outputs.map(([node, output]) => one.output(id(node), output));
    expect(shown(seen.at(-1))).toEqual(violation);
    expect(seen.slice(0, -1)).toEqual(seen.slice(0, -1).map(() => undefined));
  });

  it('a compacted log begins later', () => {
    expect(observer().output(id(0), decision(7, [1], { by: 'log' }))).toBeUndefined();
  });

  it('sees another value than the one that its leader, which is correct, proposed', () => {
    const one = observer();
    one.sent(id(0), 'all', { kind: 'proposal', round: 1, attempt: 1, value: [42] });
    expect(shown(one.output(id(1), decision(1, [41])))).toEqual([
      'VOTE2 validity',
      'node 1 decided 41 in round 1, and its leader, which is correct, proposed 42',
    ]);
    expect(one.output(id(2), decision(1, [41], { by: 'recovery' }))).toBeUndefined();
  });

  it.each<[string, readonly number[] | undefined, number, boolean]>([
    ['its acceptable value was refused', [42], 1, true],
    ['it came back in between', [42], 2, false],
    ['it had none', undefined, 1, false],
    ['it proposed nothing', [], 1, false],
    ['it proposed what the rule refuses', [42, 0], 1, false],
  ])('a leader that is correct is followed at once, unless… %s', (_what, value, lives, broken) => {
    const one = observer(1);
    for (let life = 0; life < lives; life++) one.sent(id(0), 'all', { kind: 'hello', round: 0 });
    one.sent(id(0), id(1), { kind: 'hello', round: 0 });
    one.sent(id(0), 'all', { kind: 'proposal', round: 1, attempt: 1, value });
    for (const node of [0, 1, 2]) one.output(id(node), decision(1, [], { attempt: 2 }));
    const expected = 'node 0 decided nothing in round 1, and the first leader, which is correct, proposed 42';
    expect([...one.end()].map(shown)).toEqual(broken ? [['VOTE2 validity', expected]] : []);
  });

  it('a node that lost what it knew owes nothing any more', () => {
    const one = observer(1);
    one.sent(id(0), 'all', { kind: 'hello', round: 0 });
    one.sent(id(0), 'all', { kind: 'proposal', round: 1, attempt: 1, value: [42] });
    for (const node of [1, 2]) one.output(id(node), decision(1, [41], { by: 'recovery' }));
    one.faulty(id(0));
    expect([...one.end()]).toEqual([]);
  });

  it('sees proof against a node that is correct, and lets suspicion and proof against others pass', () => {
    const one = observer();
    const fault = { kind: 'double-vote', certainty: 'proof', detail: 'two words', evidence: [] } as const;
    expect(shown(one.fault(id(0), id(1), fault))).toEqual([
      'VOTE6 no false proof',
      'node 0 says to have proof of "double-vote" against node 1, which is correct: two words',
    ]);
    expect(one.fault(id(0), id(1), { ...fault, certainty: 'suspicion' })).toBeUndefined();
    expect(one.fault(id(0), id(3), fault)).toBeUndefined();
    one.faulty(id(1));
    expect(one.fault(id(0), id(1), fault)).toBeUndefined();
  });

  it('sees who has not decided everything', () => {
    const checker = votingProperties({ rounds: 2 })({ correct: [id(0), id(1)] } as never);
    checker.output?.(id(0), decision(1, [1]));
    checker.output?.(id(0), decision(2, [1]));
    checker.output?.(id(1), decision(1, [1]));
    const seen = [...(checker.end?.() ?? [])];
    expect(seen.map(shown)).toEqual([['VOTE4 termination', 'node 1 decided 1 of 2 rounds']]);
    expect(seen[0]?.kind).toBe('liveness');
  });
});
