/**
 * What one node delivered, in memory that does not grow with the length of the run: a payload that is the value its
 * sender was given is not kept, because it can be made again from the plan; only what deviates is kept. Whether the
 * sender is honest makes no difference: nobody is believed, every payload is compared when it comes.
 */
import { createHash } from 'node:crypto';
import type { Delivery } from '@quorate/reliable-broadcast';
import type { OutputLog, OutputSummary, ValueSource } from '../protocols/protocol.js';
import { JoinedDigest } from './joined-digest.js';

/** Deviating payloads, and sequences beyond a gap, that one node keeps. Only liars bring them about. */
export interface LogLimits {
  readonly entries: number;
  readonly bytes: number;
}

const defaultLimits: LogLimits = { entries: 1_000_000, bytes: 268_435_456 };

/** What one node delivered of one sender; plain data. */
export interface SenderRecord {
  /** All sequences below were delivered. */
  readonly contiguous: number;
  /** Delivered sequences above a gap, ascending. */
  readonly beyond: Float64Array;
  /** Sequences whose payload is not the value that the sender was given, ascending, with the payloads' SHA-256. */
  readonly deviating: Float64Array;
  readonly digests: Uint8Array;
  /** Deliveries under a number that had been delivered before, and the first such number. */
  readonly duplicates: number;
  readonly firstDuplicate: number | undefined;
  /** The first number that came after a greater one. */
  readonly firstOutOfOrder: number | undefined;
}

/** Everything one node delivered; plain data. */
export interface LogRecord extends OutputSummary {
  readonly senders: readonly SenderRecord[];
}

/** What is recorded of a delivery. */
type Recorded = Omit<Delivery, 'sender'> & { readonly sender: number };

/** Records deliveries as they come. */
export class DeliveryLog implements OutputLog<Recorded, LogRecord> {
  readonly #values: ValueSource;
  readonly #limits: LogLimits;
  readonly #senders: readonly SenderLog[];
  #count = 0;
  #entries = 0;
  #bytes = 0;
  #unrecorded = 0;

  constructor(nodes: number, values: ValueSource, limits: LogLimits = defaultLimits) {
    this.#values = values;
    this.#limits = limits;
    this.#senders = Array.from({ length: nodes }, () => new SenderLog());
  }

  /** Deliveries so far, without duplicates. */
  get count(): number {
    return this.#count;
  }

  /** Takes a delivery; `payload` may be a view, and is copied if it is kept. */
  record({ sender, sequence, payload }: Recorded): void {
    const log = this.#senders[sender];
    if (log === undefined) return;
    if (log.has(sequence)) return log.repeat(sequence);
    const expected = sequence < this.#values.count && same(this.#values.at(sender, sequence), payload);
    if (!this.#admits(expected && sequence === log.contiguous, expected ? 0 : payload.length)) return;
    this.#count++;
    const before = log.entries;
    log.add(sequence, expected ? undefined : Uint8Array.from(payload));
    this.#entries += log.entries - before;
    if (!expected) this.#bytes += payload.length;
  }

  /** What was delivered until now; the SHA-256 is of the payloads joined by sender, then sequence. */
  summary(): LogRecord {
    return {
      count: this.#count,
      sha256: this.#joined(),
      senders: this.#senders.map((log) => log.summary()),
      unrecorded: this.#unrecorded,
    };
  }

  #admits(free: boolean, bytes: number): boolean {
    if (free || (this.#entries < this.#limits.entries && this.#bytes + bytes <= this.#limits.bytes)) return true;
    this.#unrecorded++;
    return false;
  }

  #joined(): string {
    const joined = new JoinedDigest();
    for (const [sender, log] of this.#senders.entries()) {
      for (const sequence of log.sequences()) {
        joined.add(log.deviation(sequence) ?? this.#values.at(sender, sequence));
      }
    }
    return joined.hex();
  }
}

class SenderLog {
  contiguous = 0;
  #highest = -1;
  #duplicates = 0;
  #firstDuplicate: number | undefined;
  #firstOutOfOrder: number | undefined;
  readonly #beyond = new Set<number>();
  readonly #deviations = new Map<number, Uint8Array>();

  /** How much it keeps. */
  get entries(): number {
    return this.#beyond.size + this.#deviations.size;
  }

  has(sequence: number): boolean {
    return sequence < this.contiguous || this.#beyond.has(sequence);
  }

  deviation(sequence: number): Uint8Array | undefined {
    return this.#deviations.get(sequence);
  }

  add(sequence: number, deviation: Uint8Array | undefined): void {
    if (deviation !== undefined) this.#deviations.set(sequence, deviation);
    if (sequence < this.#highest) this.#firstOutOfOrder ??= sequence;
    this.#highest = Math.max(this.#highest, sequence);
    if (sequence !== this.contiguous) {
      this.#beyond.add(sequence);
      return;
    }
    this.contiguous++;
    while (this.#beyond.size > 0 && this.#beyond.delete(this.contiguous)) this.contiguous++;
  }

  repeat(sequence: number): void {
    this.#duplicates++;
    this.#firstDuplicate ??= sequence;
  }

  *sequences(): Generator<number> {
    for (let sequence = 0; sequence < this.contiguous; sequence++) yield sequence;
    yield* ascending(this.#beyond);
  }

  summary(): SenderRecord {
    const deviating = ascending(this.#deviations.keys());
    const digests = new Uint8Array(deviating.length * 32);
    for (const [place, sequence] of deviating.entries()) {
      digests.set(
        createHash('sha256')
          .update(this.#deviations.get(sequence) ?? '')
          .digest(),
        place * 32,
      );
    }
    return {
      contiguous: this.contiguous,
      beyond: ascending(this.#beyond),
      deviating,
      digests,
      duplicates: this.#duplicates,
      firstDuplicate: this.#firstDuplicate,
      firstOutOfOrder: this.#firstOutOfOrder,
    };
  }
}

/** Typed arrays sort by number. */
const ascending = (numbers: Iterable<number>): Float64Array => Float64Array.from(numbers).toSorted();

const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;
