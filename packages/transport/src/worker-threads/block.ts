/** Up to this many bytes a loop over words beats `TypedArray.set` and the view it needs. Measured. */
export const fewBytes = 256;

/** Bytes, and the same as words; aligned to 8. */
export interface Block {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
}

/** A block over `length` bytes of `memory` from `offset` on (both multiples of 8). */
export function blockOver(
  memory: ArrayBuffer | SharedArrayBuffer,
  offset = 0,
  length: number = memory.byteLength,
): Block {
  return { bytes: new Uint8Array(memory, offset, length), words: new Int32Array(memory, offset, length >>> 2) };
}

/**
 * Copies bytes from block to block, whole words at a time: up to seven bytes behind the last are copied along. Offsets are
 * multiples of 8.
 */
export function copyBlock(target: Block, to: number, source: Block, from: number, length: number): void {
  if (length > fewBytes) {
    target.bytes.set(source.bytes.subarray(from, from + length), to);
    return;
  }
  const { words } = target;
  const { words: others } = source;
  const end = ((from + length + 7) >>> 3) << 1;
  // Two by two: twice as fast as one by one, and V8 does not unroll by itself.
  for (let read = from >>> 2, write = to >>> 2; read < end; read += 2, write += 2) {
    words[write] = others[read] ?? 0;
    words[write + 1] = others[read + 1] ?? 0;
  }
}
