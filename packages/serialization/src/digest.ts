import { sha256 as hash } from '@noble/hashes/sha2.js';
import type { Codec } from './codec.js';

/** SHA-256 of the bytes, in an array of its own. The bytes may lie in shared memory; they must not change meanwhile. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return hash(bytes);
}

/** SHA-256 of the canonical bytes of a value: equal exactly for equal values. Throws Q2002 as `encode` does. */
export function digestOf<T>(codec: Codec<T>, value: T): Uint8Array {
  return sha256(codec.encode(value));
}
