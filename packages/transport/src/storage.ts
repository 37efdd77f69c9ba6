/**
 * Where the records of a durable protocol are kept: a log of byte strings that outlives the node.
 *
 * A storage serves one node. Its operations run one after the other in the order of the calls. Once one has failed, all later ones
 * fail with the same error and nothing is acknowledged any more: whoever needs to go on opens a new storage, which reads what is
 * really there.
 *
 * **After a crash** the log holds every record whose `append` or `compact` had resolved, and of those that had not a part, from the
 * first on and without a gap: none, some, all. A `compact` that had not resolved has happened as a whole or not at all.
 */
export interface Storage {
  /** Longest record, in bytes. */
  readonly maxRecordBytes: number;
  /** Longest log, in bytes, with whatever the storage adds to each record. Whoever appends has to compact before it is reached. */
  readonly maxLogBytes: number;
  /**
   * Reads the log. Once, before anything else. Rejects with Q3043 (the log of somebody else, or no log), Q3044 (another version), Q3045
   * (damaged in the middle), Q3046 (open elsewhere), Q3047 (the disk), Q3049 (a file with several names), Q3042 (opened before), the signal's reason.
   */
  open(options?: { readonly signal?: AbortSignal }): Promise<StorageContents>;
  /**
   * Adds records, in order. They are durable when the promise resolves. The bytes are copied before the call returns.
   * Rejects with Q3040 (too long), Q3041 (the log is full), Q3042 (not open), Q3047 (the disk), Q3049 (removed meanwhile).
   */
  append(records: readonly Uint8Array[]): Promise<void>;
  /**
   * Puts these records in the place of all earlier ones, all at once. At least one (Q3040): a node that has persisted never
   * looks new. Bytes and errors as for `append`.
   */
  compact(records: readonly Uint8Array[]): Promise<void>;
  /** Waits for what was called before, and lets go of the log. Idempotent; never rejects for what an earlier operation was told. */
  close(): Promise<void>;
}

/** What an opened log holds. */
export interface StorageContents {
  /** What was persisted and not compacted away, in order. The caller's to keep. */
  readonly records: readonly Uint8Array[];
  /** What had to be cut off behind the last whole record, if anything. */
  readonly cut?: StorageCut;
}

/**
 * The tail of a log that was no whole record: a crash came while it was written, so nobody had been told that it was durable. (Or
 * the disk has damaged the last thing that was written; the two cannot be told apart, and then the node forgets what it had said: it
 * counts among the f.)
 */
export interface StorageCut {
  /** Records that are whole, before the cut. */
  readonly records: number;
  /** Bytes behind them that were dropped. */
  readonly bytes: number;
}

/** Default of {@link Storage.maxRecordBytes}: 4 MiB, as long as the longest frame. */
export const defaultMaxRecordBytes = 4_194_304;

/** Default of {@link Storage.maxLogBytes}: 256 MiB. An opened log is read into memory. */
export const defaultMaxLogBytes = 268_435_456;
