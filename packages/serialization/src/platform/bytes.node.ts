import { Buffer } from 'node:buffer';

/** Below so many bytes the call into native code costs more than a loop. */
const longFrom = 40;

/** Whether both hold the same bytes. Takes no constant time: it is for what everybody may know. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  const { length } = a;
  if (length !== b.length) {
    return false;
  }
  if (length >= longFrom) {
    return Buffer.compare(a, b) === 0;
  }
  for (let i = 0; i < length; i++) {
    if (a[i] !== b[i]) {
      return false;
    }
  }
  return true;
}
