/**
 * What this node decides and settles, as it is persisted and told. The log never takes more bytes than it may: before a record that does not
 * fit, old rounds are forgotten.
 */
import type { DecisionLog } from './decision-log.js';
import type { Outbox } from './outbox.js';
import type { DecidedBy } from './output.js';
import { mostBytesOf, type LogRecord, type SettledRecord } from './record.js';
import type { Batch } from './value.js';

export interface LedgerOptions {
  /** Decisions that are kept when others are forgotten. */
  readonly keep: number;
  /** Bytes that the log may take. When older rounds are forgotten, half of it stays at most. */
  readonly logBytes: number;
}

export class Ledger {
  readonly #log: DecisionLog;
  readonly #outbox: Outbox;
  readonly #keep: number;
  readonly #most: number;
  /** What the records take at most that stand in the log. */
  #bytes = 0;

  constructor(log: DecisionLog, outbox: Outbox, options: LedgerOptions) {
    this.#log = log;
    this.#outbox = outbox;
    this.#keep = options.keep;
    this.#most = options.logBytes;
  }

  /** Takes over what an earlier life persisted, and tells it anew. */
  restore(records: readonly LogRecord[]): void {
    this.#log.restore(records);
    this.#bytes = bytesOf(records);
    for (let round = this.#log.first; round <= this.#log.last; round++) {
      const value = this.#log.decisionOf(round) ?? [];
      this.#outbox.tell({ kind: 'decision', round, attempt: 0, value, by: 'log' });
    }
  }

  /** The round after the last one is decided. */
  decide(decision: Batch, attempt: number, by: DecidedBy): void {
    const round = this.#log.last + 1;
    this.#persist({ kind: 'decided', round, decision });
    this.#log.decide(decision);
    this.#outbox.tell({ kind: 'decision', round, attempt, value: decision, by });
    if (round - this.#log.first >= 2 * this.#keep) this.#compact();
  }

  /** An agreement on the round after the last one came to this. */
  settle(record: SettledRecord): void {
    this.#persist(record);
    this.#log.settle(record);
  }

  #persist(record: LogRecord): void {
    const bytes = mostBytesOf(record);
    if (this.#bytes + bytes > this.#most) this.#compact();
    this.#bytes += bytes;
    this.#outbox.persist(record);
  }

  #compact(): void {
    const records = this.#log.keep(this.#kept());
    const [first, ...rest] = records;
    if (first === undefined) return;
    this.#bytes = bytesOf(records);
    this.#outbox.add({ kind: 'compact', records: [first, ...rest] });
  }

  /** How many rounds stay: the last ones, up to half of the log. */
  #kept(): number {
    const { first, last } = this.#log;
    let bytes = 0;
    for (let round = last; round >= first; round--) {
      bytes += mostBytesOf({ decision: this.#log.decisionOf(round) });
      if (bytes > this.#most / 2) return Math.min(this.#keep, last - round);
    }
    return this.#keep;
  }
}

const bytesOf = (records: readonly LogRecord[]): number =>
  records.reduce((bytes, record) => bytes + mostBytesOf(record), 0);
