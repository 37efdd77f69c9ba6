import type { Promised } from './protocol.js';

/** How promises are written down whose labels stand with the checkers, under the same keys. */
export const promisedWith =
  (labels: Readonly<Record<string, string>>) =>
  (key: string, kind: Promised['kind'], meaning: string): Promised => ({
    key,
    label: labels[key] ?? key,
    kind,
    meaning,
  });
