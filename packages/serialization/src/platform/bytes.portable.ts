/** Whether both hold the same bytes. Takes no constant time: it is for what everybody may know. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  const { length } = a;
  if (length !== b.length) return false;
  let at = 0;
  // Eight at a time: a branch for each byte costs half as much again. Every index is below the length of both.
  for (; at + 8 <= length; at += 8) if (differ(a, b, at)) return false;
  for (; at < length; at++) if (a[at] !== b[at]) return false;
  return true;
}

function differ(a: Uint8Array, b: Uint8Array, at: number): boolean {
  const first = (word(a, at) ^ word(b, at)) | 0;
  return (first | (word(a, at + 4) ^ word(b, at + 4))) !== 0;
}

/** Four bytes as one number. */
const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
