import {
  integer,
  memoryStorage,
  MemoryLog,
  type DurableProtocol,
  type NodeId,
  type Schema,
  type Step,
  type Storage,
  type StorageContents,
} from '../src/index.js';
import { noteSchema, type Note, type Timer } from './scripted.js';

type DurableStep = Step<Note, unknown, Timer, number>;

/** A protocol with records (numbers) that does what a test tells it to do, and notes what it is told. */
export class ScriptedDurable implements DurableProtocol<number, Note, unknown, number, Timer> {
  readonly schema: Schema<Note> = noteSchema;
  readonly recordSchema: Schema<number> = integer({ max: 1_000_000 });
  ready = true;
  readonly events: string[] = [];
  onRestore: (records: readonly number[]) => DurableStep = () => [];
  onInput: (value: number) => DurableStep = () => [];
  onReceive: (from: NodeId, message: Note) => DurableStep = () => [];
  onExpire: (timer: Timer) => DurableStep = () => [];

  restore(records: readonly number[]): DurableStep {
    this.events.push(`restore ${records.join()}`);
    return this.onRestore(records);
  }

  input(value: number): DurableStep {
    this.events.push(`input ${value}`);
    return this.onInput(value);
  }

  receive(from: NodeId, message: Note): DurableStep {
    this.events.push(`receive ${message.number} from ${from}`);
    return this.onReceive(from, message);
  }

  expire(timer: Timer): DurableStep {
    this.events.push(`expire ${JSON.stringify(timer)}`);
    return this.onExpire(timer);
  }
}

export const persist = (record: number): { readonly kind: 'persist'; readonly record: number } => ({
  kind: 'persist',
  record,
});

export const compact = (
  ...records: readonly [number, ...number[]]
): { readonly kind: 'compact'; readonly records: readonly [number, ...number[]] } => ({ kind: 'compact', records });

/** A storage in memory whose writes wait until a test lets them go, one by one. */
export class SlowStorage implements Storage {
  readonly log = new MemoryLog();
  readonly maxRecordBytes: number;
  readonly maxLogBytes: number;
  /** What was asked for: `append 1,2`. */
  readonly asked: string[] = [];
  closed = false;
  readonly #storage: Storage;
  readonly #waiting: (() => void)[] = [];
  #open = false;

  constructor(storage?: Storage) {
    this.#storage = storage ?? memoryStorage({ log: this.log });
    this.maxRecordBytes = this.#storage.maxRecordBytes;
    this.maxLogBytes = this.#storage.maxLogBytes;
  }

  open(options?: { readonly signal?: AbortSignal }): Promise<StorageContents> {
    return this.#storage.open(options);
  }

  append(records: readonly Uint8Array[]): Promise<void> {
    return this.#wait('append', records, () => this.#storage.append(records));
  }

  compact(records: readonly Uint8Array[]): Promise<void> {
    return this.#wait('compact', records, () => this.#storage.compact(records));
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.#storage.close();
  }

  /** Lets the write that waits longest go. */
  letGo(): void {
    if (!this.tryLetGo()) throw new Error('nothing waits to be written');
  }

  /** The same where perhaps nothing waits. */
  tryLetGo(): boolean {
    const go = this.#waiting.shift();
    go?.();
    return go !== undefined;
  }

  /** From now on nothing waits any more. */
  letAllGo(): void {
    this.#open = true;
    for (const go of this.#waiting.splice(0)) go();
  }

  async #wait(kind: string, records: readonly Uint8Array[], write: () => Promise<void>): Promise<void> {
    // Numbers up to 127 are one byte.
    this.asked.push(`${kind} ${records.map((bytes) => bytes.join('.')).join()}`);
    if (!this.#open) await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    await write();
  }
}
