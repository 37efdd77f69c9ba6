/**
 * A node's disk: an append-only log of encoded records. What is written becomes durable when its write is over; everything
 * that waits by then goes into the next write together (group commit).
 */
import { QuorateError, Refusal, type Codec, type Schema } from '@quorate/transport';
import { codecOf } from './codecs.js';
import type { Random } from './random.js';
import { whole } from './whole.js';

export interface DiskOptions {
  /** Ticks that a write takes, each number equally likely. Default 1 … 3; 0 … 0 is a disk that never makes anybody wait for a tick. */
  readonly latency?: { readonly min: number; readonly max: number };
  /** Of what was being written when the node crashed, a drawn part is on the disk nevertheless: whole records alone count. Default false. */
  readonly torn?: boolean;
}

/** What a node finds on its disk when it starts again: everything, nothing, or the records that end within the first so many bytes. */
export type DiskFate = 'kept' | 'lost' | { readonly cutAt: number };

type Change =
  | { readonly kind: 'append'; readonly record: Uint8Array }
  | { readonly kind: 'compact'; readonly records: readonly Uint8Array[] };

export class Disk<R> {
  readonly #codec: Codec<R>;
  /** What is on the disk, oldest first. */
  #log: Uint8Array[] = [];
  /** What is not yet, in order; the first `#writing` are being written. */
  #waiting: Change[] = [];
  #writing = 0;
  /** The first so many records were durable before a crash: somebody may rely on them. */
  #relied = 0;
  #changes = 0;
  #durable = 0;
  #writes = 0;

  constructor(schema: Schema<R>) {
    this.#codec = codecOf(schema);
  }

  /** Length of the log in bytes, as a cut counts them. */
  get bytes(): number {
    return this.#log.reduce((sum, { length }) => sum + length, 0);
  }

  /** The durable records, oldest first. */
  get records(): readonly R[] {
    return this.#log.map((bytes) => {
      const record = this.#codec.decode(bytes);
      if (record instanceof Refusal)
        throw new QuorateError('Q1005', `a record of ours is unreadable: ${record.reason}`);
      return record;
    });
  }

  /** Changes so far; a step's sends wait for the number at their time. */
  get changes(): number {
    return this.#changes;
  }

  /** So many of the changes are durable. */
  get durable(): number {
    return this.#durable;
  }

  append(record: R): void {
    this.#add({ kind: 'append', record: this.#codec.encode(record) });
  }

  compact(records: readonly R[]): void {
    this.#add({ kind: 'compact', records: records.map((record) => this.#codec.encode(record)) });
  }

  /** Begins to write all that waits. Answers the number of the write, or undefined when one is under way or nothing waits. */
  begin(): number | undefined {
    if (this.#writing > 0 || this.#waiting.length === 0) return undefined;
    this.#writing = this.#waiting.length;
    return this.#writes++;
  }

  /** The write is over. */
  complete(): void {
    for (const change of this.#waiting.splice(0, this.#writing)) this.#apply(change);
    this.#durable += this.#writing;
    this.#writing = 0;
    this.#relied = this.#log.length;
  }

  /** The power is gone. With `torn`, some of what was to be written has got there. */
  crash(torn?: Random): void {
    const waiting = this.#waiting;
    let left = torn === undefined ? 0 : torn.below(1 + waiting.reduce((sum, change) => sum + sizeOf(change), 0));
    for (const change of waiting) {
      left -= sizeOf(change);
      if (left < 0 || torn === undefined) break;
      this.#apply(change);
      // A new log in the place of the old one: a cut of it takes what was relied on with it.
      if (change.kind === 'compact') this.#relied = this.#log.length;
    }
    this.#waiting = [];
    this.#writing = 0;
    this.#changes = this.#durable;
  }

  /** Whether the fate takes away what was durable. */
  harmedBy(fate: DiskFate): boolean {
    return this.#keptBy(fate) < this.#relied;
  }

  /** What the node finds when it starts again. */
  suffer(fate: DiskFate): void {
    this.#log.length = this.#keptBy(fate);
    this.#relied = this.#log.length;
  }

  /** Records that survive. */
  #keptBy(fate: DiskFate): number {
    if (fate === 'kept') return this.#log.length;
    if (fate === 'lost') return 0;
    let end = 0;
    const cut = this.#log.findIndex(({ length }) => (end += length) > fate.cutAt);
    return cut < 0 ? this.#log.length : cut;
  }

  #add(change: Change): void {
    this.#waiting.push(change);
    this.#changes++;
  }

  #apply(change: Change): void {
    if (change.kind === 'append') this.#log.push(change.record);
    else this.#log = [...change.records];
  }
}

/** Checks the options. Throws Q5017. */
export function diskLatency({ latency = { min: 1, max: 3 } }: DiskOptions): {
  readonly min: number;
  readonly max: number;
} {
  const { min, max } = latency;
  if (Number.isSafeInteger(min) && Number.isSafeInteger(max) && min >= 0 && min <= max) return latency;
  throw new QuorateError(
    'Q5017',
    `a write cannot take ${min} … ${max} ticks`,
    'use whole numbers ≥ 0, the smaller one first',
  );
}

/** Checks what somebody says of a disk. Throws Q5016 or Q5017. */
export function diskFate(fate: DiskFate): DiskFate {
  if (fate === 'kept' || fate === 'lost') return fate;
  if (typeof fate !== 'object' || fate === null) {
    throw new QuorateError('Q5017', `a disk cannot be "${String(fate)}"`, 'use kept, lost or { cutAt: byte }');
  }
  whole('the byte at which a disk is cut', fate.cutAt);
  return fate;
}

const sizeOf = (change: Change): number =>
  change.kind === 'append' ? change.record.length : change.records.reduce((sum, { length }) => sum + length, 0);
