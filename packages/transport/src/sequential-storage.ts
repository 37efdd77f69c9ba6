import { QuorateError } from '@quorate/serialization';
import { abortReason } from './abort.js';
import type { Storage, StorageContents } from './storage.js';

/** What a storage does, one operation at a time. Each of them may reject, and is not called again then. */
export interface LogDriver {
  /** Reads the log, or begins one. */
  open(signal: AbortSignal | undefined): Promise<StorageContents>;
  /** Adds records and makes them durable. Reads the bytes before it returns. */
  append(records: readonly Uint8Array[]): Promise<void>;
  /** The same in the place of everything earlier. */
  compact(records: readonly Uint8Array[]): Promise<void>;
  /** Lets go of whatever is open. */
  close(): Promise<void>;
}

/** How long things may get, in bytes. */
export interface LogLimits {
  readonly maxRecordBytes: number;
  readonly maxLogBytes: number;
}

/** The part of the storage contract that is the same everywhere: one after the other, checked, and never again after a failure. */
export class SequentialStorage implements Storage {
  readonly maxRecordBytes: number;
  readonly maxLogBytes: number;
  readonly #driver: LogDriver;
  #state: 'new' | 'open' | 'closed' = 'new';
  #failure: QuorateError | undefined;
  /** Operations that were called and have not ended. As many as our own caller does not wait for. */
  #pending = 0;
  #last: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(driver: LogDriver, limits: LogLimits) {
    this.maxRecordBytes = limits.maxRecordBytes;
    this.maxLogBytes = limits.maxLogBytes;
    this.#driver = driver;
  }

  async open(options: { readonly signal?: AbortSignal } = {}): Promise<StorageContents> {
    const { signal } = options;
    if (signal?.aborted === true) throw abortReason(signal);
    if (this.#state !== 'new') throw new QuorateError('Q3042', 'the storage was opened or closed before');
    this.#state = 'open';
    const opening = this.#driver.open(signal);
    this.#last = opening.catch(() => undefined);
    try {
      return await opening;
    } catch (error) {
      await this.close();
      throw error instanceof Aborted ? error.reason : storageFailure(error);
    }
  }

  append(records: readonly Uint8Array[]): Promise<void> {
    return this.#run(records, (whole) => this.#driver.append(whole));
  }

  compact(records: readonly Uint8Array[]): Promise<void> {
    return this.#run(records, (whole) => {
      if (whole.length === 0) throw new QuorateError('Q3040', 'a log cannot be compacted to nothing');
      return this.#driver.compact(whole);
    });
  }

  close(): Promise<void> {
    this.#state = 'closed';
    this.#closing ??= this.#last.then(() => this.#driver.close()).catch(() => undefined);
    return this.#closing;
  }

  async #run(
    records: readonly Uint8Array[],
    operate: (records: readonly Uint8Array[]) => Promise<void>,
  ): Promise<void> {
    if (this.#state !== 'open') throw new QuorateError('Q3042', 'the storage is not open');
    // Whoever has to wait needs copies: the caller may use its buffers again.
    const own = this.#pending === 0 ? records : records.map((record) => new Uint8Array(record));
    const before = this.#pending === 0 ? undefined : this.#last;
    this.#pending++;
    const running = this.#operate(own, operate, before);
    this.#last = running.catch(() => undefined);
    try {
      await running;
    } finally {
      this.#pending--;
    }
  }

  async #operate(
    records: readonly Uint8Array[],
    operate: (records: readonly Uint8Array[]) => Promise<void>,
    before: Promise<unknown> | undefined,
  ): Promise<void> {
    if (before !== undefined) await before;
    if (this.#failure !== undefined) throw this.#failure;
    try {
      for (const record of records) this.#check(record);
      await operate(records);
    } catch (error) {
      this.#failure ??= storageFailure(error);
      throw this.#failure;
    }
  }

  #check(record: Uint8Array): void {
    if (record.length <= this.maxRecordBytes) return;
    throw new QuorateError('Q3040', `a record of ${record.length} bytes, at most ${this.maxRecordBytes} are kept`);
  }
}

/** A signal was aborted while a log was read. */
export class Aborted {
  readonly reason: Error;

  constructor(signal: AbortSignal) {
    this.reason = abortReason(signal);
  }
}

/** What a storage threw, with a code. */
export function storageFailure(error: unknown): QuorateError {
  if (error instanceof QuorateError) return error;
  const what = error instanceof Error ? error.message : String(error);
  const hint = 'make room, or see that the directory can be written; started again, the node goes on from its log';
  return new QuorateError('Q3047', `the log could not be read or written: ${what}`, hint, { cause: error });
}

/** Throws Q3004 on limits that are none. */
export function checkLogLimits(limits: LogLimits, smallestLog: number): LogLimits {
  const { maxRecordBytes, maxLogBytes } = limits;
  if (!Number.isSafeInteger(maxRecordBytes) || maxRecordBytes < 1 || maxRecordBytes > longestRecord) {
    throw new QuorateError('Q3004', `records of ${maxRecordBytes} bytes`, `use a whole number, 1 … ${longestRecord}`);
  }
  if (!Number.isSafeInteger(maxLogBytes) || maxLogBytes < smallestLog || maxLogBytes > longestLog) {
    const hint = `use a whole number, ${smallestLog} … ${longestLog}`;
    throw new QuorateError('Q3004', `a log of ${maxLogBytes} bytes`, hint);
  }
  return limits;
}

/** A gibibyte, and four of them: lengths stay below 32 bits, and an opened log fits in one buffer. */
const longestRecord = 0x4000_0000;
const longestLog = 0x1_0000_0000 - 4096;
