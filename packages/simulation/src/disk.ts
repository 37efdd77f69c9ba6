/** A node's disk as its protocol sees it: a log of records. */
import { QuorateError, Refusal, type Codec, type Schema } from '@quorate/transport';
import { codecOf } from './codecs.js';
import { DiskLog } from './disk-log.js';

export type { DiskFate } from './disk-fate.js';

export class Disk<R> {
  readonly log: DiskLog = new DiskLog();
  readonly #codec: Codec<R>;

  constructor(schema: Schema<R>) {
    this.#codec = codecOf(schema);
  }

  /** The durable records, oldest first. */
  get records(): readonly R[] {
    return this.log.entries.map((bytes) => {
      const record = this.#codec.decode(bytes);
      if (record instanceof Refusal)
        throw new QuorateError('Q1005', `a record of ours is unreadable: ${record.reason}`);
      return record;
    });
  }

  /** Length of the log in bytes, as a cut counts them. */
  get bytes(): number {
    return this.log.bytes;
  }

  /** Whether everything persisted so far is durable. */
  get settled(): boolean {
    return this.log.changes === this.log.durable;
  }

  persist(record: R): void {
    this.log.append(this.#codec.encode(record));
  }

  compact(records: readonly R[]): void {
    this.log.compact(records.map((record) => this.#codec.encode(record)));
  }
}
