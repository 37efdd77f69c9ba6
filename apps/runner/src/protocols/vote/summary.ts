import type { Output } from '@quorate/voting';
import { VoteLog, type VoteRecord } from './vote-log.js';

/** What one node's outputs came to, all at once. */
export function summaryOf(outputs: readonly Output[]): VoteRecord {
  const log = new VoteLog();
  for (const output of outputs) log.record(output);
  return log.summary();
}
