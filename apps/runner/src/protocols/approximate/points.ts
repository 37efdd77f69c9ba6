/** Points that nodes put in: made from the bytes of a value, or drawn. */
import type { Declared, Point } from '@quorate/barycentric-agreement';
import type { Random } from '@quorate/simulation';

/** Bytes of a value from which a coordinate is made. */
export const coordinateBytes = 8;

/** The point that a value stands for: every coordinate somewhere in the range. */
export function pointOf(value: Uint8Array, { dimension, range }: Declared): Point {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return Array.from({ length: dimension }, (_, axis) => {
    const at = axis * coordinateBytes;
    // 53 bits, as many as a double holds.
    const share = (view.getUint32(at) * 2 ** 21 + (view.getUint32(at + 4) >>> 11)) / 2 ** 53;
    return between(range, share);
  });
}

/** Often the ends of the range, and often the same as others: that is where mistakes show. */
export function drawnPoint(random: Random, { dimension, range }: Declared): Point {
  const steps = [1, 4, 1_000_000];
  return Array.from({ length: dimension }, () => {
    const most = steps[random.below(steps.length)] ?? 1;
    return between(range, random.below(most + 1) / most);
  });
}

/** Within the range whatever rounding does, and without the width of the range, which may be more than the greatest double. */
const between = ([low, high]: Declared['range'], share: number): number =>
  Math.min(high, Math.max(low, low * (1 - share) + high * share)) + 0;
