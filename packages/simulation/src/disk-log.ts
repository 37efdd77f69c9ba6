/**
 * The log on a node's disk: byte strings, appended. What is written becomes durable when its write is over; everything that
 * waits by then goes into the next write together (group commit).
 */
import type { DiskFate } from './disk-fate.js';
import type { Random } from './random.js';

type Change =
  | { readonly kind: 'append'; readonly record: Uint8Array }
  | { readonly kind: 'compact'; readonly records: readonly Uint8Array[] };

export class DiskLog {
  /** Whoever has it open as a storage. */
  holder: object | undefined = undefined;
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

  /** Length of the log in bytes, as a cut counts them. */
  get bytes(): number {
    return this.#log.reduce((sum, { length }) => sum + length, 0);
  }

  /** What is on the disk, oldest first. */
  get entries(): readonly Uint8Array[] {
    return this.#log;
  }

  /** Changes so far; a step's sends wait for the number at their time. */
  get changes(): number {
    return this.#changes;
  }

  /** So many of the changes are durable. */
  get durable(): number {
    return this.#durable;
  }

  append(record: Uint8Array): void {
    this.#add({ kind: 'append', record });
  }

  /** These take the place of everything before, all at once. */
  compact(records: readonly Uint8Array[]): void {
    this.#add({ kind: 'compact', records });
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
    this.holder = undefined;
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

const sizeOf = (change: Change): number =>
  change.kind === 'append' ? change.record.length : change.records.reduce((sum, { length }) => sum + length, 0);
