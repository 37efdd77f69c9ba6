import type { NodeId } from '../node-id.js';
import type { LinkEvent, TransportHandler } from '../transport.js';
import { refuseGreeting, type Greeting } from './hello.js';
import {
  acknowledgedWord,
  droppedHighWord,
  droppedLowWord,
  kindReopen,
  stateLeft,
  stateWord,
  verdictWord,
  waitingWord,
} from './layout.js';
import { RingReader, type RingListener } from './ring-reader.js';

/** How an incoming link ended. */
export type LinkEnd = Extract<LinkEvent, { readonly kind: 'closed' | 'refused' | 'malformed' }>;

/** The incoming half of a link: greeting, frames, cuts, and the end. Nothing in the ring can make it throw. */
export class Inbound implements RingListener {
  readonly #peer: NodeId;
  readonly #reader: RingReader;
  readonly #greeting: Greeting;
  readonly #half: number;
  readonly #wakePeer: () => void;
  /** Whether the peer was here before: it then comes back rather than opens. */
  readonly #known: boolean;
  #handler: TransportHandler | undefined;
  #greeted = false;
  /** The `stateWord` that we have acted on. */
  #state = 0;
  /** Why the peer is gone; told when the ring is empty. */
  #leaving: string | undefined;
  #end: LinkEnd | undefined;

  constructor(
    memory: SharedArrayBuffer,
    maxFrameBytes: number,
    peer: { readonly id: NodeId; readonly greeting: Greeting; readonly known: boolean; readonly wake: () => void },
  ) {
    this.#reader = new RingReader(memory, maxFrameBytes);
    this.#half = this.#reader.size >>> 1;
    this.#peer = peer.id;
    this.#greeting = peer.greeting;
    this.#known = peer.known;
    this.#wakePeer = peer.wake;
  }

  /** Whether `opened` or `reopened` was told. */
  get greeted(): boolean {
    return this.#greeted;
  }

  /** How the link ended, if it has. */
  get end(): LinkEnd | undefined {
    return this.#end;
  }

  /** Whether `read` would tell something. */
  get unread(): boolean {
    if (this.#end !== undefined) return false;
    return this.#reader.readable || this.#leaving !== undefined || this.#stateNow() !== this.#state;
  }

  /** Tells what is in the ring, at most `limit` records, and then what happened to the link; answers how much it told. */
  read(handler: TransportHandler, limit: number): number {
    if (this.#end !== undefined) return 0;
    this.#handler = handler;
    // Looked at before the ring: what a peer wrote before it was cut off, or left, is read first.
    const state = this.#stateNow();
    const leaving = this.#leaving;
    const count = this.#reader.read(this, limit);
    if (this.#reader.broken !== undefined) this.#end ??= { kind: 'malformed', reason: this.#reader.broken };
    else if (count > 0) this.#releaseWriter();
    else if (leaving !== undefined) this.#end = { kind: 'closed', reason: leaving };
    else if (state !== this.#state) return this.#change(handler, state);
    return count;
  }

  frame(bytes: Uint8Array, start: number, end: number): void {
    this.#handler?.frame(this.#peer, bytes, start, end);
  }

  control(bytes: Uint8Array, start: number, end: number): void {
    if (!this.#greeted) this.#greet(bytes, start, end);
    else this.#tell({ kind: 'reopened', incarnation: this.#greeting.incarnation });
  }

  /** Ends the round that is under way. */
  stop(): void {
    this.#reader.stop();
  }

  /** The peer is gone. What it has published is still read. */
  expectEnd(reason: string): void {
    this.#leaving ??= reason;
  }

  /** Tells the writer that nobody reads any more (`verdict`). */
  leave(why: number): void {
    Atomics.store(this.#reader.control, verdictWord, why);
    this.#wakePeer();
  }

  #stateNow(): number {
    return Atomics.load(this.#reader.control, stateWord);
  }

  /** A writer that waits for room is woken when half of the ring is free: not for every record. */
  #releaseWriter(): void {
    const { control } = this.#reader;
    if (Atomics.load(control, waitingWord) === 0 || this.#reader.unread > this.#half) return;
    this.#wakePeer();
  }

  #greet(bytes: Uint8Array, start: number, end: number): void {
    const reason = refuseGreeting(bytes, start, end, this.#greeting);
    if (reason !== undefined) {
      this.#end = { kind: 'refused', reason };
      return;
    }
    this.#greeted = true;
    this.#tell({ kind: this.#known ? 'reopened' : 'opened', incarnation: this.#greeting.incarnation });
  }

  /** The ring is empty and the writer's state is another one than last time. */
  #change(handler: TransportHandler, state: number): number {
    this.#state = state;
    if (state === stateLeft) {
      this.#end = { kind: 'closed', reason: 'the node left' };
    } else if (state < 0 || !this.#greeted) {
      this.#end = { kind: 'malformed', reason: `a link in state ${state}` };
    } else if (state % 2 === 1) {
      this.#acknowledge(handler, state);
    }
    return 1;
  }

  #acknowledge(handler: TransportHandler, state: number): void {
    const { control } = this.#reader;
    const low = Atomics.load(control, droppedLowWord) >>> 0;
    const high = Atomics.load(control, droppedHighWord) & 0x1fffff;
    this.#reader.expect(kindReopen);
    handler.link(this.#peer, { kind: 'overrun', direction: 'in', droppedBytes: high * 2 ** 32 + low });
    Atomics.store(control, acknowledgedWord, state);
    this.#wakePeer();
  }

  #tell(event: LinkEvent): void {
    this.#handler?.link(this.#peer, event);
  }
}
