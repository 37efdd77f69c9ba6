/**
 * Sequence numbers: 2^42 for each life of a sender, so that a node which was started anew without its memory never
 * repeats a number.
 */
import { integer, QuorateError, type Schema } from '@quorate/transport/contract';

/** How many numbers a life has: enough for 50 days at a million broadcasts a second. */
export const sequencesPerLife: number = 2 ** 42;

/** The most lives: every sequence number stays a safe integer. */
export const maxIncarnation: number = 2 ** 10 - 1;

/** The first sequence number of a life. */
export const firstSequence = (incarnation: number): number => incarnation * sequencesPerLife;

/** Throws Q4004 unless a node can have lived so often. */
export function checkIncarnation(incarnation: number): void {
  if (Number.isInteger(incarnation) && incarnation >= 0 && incarnation <= maxIncarnation) return;
  throw new QuorateError(
    'Q4004',
    `a node cannot be started anew for the ${incarnation}-th time`,
    `use a whole number, 0 … ${maxIncarnation}; beyond, begin a new group`,
  );
}

/** Which life a sequence number belongs to. */
export const incarnationOf = (sequence: number): number => Math.floor(sequence / sequencesPerLife);

/** A sequence number on the wire. */
export const sequenceSchema: Schema<number> = integer({
  max: firstSequence(maxIncarnation + 1) - 1,
  meaning: 'sequence',
});
