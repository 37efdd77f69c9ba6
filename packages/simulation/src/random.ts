import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Random } from '@quorate/transport';

export type { Random };

/** A generator with a seed (any 32-bit integer); the same seed gives the same numbers everywhere. Not for secrets. */
export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b));
  // Its first numbers show the seed: neighbouring seeds would begin alike.
  for (let skipped = 0; skipped < 8; skipped++) generator.next();
  return { below: (n) => uniformInt(generator, 0, n - 1) };
}

/** A new order of the items; the given array is left alone. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const rest = [...items];
  const order: T[] = [];
  while (rest.length > 0) order.push(...rest.splice(random.below(rest.length), 1));
  return order;
}

/** One of the items, of which there is at least one. */
export const anyOf = <T>(items: readonly T[], random: Random): T => items[random.below(items.length)] as T;
