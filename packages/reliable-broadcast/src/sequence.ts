/**
 * Sequence numbers: 2^32 for each life of a sender, so that a node which was started anew without its memory never
 * repeats a number.
 */
import { integer, type Schema } from '@quorate/transport/contract';

/** How many numbers a life has. */
export const sequencesPerLife: number = 2 ** 32;

/** The most lives: every sequence number stays a safe integer. */
const maxIncarnation: number = 2 ** 20 - 1;

/** The first sequence number of a life. */
export const firstSequence = (incarnation: number): number => incarnation * sequencesPerLife;

/** Which life a sequence number belongs to. */
export const incarnationOf = (sequence: number): number => Math.floor(sequence / sequencesPerLife);

/** A sequence number on the wire. */
export const sequenceSchema: Schema<number> = integer({
  max: firstSequence(maxIncarnation + 1) - 1,
  meaning: 'sequence',
});
