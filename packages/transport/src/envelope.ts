import { bytes, integer, QuorateError, record, text, type Schema } from '@quorate/serialization';

/** A message of the basic layer on the wire. */
export interface Envelope {
  readonly tag: string;
  readonly round: number;
  readonly payload: Uint8Array;
}

const maxTagBytes = 64;
/** What stands around a payload at most: array, tag, round, length. */
export const envelopeBytes = 81;

/** The wire format of the basic layer, for whoever writes what an `Endpoint` reads. */
export const envelopeSchema = (maxPayloadBytes: number): Schema<Envelope> =>
  record<Envelope>({
    tag: text({ max: maxTagBytes }),
    round: integer({ max: Number.MAX_SAFE_INTEGER, meaning: 'round' }),
    payload: bytes({ max: maxPayloadBytes }),
  });

const encoder = new TextEncoder();

/** Throws Q3012 when our own caller's payload or round does not fit. */
export function checkContent({ round, payload }: Envelope, maxPayloadBytes: number): void {
  if (payload.length > maxPayloadBytes) {
    throw new QuorateError(
      'Q3012',
      `a payload of ${payload.length} bytes, of at most ${maxPayloadBytes}`,
      'send it in parts, or open the whole group with a larger maxFrameBytes',
    );
  }
  if (!Number.isSafeInteger(round) || round < 0) {
    throw new QuorateError('Q3012', `a round of ${round}`, 'use a whole number, 0 … 2^53 − 1');
  }
}

/** Throws Q3012 when our own caller's tag does not fit. */
export function checkTag(tag: string): void {
  // A character has at most three bytes for each unit of its length.
  if (tag.length * 3 > maxTagBytes && encoder.encode(tag).length > maxTagBytes) {
    throw new QuorateError('Q3012', `a tag of more than ${maxTagBytes} bytes`, 'put what is long into the payload');
  }
  if (/\p{Surrogate}/u.test(tag)) throw new QuorateError('Q3012', 'a tag that is no well-formed Unicode');
}
