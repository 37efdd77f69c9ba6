/** What this node decides and settles, as it is persisted and told. */
import type { DecisionLog } from './decision-log.js';
import type { Outbox } from './outbox.js';
import type { DecidedBy } from './output.js';
import type { LogRecord, SettledRecord } from './record.js';
import type { Batch } from './value.js';

export class Ledger {
  readonly #log: DecisionLog;
  readonly #outbox: Outbox;
  readonly #keep: number;

  constructor(log: DecisionLog, outbox: Outbox, keep: number) {
    this.#log = log;
    this.#outbox = outbox;
    this.#keep = keep;
  }

  /** Takes over what an earlier life persisted, and tells it anew. */
  restore(records: readonly LogRecord[]): void {
    this.#log.restore(records);
    for (let round = this.#log.first; round <= this.#log.last; round++) {
      const value = this.#log.decisionOf(round) ?? [];
      this.#outbox.tell({ kind: 'decision', round, attempt: 0, value, by: 'log' });
    }
  }

  /** The round after the last one is decided. */
  decide(decision: Batch, attempt: number, by: DecidedBy): void {
    this.#log.decide(decision);
    const round = this.#log.last;
    this.#outbox.persist({ kind: 'decided', round, decision });
    this.#outbox.tell({ kind: 'decision', round, attempt, value: decision, by });
    if (round - this.#log.first >= 2 * this.#keep) this.#compact();
  }

  /** An agreement on the round after the last one came to this. */
  settle(record: SettledRecord): void {
    this.#log.settle(record);
    this.#outbox.persist(record);
  }

  #compact(): void {
    const [first, ...rest] = this.#log.keep(this.#keep);
    if (first !== undefined) this.#outbox.add({ kind: 'compact', records: [first, ...rest] });
  }
}
