import { describe, expect, it } from 'vitest';
import { seededRandom, type Random } from '@quorate/simulation';
import type { AgreementMessage } from '../src/stages.js';
import { keyOf, type Opinion } from '../src/value.js';
import { runLockstep, type Lie } from './lockstep.js';

/** Runs of each size: `QUORATE_SEEDS`, or a number that takes a few seconds. */
const seeds = 10 * Number(process.env['QUORATE_SEEDS'] ?? 200);

const values: readonly Opinion[] = [undefined, [1], [2], [3]];

const anyOf = <T>(items: readonly T[], random: Random): T => items[random.below(items.length)] as T;

/** Says anything to anybody: the honest word, another one, none. */
const anything =
  (random: Random): Lie =>
  (_from, _to, message) => {
    const choice = random.below(4);
    if (choice === 0) return undefined;
    return choice === 1 || message.kind === 'settled' ? message : lieAbout(message, random);
  };

function lieAbout(message: Exclude<AgreementMessage, { kind: 'settled' }>, random: Random): AgreementMessage {
  const value = anyOf(values, random);
  return message.kind === 'support' ? { ...message, supported: random.below(3) > 0, value } : { ...message, value };
}

const different = (opinions: readonly Opinion[]): number => new Set(opinions.map(keyOf)).size;

/** A run of a seed, with up to f liars. */
function drawn(
  seed: number,
  n: number,
  f: number,
): { readonly before: readonly Opinion[]; readonly after: readonly Opinion[] } {
  const random = seededRandom(seed);
  const liars = Array.from({ length: n }, (_, node) => node).filter(() => random.below(n) < f);
  const unanimous = random.below(3) === 0;
  const one = anyOf(values, random);
  const opinions = Array.from({ length: n }, () => (unanimous ? one : anyOf(values, random)));
  const faulty = liars.slice(0, f);
  const leader = random.below(n);
  const { opinions: after } = runLockstep({ n, f, liars: faulty, lie: anything(random), opinions, leader });
  return { before: opinions.filter((_, node) => !faulty.includes(node)), after };
}

describe('an agreement among n > 3f nodes, up to f of which say anything to anybody', () => {
  it.each([
    [4, 1],
    [5, 1],
    [6, 1],
    [7, 2],
    [10, 3],
  ])('n = %i, f = %i: all correct nodes end with one opinion, and keep one that they all began with', (n, f) => {
    for (let seed = 0; seed < seeds; seed++) {
      const { before, after } = drawn(seed, n, f);
      expect({ seed, different: different(after) }).toEqual({ seed, different: 1 });
      if (different(before) === 1) expect({ seed, after: after[0] }).toEqual({ seed, after: before[0] });
    }
  });

  it('n = 3f is too few: the same strategies split it', () => {
    const split = Array.from({ length: 3000 }, (_, seed) => different(drawn(seed, 3, 1).after)).filter(
      (count) => count > 1,
    );
    expect(split.length).toBeGreaterThan(0);
  });
});
