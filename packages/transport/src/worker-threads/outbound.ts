import type { LinkEvent } from '../transport.js';
import { Block } from './block.js';
import {
  acknowledgedWord,
  droppedHighWord,
  droppedLowWord,
  kindReopen,
  recordBytes,
  stateLeft,
  stateWord,
  verdictWord,
  waitingWord,
} from './layout.js';
import { Outbox } from './outbox.js';
import { RingWriter } from './ring-writer.js';

/** Limits of one outgoing link, in bytes of the outbox. */
export interface OutboundLimits {
  readonly outboxBytes: number;
  readonly highWater: number;
  readonly lowWater: number;
}

/** What an outgoing link needs of its node. */
export interface OutboundOwner {
  /** Wakes the peer if it sleeps. */
  wakePeer(): void;
  /** One link more, or one less, has something that waits. */
  waiting(change: 1 | -1): void;
  /** One link more, or one less, is above its high-water mark. */
  full(change: 1 | -1): void;
  /** Something to tell, or to do, in the next turn: this may happen in the middle of a handler's call. */
  later(event?: LinkEvent): void;
}

const nothing = Block.ofLength(0);

/**
 * The outgoing half of a link: a ring, and an outbox for what finds no room in it. When the outbox overruns, what waits is
 * dropped and the cut is marked in shared memory; the reader takes what is in the ring, acknowledges, and the link opens
 * again with a record that says so.
 */
export class Outbound {
  readonly #ring: RingWriter;
  readonly #outbox: Outbox = new Outbox();
  readonly #limits: OutboundLimits;
  readonly #owner: OutboundOwner;
  /** Publish in the middle of a turn when so much was written, so that the reader need not wait for its end. */
  readonly #publishAt: number;
  #state: 'open' | 'cut' | 'closed' = 'open';
  /** As in `stateWord`. */
  #opening = 0;
  #waiting = false;
  #full = false;
  #incarnation: number;

  constructor(memory: SharedArrayBuffer, incarnation: number, limits: OutboundLimits, owner: OutboundOwner) {
    this.#ring = new RingWriter(memory);
    this.#incarnation = incarnation;
    this.#limits = limits;
    this.#owner = owner;
    this.#publishAt = this.#ring.size >>> 2;
  }

  /** Somebody scribbled in the ring. */
  get broken(): boolean {
    return this.#ring.broken;
  }

  /** What the reader says of us (`verdict`). */
  get verdict(): number {
    return Atomics.load(this.#ring.control, verdictWord);
  }

  /** Writes a record, now or when there is room. Dropped when the link is cut or closed. */
  put(header: number, source: Block, from: number, length: number): void {
    if (this.#state !== 'open') return;
    if (this.#waiting || !this.#ring.write(header, source, from, length)) {
      this.#overflow(header, source, from, length);
    } else if (this.#ring.unpublished >= this.#publishAt) {
      this.publish();
    }
  }

  /** Shows the reader what was written; answers whether there was anything. */
  publish(): boolean {
    if (this.#ring.unpublished === 0) return false;
    this.#ring.publish();
    this.#owner.wakePeer();
    return true;
  }

  /** Whether `settle` would do something. */
  get unsettled(): boolean {
    if (this.#state === 'cut') return Atomics.load(this.#ring.control, acknowledgedWord) === this.#opening;
    return this.#waiting && this.#hasRoom();
  }

  /** Moves what waits into the ring, or opens a link again whose reader has acknowledged the cut. */
  settle(): void {
    if (!this.unsettled) return;
    if (this.#state === 'cut') this.#reopen();
    else this.#pump();
  }

  /** No frame goes out any more; the reader may take what is in the ring. */
  leave(): void {
    if (this.#state === 'closed') return;
    if (this.#state === 'open' && this.#waiting) this.#outbox.moveTo(this.#ring, this.#ring.size);
    this.#ring.publish();
    Atomics.store(this.#ring.control, stateWord, stateLeft);
    this.close();
    this.#owner.wakePeer();
  }

  /** Forgets what waits. */
  close(): void {
    this.#state = 'closed';
    this.#drop();
  }

  #overflow(header: number, source: Block, from: number, length: number): void {
    if (this.#ring.broken) {
      this.#owner.later();
    } else if (this.#outbox.bytes + recordBytes(length) > this.#limits.outboxBytes) {
      this.#cut(length);
    } else {
      this.#outbox.push(header, source, from, length);
      if (!this.#waiting) this.#wait();
      if (!this.#full && this.#outbox.bytes > this.#limits.highWater) this.#setFull(true);
    }
  }

  #wait(): void {
    this.#setWaiting(true);
    this.publish();
    // From here on the reader wakes us when it has made room; it may have made some before it could see that.
    Atomics.store(this.#ring.control, waitingWord, 1);
    if (this.#hasRoom()) this.#owner.later();
  }

  #pump(): void {
    // At most a ring at a time: the reader may take it as fast as we put it there, and others wait for us as well.
    this.#outbox.moveTo(this.#ring, this.#ring.size);
    this.publish();
    const { bytes } = this.#outbox;
    if (this.#full && bytes <= this.#limits.lowWater) this.#setFull(false);
    if (bytes === 0) {
      this.#setWaiting(false);
      Atomics.store(this.#ring.control, waitingWord, 0);
    } else if (this.#hasRoom()) {
      this.#owner.later();
    }
  }

  /** Half a ring: room for a record of the greatest length, wherever the end of the ring is. */
  #hasRoom(): boolean {
    return this.#ring.used() <= this.#ring.size >>> 1;
  }

  #cut(length: number): void {
    const droppedBytes = this.#outbox.payloadBytes + length;
    this.#drop();
    this.publish();
    this.#state = 'cut';
    this.#opening++;
    const { control } = this.#ring;
    Atomics.store(control, waitingWord, 0);
    Atomics.store(control, droppedLowWord, droppedBytes | 0);
    Atomics.store(control, droppedHighWord, Math.floor(droppedBytes / 2 ** 32));
    Atomics.store(control, stateWord, this.#opening);
    this.#owner.wakePeer();
    this.#owner.later({ kind: 'overrun', direction: 'out', droppedBytes });
  }

  #reopen(): void {
    this.#opening++;
    this.#state = 'open';
    Atomics.store(this.#ring.control, stateWord, this.#opening);
    this.put(kindReopen, nothing, 0, 0);
    this.publish();
    this.#owner.later({ kind: 'reopened', incarnation: this.#incarnation });
  }

  #drop(): void {
    this.#outbox.clear();
    if (this.#waiting) this.#setWaiting(false);
    if (this.#full) this.#setFull(false);
  }

  #setWaiting(waiting: boolean): void {
    this.#waiting = waiting;
    this.#owner.waiting(waiting ? 1 : -1);
  }

  #setFull(full: boolean): void {
    this.#full = full;
    this.#owner.full(full ? 1 : -1);
  }
}
