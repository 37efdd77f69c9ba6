/** What a node keeps on its disk. */
import { integer, optional, union, type Schema } from '@quorate/transport/contract';
import { maxAttempts, maxRound } from './message.js';
import { batchSchema, type Batch } from './value.js';

/** What a round came to at this node, before it is decided. Without a decision: the attempt came to NO, and another follows. */
export interface SettledRecord {
  readonly kind: 'settled';
  readonly round: number;
  readonly attempt: number;
  readonly decision: Batch | undefined;
}

/** The decision of a round; an empty batch: the round closed without a value. One for each round, in their order. */
export interface DecidedRecord {
  readonly kind: 'decided';
  readonly round: number;
  readonly decision: Batch;
}

export type LogRecord = SettledRecord | DecidedRecord;

/** What a record takes in a storage at most: a value has 9 bytes, and 64 are room for the rest of the record and what a storage puts around it. */
export const mostBytesOf = ({ decision }: Pick<LogRecord, 'decision'>): number => 64 + 9 * (decision?.length ?? 0);

const round: Schema<number> = integer({ min: 1, max: maxRound, meaning: 'round' });

export const recordSchema: Schema<LogRecord> = union<LogRecord>({
  settled: { round, attempt: integer({ max: maxAttempts, meaning: 'attempt' }), decision: optional(batchSchema) },
  decided: { round, decision: batchSchema },
});
