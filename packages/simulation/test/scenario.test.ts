import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256, type Checker } from '@quorate/transport';
import { runScenario, type ScenarioSubject } from '@quorate/simulation';
import { readMessage, readValue, writeMessage } from '../src/scenario/notation.js';
import { EchoToy, type EchoMessage } from './toys.js';

const subject: ScenarioSubject<Uint8Array, EchoMessage, string> = {
  honest: ({ group, self }) => new EchoToy(group, self),
  checkers: [],
};
const play = (text: string, of = subject): string => runScenario(text, of);

describe('a scenario', () => {
  it('is its own expectation where everything goes as expected', () => {
    const text = `# what it is about
group nodes=4 liars=3
input 0 0x05
run
----
nodes 0 1 2: output "0/0/05"

# a remark
count
----
28 messages by tick 2
`;
    const played = play(text);
    expect(play(played)).toBe(played);
    expect(played.split('\n').slice(0, 6)).toEqual(text.split('\n').slice(0, 6));
  });

  it('shows what really came where something else was expected', () => {
    const wrong = 'group nodes=4\ninput 0 0x05\nrun\n----\nnothing\n';
    expect(play(wrong)).toBe('group nodes=4\ninput 0 0x05\nrun\n----\nnodes 0 1 2 3: output "0/0/05"\n');
  });

  it('holds messages back by sender, receiver and kind, and lets them go or loses them', () => {
    expect(
      play(`group nodes=4
watch sends
hold 0 -> 1,2 only input as some
hold 3 -> all as others
input 0 0x05
run

release some
run

drop others
run
`)
        .split('\n\n')
        .map((paragraph) => paragraph.split('----\n')[1]),
    ).toEqual([
      [
        'node 0: send to all: input sender=0 sequence=0 payload=0x05',
        'nodes 0 3: send to all: echo sender=0 sequence=0 payload=0x05',
        'nodes 0 3: send to all: vote sender=0 sequence=0 value=0x05',
      ].join('\n'),
      [
        'nodes 1 2: send to all: echo sender=0 sequence=0 payload=0x05',
        'nodes 1 2: send to all: vote sender=0 sequence=0 value=0x05',
        'nodes 0 1 2 3: output "0/0/05"',
      ].join('\n'),
      'nothing\n',
    ]);
  });

  it('tells what happens to a node a second time', () => {
    const text =
      'group nodes=4 liars=3\nwatch sends\nsay 3 -> 0: input sender=3 sequence=0 payload=0x\nsay 3 -> 0: input sender=3 sequence=0 payload=0x\nrun\n';
    expect(play(text)).toContain('node 0: send to all: echo sender=3 sequence=0 payload=0x (again)');
  });

  it('tells what was violated, at once and at the end', () => {
    const checker: Checker<Uint8Array, EchoMessage, string> = {
      output: () => ({ property: 'silence', kind: 'safety', detail: 'somebody spoke' }),
      *end() {
        yield { property: 'speech', kind: 'liveness', detail: 'nobody spoke' };
      },
    };
    const watched = { ...subject, checkers: [() => checker] };
    expect(play('group nodes=4\nend\n', watched)).toContain('violated speech: nobody spoke');
    expect(play('group nodes=4\ninput 0 0x01\nrun\n', watched)).toContain('violated silence: somebody spoke');
  });

  it('tells what commands are refused with', () => {
    expect(play('group nodes=3 faulty=1\n')).toContain('refused with Q1003');
    expect(play('group nodes=4 liars=1,2\n')).toContain('refused with Q5011');
    expect(play('group nodes=4 liars=7\n')).toContain('refused with Q1002');
    expect(play('group nodes=4\nsay 0 -> 1: input sender=0 sequence=0 payload=0x\n')).toContain('refused with Q5012');
    expect(play('group nodes=4 liars=3\nsay 3 -> 1: input sender=3\n')).toContain('refused with Q2002');
    expect(play('group nodes=4 liars=3\nbytes 3 -> 1: 0xc1\n')).toContain('refused by the decoder');
    expect(play('group nodes=4\ncrash 4\n')).toContain('refused with Q1002');
  });

  it.each([
    'run',
    'group nodes=4\nfly',
    'group nodes=4\nrelease what',
    'group nodes=4\nhold 1 2',
    'group nodes=4\nrestart 1 disk=purple',
    'group nodes=4\ninput 0 0x5',
    'group nodes=4\ninput 0 sevenfold',
    'group nodes=4 liars=3\nsay 3 -> 0: input sender=',
    'group nodes=4 liars=3\nbytes 3 -> 0: 0x00*99999999999',
  ])('refuses %j with Q5040', (text) => {
    expect(() => play(text)).toThrow(expect.objectContaining({ code: 'Q5040' }));
  });
});

describe('the notation', () => {
  it('reads values of every kind', () => {
    expect(readValue('sha256(0x07*40)')).toEqual(sha256(new Uint8Array(40).fill(7)));
    expect(readValue('[1, -2.5, 5n, true, none, "a b", 0x0102*2]')).toEqual([
      1,
      -2.5,
      5n,
      true,
      undefined,
      'a b',
      Uint8Array.of(1, 2, 1, 2),
    ]);
    expect(readMessage('round number=1 inner=(echo sender=2 payload=0x)')).toEqual({
      kind: 'round',
      number: 1,
      inner: { kind: 'echo', sender: 2, payload: new Uint8Array() },
    });
  });

  it('reads what it writes', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,5}$/).filter((word) => !['kind', 'sha256'].includes(word));
    const leaf = fc.oneof(
      fc.integer(),
      fc.bigInt(),
      fc.boolean(),
      fc.string(),
      fc.uint8Array({ maxLength: 40 }),
      fc.constant(undefined),
    );
    const { message } = fc.letrec<{ value: unknown; message: object }>((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value'), { maxLength: 3 }), tie('message')),
      message: fc
        .tuple(name, fc.dictionary(name, tie('value'), { minKeys: 1, maxKeys: 3, noNullPrototype: true }))
        .map(([kind, fields]) => ({ kind, ...fields })),
    }));
    fc.assert(
      fc.property(message, (value) => {
        expect(readMessage(writeMessage(value))).toEqual(value);
      }),
    );
  });
});
