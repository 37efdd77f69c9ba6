import type { NodeId } from '@quorate/transport/contract';
import { Questions } from './questions.js';
import { DeliveredLog } from './delivered-log.js';
import { Candidate, Instance } from './instance.js';
import type { Limits } from './limits.js';
import { digestBytes } from './message.js';
import { firstSequence, sequencesPerLife } from './sequence.js';
import { Slab } from './slab.js';

/** Stands in the place of an instance that was delivered: late messages neither deliver again nor re-create state. */
const tombstone: Instance = Object.freeze(new Instance());

/**
 * All broadcasts of one life of one sender: a window of instances above a low-water mark, below which everything was
 * delivered. Inside, an instance goes by its index (sequence − first sequence of the life), a small integer.
 */
export class Lane {
  readonly sender: NodeId;
  readonly incarnation: number;
  /** The sequence number of index 0. */
  readonly base: number;
  readonly log: DeliveredLog;
  /** What was dropped here, and must be asked for. */
  readonly questions: Questions = new Questions();
  /** Up to which index each peer's requests were answered. */
  readonly answeredUpTo: number[] = [];
  /** Everything below was delivered (or skipped, see `skipTo`). */
  low = 0;
  /** One above the highest index that an admitted message named. */
  head = 0;
  openCount = 0;
  /** Payload bytes in open instances, by the peer that brought them. */
  readonly retained: number[] = [];
  /** A ring by index, which doubles up to the window as it is needed. */
  #slots: (Instance | undefined)[] = [undefined, undefined, undefined, undefined];
  #mask = 3;
  readonly #window: number;
  readonly #slab = new Slab();
  readonly #maxRetained: number;

  constructor(sender: NodeId, incarnation: number, limits: Limits) {
    this.sender = sender;
    this.incarnation = incarnation;
    this.base = firstSequence(incarnation);
    this.log = new DeliveredLog(limits.loggedInstances, limits.loggedBytes);
    this.#window = limits.openInstances;
    this.#maxRetained = limits.retainedBytes;
  }

  /** Below it this node can repeat nothing: everything was delivered, and is no longer kept. */
  get oldest(): number {
    return Math.min(this.low, this.log.oldest);
  }

  /** One above the highest index that may be open. */
  get end(): number {
    return this.low + this.#window;
  }

  /** The index of a sequence number of this life; negative or beyond 2^42 for numbers of other lives. */
  indexOf(sequence: number): number {
    return sequence - this.base;
  }

  /** Whether the number belongs to this life. */
  covers(sequence: number): boolean {
    const index = sequence - this.base;
    return index >= 0 && index < sequencesPerLife;
  }

  isDelivered(index: number): boolean {
    return index < this.low || (index <= this.low + this.#mask && this.#slots[index & this.#mask] === tombstone);
  }

  /** The open instance at an index of the window, if there is one. */
  peek(index: number): Instance | undefined {
    if (index > this.low + this.#mask) return undefined;
    const instance = this.#slots[index & this.#mask];
    return instance === tombstone ? undefined : instance;
  }

  /** The open instance at `index`, made when missing. Call it for undelivered indices in `low … end` alone. */
  open(index: number): Instance {
    while (index > this.low + this.#mask) this.#grow();
    const slot = index & this.#mask;
    const known = this.#slots[slot];
    if (known !== undefined) return known;
    const instance = new Instance();
    this.#slots[slot] = instance;
    this.openCount++;
    if (index >= this.head) this.head = index + 1;
    return instance;
  }

  /**
   * Whether `peer` may add `length` payload bytes to the instance at `index`. The lowest instance always may grow, and
   * payloads that votes carry whole are bounded as votes are.
   */
  hasRoom(peer: NodeId, index: number, length: number): boolean {
    return index === this.low || length < digestBytes || (this.retained[peer] ?? 0) + length <= this.#maxRetained;
  }

  /**
   * A private copy of a payload that no candidate holds yet, as a candidate, charged to `peer`. The copy is made before
   * anything is checked, because the frame may lie in memory that its sender can still change.
   */
  adopt(instance: Instance, peer: NodeId, payload: Uint8Array): Candidate {
    const copy = this.#slab.copy(payload);
    const candidate = instance.unfilled(copy) ?? instance.add(new Candidate());
    return this.fill(candidate, peer, copy);
  }

  /** Gives a candidate its payload, a private copy, charged to `peer`. */
  fill(candidate: Candidate, peer: NodeId, copy: Uint8Array): Candidate {
    candidate.payload = copy;
    candidate.broughtBy = peer;
    this.retained[peer] = (this.retained[peer] ?? 0) + copy.length;
    return candidate;
  }

  /** Closes the instance, keeps its payload for others, and tells whether the low-water mark moved. */
  deliver(index: number, payload: Uint8Array): boolean {
    this.#close(index & this.#mask);
    this.#slots[index & this.#mask] = tombstone;
    this.log.keep(index, payload);
    if (index !== this.low) return false;
    this.#advance();
    return true;
  }

  /** Gives up everything below `index`: at least one correct node cannot repeat it any more. */
  skipTo(index: number): void {
    const end = Math.min(index, this.low + this.#mask + 1);
    for (let at = this.low; at < end; at++) {
      this.#close(at & this.#mask);
      this.#slots[at & this.#mask] = undefined;
    }
    this.low = index;
    if (this.head < index) this.head = index;
    this.#advance();
  }

  #grow(): void {
    const slots: (Instance | undefined)[] = Array.from({ length: 2 * this.#slots.length }, () => undefined);
    const mask = slots.length - 1;
    for (let at = this.low; at <= this.low + this.#mask; at++) slots[at & mask] = this.#slots[at & this.#mask];
    this.#slots = slots;
    this.#mask = mask;
  }

  #advance(): void {
    while (this.#slots[this.low & this.#mask] === tombstone) {
      this.#slots[this.low & this.#mask] = undefined;
      this.low++;
    }
  }

  #close(slot: number): void {
    const instance = this.#slots[slot];
    if (instance === undefined || instance === tombstone) return;
    this.openCount--;
    for (const { broughtBy, payload } of instance.candidates) {
      if (broughtBy !== undefined && payload !== undefined) {
        this.retained[broughtBy] = (this.retained[broughtBy] ?? 0) - payload.length;
      }
    }
  }
}
