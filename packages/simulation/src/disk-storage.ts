import {
  checkLogLimits,
  defaultMaxLogBytes,
  defaultMaxRecordBytes,
  QuorateError,
  SequentialStorage,
  type LogDriver,
  type LogLimits,
  type Storage,
  type StorageContents,
} from '@quorate/transport';
import type { DiskLog } from './disk-log.js';

/**
 * A simulated disk as a storage: a real node runs on it, and a test decides when the power goes (`log.crash()`), and what is left.
 * Throws Q3004 on limits that are none.
 */
export function diskStorage(log: DiskLog, limits: Partial<LogLimits> = {}): Storage {
  const { maxRecordBytes = defaultMaxRecordBytes, maxLogBytes = defaultMaxLogBytes } = limits;
  const checked = checkLogLimits({ maxRecordBytes, maxLogBytes }, 1);
  return new SequentialStorage(new DiskDriver(log, checked), checked);
}

class DiskDriver implements LogDriver {
  readonly #log: DiskLog;
  readonly #limits: LogLimits;

  constructor(log: DiskLog, limits: LogLimits) {
    this.#log = log;
    this.#limits = limits;
  }

  async open(): Promise<StorageContents> {
    if (this.#log.holder !== undefined) throw new QuorateError('Q3046', 'the simulated disk is open already');
    this.#log.holder = this;
    this.#check(this.#log.bytes);
    return { records: this.#log.entries.map((record) => new Uint8Array(record)) };
  }

  append(records: readonly Uint8Array[]): Promise<void> {
    return this.#write(this.#log.bytes + size(records), () => {
      for (const record of records) this.#log.append(new Uint8Array(record));
    });
  }

  compact(records: readonly Uint8Array[]): Promise<void> {
    return this.#write(size(records), () => this.#log.compact(records.map((record) => new Uint8Array(record))));
  }

  async close(): Promise<void> {
    if (this.#log.holder === this) this.#log.holder = undefined;
  }

  /** A write takes until the next turn: what happens before is a crash while it was written. */
  async #write(bytes: number, change: () => void): Promise<void> {
    this.#checkHeld();
    this.#check(bytes);
    change();
    this.#log.begin();
    await Promise.resolve();
    this.#checkHeld();
    this.#log.complete();
  }

  #checkHeld(): void {
    if (this.#log.holder !== this)
      throw new QuorateError('Q3042', 'the power was gone: the disk belongs to a next life');
  }

  #check(bytes: number): void {
    const { maxLogBytes } = this.#limits;
    if (bytes <= maxLogBytes) return;
    throw new QuorateError('Q3041', `a log of ${bytes} bytes, at most ${maxLogBytes} are kept`);
  }
}

const size = (records: readonly Uint8Array[]): number => records.reduce((sum, { length }) => sum + length, 0);
