import { sha256 } from '#sha256';
import type { Codec } from './codec.js';

export { sha256 };

/** SHA-256 of the canonical bytes of a value: two values have one digest exactly if they are equal. Throws Q2002 as `encode` does. */
export function digestOf<T>(codec: Codec<T>, value: T): Uint8Array {
  return sha256(codec.encode(value));
}
