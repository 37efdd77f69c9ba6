import { integer, record, type NodeId, type Protocol, type Schema, type Step } from '@quorate/transport';
import type { Random, Subject } from '@quorate/simulation';
import { expect, it } from 'vitest';
import { carryOut } from '../src/sim/campaign-work.js';

interface Said {
  readonly value: number;
}

/** Falls over a number that only few seeds draw. */
class Brittle implements Protocol<number, Said, number> {
  readonly schema: Schema<Said> = record<Said>({ value: integer({ max: 40 }) });
  readonly ready = true;

  input(value: number): Step<Said, number> {
    return [{ kind: 'send', to: 'all', message: { value } }];
  }

  receive(_from: NodeId, { value }: Said): Step<Said, number> {
    if (value === 13) throw new RangeError('thirteen');
    return [{ kind: 'output', value }];
  }
}

const brittle: Subject<number, Said, number> = {
  name: 'brittle',
  honest: () => new Brittle(),
  input: (_node: NodeId, _index: number, random: Random) => random.below(40),
  checkers: [],
};
const run = (from: number, to: number): unknown =>
  carryOut(
    {
      with: (use) =>
        use({ subject: brittle, summary: (outputs) => ({ count: outputs.length, sha256: '', unrecorded: 0 }) }),
    },
    { subject: 'brittle', nodes: [4, 4], faults: [], count: 1 },
    { from, to },
  );

it('an error of a protocol names the seed that made it, and that seed alone makes it again', () => {
  let error: unknown;
  try {
    run(0, 1000);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ code: 'Q9000', message: expect.stringMatching(/thirteen \(seed \d+\)$/) as string });
  const seed = Number(/seed (\d+)/.exec(String(error))?.[1]);
  expect(() => run(seed, seed + 1)).toThrow(`(seed ${seed})`);
  expect(() => run(0, seed)).not.toThrow();
});
