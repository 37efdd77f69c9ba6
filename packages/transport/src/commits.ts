import type { Codec } from '@quorate/serialization';
import { Fifo } from './fifo.js';
import type { NodeId } from './node-id.js';
import { storageFailure } from './sequential-storage.js';
import type { Effect } from './step.js';
import type { Storage, StorageCut } from './storage.js';

/** Where a durable protocol's records are, and what was found there. */
export interface Restored<Record> {
  readonly storage: Storage;
  readonly codec: Codec<Record>;
  readonly records: readonly Record[];
  readonly cut: StorageCut | undefined;
}

/** What leaves the node only when the records before it are durable. */
export type Leaving<Message, Output> =
  | { readonly kind: 'send'; readonly to: NodeId | 'all'; readonly message: Message }
  | { readonly kind: 'output'; readonly value: Output };

/** What may wait for the disk before the node takes no more input of our own caller: so many effects, so many bytes of records. */
const maxHeld = 4096;
const maxGatheredBytes = 4_194_304;
/** Peers may go on so much longer: then the node does not read either. */
const patience = 16;

/** Who is told when records are durable, and when none will be any more. */
export interface CommitHandler<Message, Output> {
  /** These may leave now, in order. */
  durable(leaving: Fifo<Leaving<Message, Output>>): void;
  failed(error: Error): void;
  /** What goes to the node itself as well does not wait. */
  toSelf(message: Message): void;
}

/**
 * The records of one node on their way to its storage. While one write runs, the next gathers: whatever steps bring meanwhile becomes durable
 * together. What they want to say waits for it, in the order in which it was said.
 */
export class Commits<Message, Output, Record> {
  readonly #self: NodeId;
  readonly #storage: Storage;
  readonly #codec: Codec<Record>;
  readonly #handler: CommitHandler<Message, Output>;
  /** Records for the next write: what is brought about in the time of one. */
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  /** The gathered records take the place of all earlier ones. */
  #replaces = false;
  /** A write runs. */
  #running = false;
  /** What waits for the write that runs, and for the next one. */
  #held = new Fifo<Leaving<Message, Output>>();
  #heldNext = new Fifo<Leaving<Message, Output>>();
  #closing: Promise<void> | undefined;
  records = 0;
  commits = 0;

  constructor(self: NodeId, restored: Restored<Record>, handler: CommitHandler<Message, Output>) {
    this.#self = self;
    this.#storage = restored.storage;
    this.#codec = restored.codec;
    this.#handler = handler;
  }

  /** Whether something is not durable yet: what is said now has to wait. */
  get pending(): boolean {
    return this.#running || this.#gathered.length > 0 || this.#replaces;
  }

  /** Whether so much waits that our own caller must wait, too. */
  get full(): boolean {
    return this.#holds(1);
  }

  /** Whether what peers have brought about while the disk was busy is as much as may be: it does not answer, or they flood. */
  get overfull(): boolean {
    return this.#holds(patience);
  }

  #holds(times: number): boolean {
    return this.#held.size + this.#heldNext.size >= times * maxHeld || this.#gatheredBytes >= times * maxGatheredBytes;
  }

  /**
   * Whether an effect is dealt with here for now: a record, or what leaves the node while something is not durable. Throws Q2002 when a record does
   * not fit its schema.
   */
  takes<Timer>(effect: Effect<Message, Output, Timer, Record>): boolean {
    switch (effect.kind) {
      case 'persist':
        this.#gather(effect.record);
        return true;
      case 'compact':
        this.#replace(effect.records);
        return true;
      case 'send':
        if (!this.pending || effect.to === this.#self) return false;
        if (effect.to === 'all') this.#handler.toSelf(effect.message);
        this.#hold(effect);
        return true;
      case 'output':
        if (!this.pending) return false;
        this.#hold(effect);
        return true;
      default:
        return false;
    }
  }

  /** Begins to write what was gathered, unless a write runs: then it begins when that has ended. */
  begin(): void {
    if (this.#running || this.#closing !== undefined || (this.#gathered.length === 0 && !this.#replaces)) return;
    const records = this.#gathered;
    const replaces = this.#replaces;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#replaces = false;
    [this.#held, this.#heldNext] = [this.#heldNext, this.#held];
    this.#running = true;
    void this.#write(records, replaces);
  }

  /**
   * Lets a write that runs come to its end, and closes the storage. Nothing leaves any more: nobody was told of what was not durable, so
   * the node ends as it would in a crash.
   */
  close(): Promise<void> {
    this.#held.clear();
    this.#heldNext.clear();
    this.#gathered = [];
    this.#closing ??= this.#storage.close();
    return this.#closing;
  }

  #gather(record: Record): void {
    const bytes = this.#codec.encode(record);
    this.#gathered.push(bytes);
    this.#gatheredBytes += bytes.length;
  }

  /** What was gathered and not begun to be written need not be written any more: the new records stand for it. */
  #replace(records: readonly Record[]): void {
    this.#gathered = [];
    this.#gatheredBytes = 0;
    for (const record of records) this.#gather(record);
    this.#replaces = true;
  }

  /** Keeps back what leaves when all records so far are durable. */
  #hold(leaving: Leaving<Message, Output>): void {
    if (this.#gathered.length > 0 || this.#replaces) this.#heldNext.push(leaving);
    else this.#held.push(leaving);
  }

  async #write(records: readonly Uint8Array[], replaces: boolean): Promise<void> {
    try {
      await (replaces ? this.#storage.compact(records) : this.#storage.append(records));
    } catch (error) {
      if (this.#closing === undefined) this.#handler.failed(storageFailure(error));
      return;
    }
    this.#running = false;
    if (this.#closing !== undefined) return;
    this.records += records.length;
    this.commits++;
    // The disk first: it works while the node talks.
    const leaving = this.#held;
    this.#held = new Fifo();
    this.begin();
    this.#handler.durable(leaving);
  }
}
