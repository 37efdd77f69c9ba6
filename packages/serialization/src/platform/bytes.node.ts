import { Buffer } from 'node:buffer';
import { equalBytes as equalShort } from './bytes.portable.js';

/** Below so many bytes the call into native code costs more than a loop. */
const longFrom = 96;

/** Whether both hold the same bytes. Takes no constant time: it is for what everybody may know. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length < longFrom || a === b || a.length !== b.length) return equalShort(a, b);
  return Buffer.compare(a, b) === 0;
}
