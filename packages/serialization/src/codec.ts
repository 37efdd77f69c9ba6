/** A codec turns values of one schema into bytes and back: canonical, bounded, and total on hostile input. */
export interface Codec<T> {
  /** No encoding of this schema is longer, in bytes. */
  readonly maxBytes: number;
  /** The canonical encoding, in a fresh array. Throws Q2002 when the value does not fit the schema. */
  encode(value: T): Uint8Array;
  /**
   * Writes the canonical encoding at `start` and returns the offset behind it, or −1 when `target` is too short
   * (then the bytes behind `start` are unspecified). Allocates nothing. Throws Q2002 when the value does not fit the
   * schema, Q2003 when `start` is no offset.
   */
  encodeInto(value: T, target: Uint8Array, start: number): number;
  /**
   * Reads exactly the bytes `start … end`. Never throws: what is not the canonical encoding of a value of the schema is a
   * `Refusal`. Byte strings in the result are views of `bytes`. Reads every byte once, so that a writer of shared
   * memory cannot change what was checked.
   */
  decode(bytes: Uint8Array, start?: number, end?: number): T | Refusal;
}

/** Why a peer's bytes were refused. */
export class Refusal {
  /** Stable word for programs and counters. */
  readonly reason: RefusalReason;
  /** Offset of the byte at fault, from the start of the message. */
  readonly offset: number;
  /** What was expected there, for people. */
  readonly expected: string;

  constructor(reason: RefusalReason, offset: number, expected: string) {
    this.reason = reason;
    this.offset = offset;
    this.expected = expected;
  }
}

export type RefusalReason =
  | 'truncated'
  | 'trailing-bytes'
  | 'too-large'
  | 'too-deep'
  | 'too-long'
  | 'too-short'
  | 'wrong-type'
  | 'out-of-range'
  | 'non-canonical'
  | 'not-finite'
  | 'invalid-utf8'
  | 'unknown-case'
  | 'wrong-arity'
  | 'duplicate-key'
  | 'unordered-keys'
  | 'reserved-key'
  | 'extension-type';
