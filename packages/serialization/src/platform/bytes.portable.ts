/** Whether both hold the same bytes. Takes no constant time: it is for what everybody may know. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
