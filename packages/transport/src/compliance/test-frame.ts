/**
 * Frames whose every byte follows from who wrote them, their number and their length, so that a reader can tell one that
 * was changed, cut or taken from somewhere else.
 */

/** From so many bytes on a frame carries its number, its author, and how often it may still be passed on. */
export const headerBytes = 8;

/** What a frame says of itself. */
export interface TestFrame {
  readonly index: number;
  readonly author: number;
  readonly hops: number;
}

const filler = (index: number, author: number, at: number): number =>
  (index * 31 + author * 17 + at * 7 + (at >>> 8)) & 0xff;

/** Writes a frame of `length` bytes at `start`. Frames shorter than a header are filler alone. */
export function writeTestFrame(frame: TestFrame, target: Uint8Array, start: number, length: number): void {
  const { index, author, hops } = frame;
  if (length < headerBytes) {
    for (let at = 0; at < length; at++) target[start + at] = filler(length, author, at);
    return;
  }
  target.set([index & 0xff, (index >>> 8) & 0xff, (index >>> 16) & 0xff, index >>> 24, author, hops, 0, 0], start);
  for (let at = headerBytes; at < length; at++) target[start + at] = filler(index, author, at);
}

/** Reads a frame that came in from `author`; `undefined` when it is too short for a header, a string when it is damaged. */
export function readTestFrame(
  author: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): TestFrame | undefined | string {
  const length = end - start;
  const byte = (at: number): number => bytes[start + at] ?? -1;
  const short = length < headerBytes;
  const index = short ? length : (byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)) >>> 0;
  if (!short && byte(4) !== author) return `a frame of node ${byte(4)} on the link from node ${author}`;
  for (let at = short ? 0 : headerBytes; at < length; at++) {
    if (byte(at) !== filler(index, author, at))
      return `byte ${at} of ${length} is ${byte(at)}, not ${filler(index, author, at)}`;
  }
  return short ? undefined : { index, author, hops: byte(5) };
}
