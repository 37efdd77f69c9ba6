/**
 * What lies where in the memory that threads share. Everything here is part of the wire: a change needs a new
 * {@link wireVersion}.
 *
 * A ring is one block: {@link controlBytes} of cursors and flags, then the data. Words that different threads write stand
 * on lines of 128 bytes of their own (two cache lines, because processors fetch them in pairs).
 */

/** Both ends of a link must agree on it. */
export const wireVersion = 1;

const lineWords = 32;

/** Writer: bytes published since the beginning, modulo 2^32. */
export const tailWord = 0;
/** Reader: bytes read since the beginning, modulo 2^32. */
export const headWord: number = lineWords;
/** Writer: even while open, odd while cut off (the next value is a new opening), or one of the two below. */
export const stateWord: number = 2 * lineWords;
/** Writer: 1 while something waits in its outbox for room: the reader wakes it when there is some. */
export const waitingWord: number = 2 * lineWords + 1;
/** Writer: bytes dropped at the cut, in two words. */
export const droppedLowWord: number = 2 * lineWords + 2;
export const droppedHighWord: number = 2 * lineWords + 3;
/** Reader: the odd state up to which it knows that it was cut off. */
export const acknowledgedWord: number = 3 * lineWords;
/** Reader: 0 while it reads, or why it does not any more. */
export const verdictWord: number = 3 * lineWords + 1;

/** Length of a ring's control block. */
export const controlBytes: number = 4 * lineWords * 4;

/** `stateWord` of a writer that left. What is in the ring may be read. */
export const stateLeft = -2;

/** `verdictWord`: why a reader stopped. */
export const verdict = { reading: 0, left: 1, refused: 2, malformed: 3 } as const;

/** Records in a ring: a header of two words (length of what follows; kind, and total length << 4 for `first`), then bytes, padded to 8. */
export const recordHeaderBytes = 8;
/** Nothing follows here: go on at the beginning of the ring. */
export const kindWrap = 1;
/** A whole frame. */
export const kindWhole = 2;
/** The first part of a frame; the header says how long the whole is. */
export const kindFirst = 3;
/** A further part. */
export const kindMore = 4;
/** Who writes here: the first record of every ring, and nowhere else. */
export const kindHello = 5;
/** The first record after a cut. */
export const kindReopen = 6;

/** The header has 28 bits for the length of a whole frame. */
export const greatestFrameBytes: number = 2 ** 28 - 1;

/** Room that a record takes, in bytes. */
export const recordBytes = (length: number): number => recordHeaderBytes + ((length + 7) & ~7);

/** The longest part of a frame that stands in one record: records take at most a quarter of the ring, so that they always fit in the end. */
export const longestRecord = (ringBytes: number): number => ringBytes / 4 - recordHeaderBytes;

/** Per node, in the memory of the group. */
const nodeWords: number = 2 * lineWords;

/** Whether the node's thread sleeps: see {@link awake}. Written by itself, and by whoever wakes it. */
export const wakeWord = (node: number): number => node * nodeWords;
/** Number of declared pieces of work ({@link Transport.hold}). */
export const holdsWord = (node: number): number => node * nodeWords + lineWords;
/** Number of links with frames that found no room. */
export const waitingLinksWord = (node: number): number => node * nodeWords + lineWords + 1;
/** Counts up whenever the node publishes or reads, modulo 2^32. */
export const activityWord = (node: number): number => node * nodeWords + lineWords + 2;

export const groupStateBytes = (nodes: number): number => nodes * nodeWords * 4;

/** `wakeWord` of a thread that looks at its rings before it sleeps. */
export const awake = 0;
/** … that sleeps, and wants to be woken for anything. */
export const parked = 1;
/** … that sleeps and does not read: only room in a ring that was full is worth waking it for. */
export const deaf = 2;
