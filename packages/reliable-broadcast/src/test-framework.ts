/** What the compliance suites need of whoever runs them: no framework is imported here. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Random } from '@quorate/transport/contract';

/** The part of a test framework that the suites use; vitest, jest and node:test with an `expect` fit. */
export interface TestFramework {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => void | Promise<void>) => unknown;
  readonly expect: (actual: unknown) => {
    toBe(expected: unknown): unknown;
    toEqual(expected: unknown): unknown;
  };
}

/** A generator with a seed, so that a failing seed can be run again. */
export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  return { below: (n) => uniformInt(generator, 0, n - 1) };
}

/** The code of the error that `run` throws. */
export function codeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
