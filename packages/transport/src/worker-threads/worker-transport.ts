import { QuorateError } from '@quorate/serialization';
import type { Group } from '../group.js';
import type { NodeId } from '../node-id.js';
import type { LinkEvent, Transport, TransportHandler } from '../transport.js';
import { FrameWriter } from './frame-writer.js';
import { holdsWord, waitingLinksWord } from './layout.js';
import type { LinkOffer } from './link.js';
import type { OutboundLimits } from './outbound.js';
import { Peers } from './peers.js';
import { Turns, type Work } from './turns.js';

/** Records that a node reads in one turn before its event loop gets a chance. */
const turnRecords = 1024;

/** What a worker is told when it joins. */
export interface TransportSetup {
  readonly groupId: string;
  readonly group: Group;
  readonly self: NodeId;
  readonly incarnation: number;
  /** See `layout.ts`. */
  readonly states: SharedArrayBuffer;
  readonly ringBytes: number;
  readonly maxFrameBytes: number;
  readonly limits: OutboundLimits;
  /** Processors that the threads share. */
  readonly processors: number;
  readonly links: readonly LinkOffer[];
}

/** One life of one node of a group of worker threads. */
export class WorkerTransport implements Transport, Work {
  readonly group: Group;
  readonly self: NodeId;
  readonly incarnation: number;
  readonly maxFrameBytes: number;
  readonly #states: Int32Array;
  readonly #writer: FrameWriter;
  readonly #peers: Peers;
  readonly #turns: Turns;
  readonly #left: () => void;
  #handler: TransportHandler | undefined;
  /** `ended` is closed by whoever started the group: the host may not have noticed. */
  #state: 'new' | 'open' | 'closed' | 'ended' = 'new';
  #paused = false;
  #events: { readonly peer: NodeId; readonly event: LinkEvent }[] = [];
  #deferred: (() => void)[] = [];
  #fullLinks = 0;
  #tellWritable = false;
  /** The link the next turn begins with, so that nobody is always last. */
  #first = 0;

  /** `left` is called once, when the transport was closed. */
  constructor(setup: TransportSetup, left: () => void) {
    const { groupId, group, self, incarnation, ringBytes, maxFrameBytes, limits, processors } = setup;
    this.group = group;
    this.self = self;
    this.incarnation = incarnation;
    this.maxFrameBytes = maxFrameBytes;
    this.#states = new Int32Array(setup.states);
    this.#writer = new FrameWriter(maxFrameBytes, ringBytes);
    this.#turns = new Turns(this.#states, { self, nodes: group.n, processors }, this);
    this.#left = left;
    this.#peers = new Peers(
      { self: { id: self, incarnation }, group: { groupId, nodes: group.n, faulty: group.f }, maxFrameBytes, limits },
      {
        wake: (peer, doorbell, reading) => this.#turns.wake(peer, doorbell, reading),
        waiting: (change) => void Atomics.add(this.#states, waitingLinksWord(self), change),
        full: (change) => this.#full(change),
        later: (peer, event) => this.#later(peer, event),
      },
      this.#turns.ring,
    );
    for (const offer of setup.links) this.#peers.meet(offer);
  }

  get congested(): boolean {
    return this.#fullLinks > this.group.f;
  }

  get reading(): boolean {
    return !this.#paused;
  }

  get pending(): boolean {
    for (const link of this.#peers.live) if (link.needsTurn(!this.#paused)) return true;
    return false;
  }

  open(handler: TransportHandler): void {
    if (this.#state !== 'new') throw new QuorateError('Q3002', `node ${this.self} was opened before`);
    this.#handler = handler;
    this.#state = 'open';
    for (const link of this.#peers.live) link.greet();
    this.#turns.soon();
  }

  send(to: NodeId, bytes: Uint8Array, start: number, end: number): void {
    this.#check(bytes, start, end);
    if (to === this.self) throw new QuorateError('Q3003', `node ${to} sends a frame to itself`);
    this.#writer.write(this.#peers.to(to), bytes, start, end);
  }

  broadcast(bytes: Uint8Array, start: number, end: number): void {
    this.#check(bytes, start, end);
    this.#writer.write(this.#peers.live, bytes, start, end);
  }

  flush(): void {
    let published = false;
    for (const link of this.#peers.live) if (link.out.publish()) published = true;
    if (published) this.#turns.noteActivity();
  }

  pause(): void {
    this.#paused = true;
    for (const link of this.#peers.live) link.stop();
  }

  resume(): void {
    this.#paused = false;
    this.#soon();
  }

  schedule(run: () => void): void {
    if (this.#state !== 'new' && this.#state !== 'open') return;
    this.#deferred.push(run);
    this.#soon();
  }

  hold(): () => void {
    const word = holdsWord(this.self);
    let held = this.#state === 'new' || this.#state === 'open';
    if (held) Atomics.add(this.#states, word, 1);
    return () => {
      if (held && (this.#state === 'new' || this.#state === 'open')) Atomics.sub(this.#states, word, 1);
      held = false;
    };
  }

  close(): Promise<void> {
    this.#close('closed');
    return Promise.resolve();
  }

  /** The group ends: like `close`, but the host is told, and what it sends until it has noticed goes nowhere. */
  end(): void {
    const peers = this.#peers.live.map(({ peer }) => peer);
    const handler = this.#isOpen() ? this.#handler : undefined;
    this.#close('ended');
    for (const peer of peers) handler?.link(peer, { kind: 'closed', reason: 'the group was closed' });
  }

  /** A peer lives anew. */
  meet(offer: LinkOffer): void {
    if (this.#state === 'closed' || this.#state === 'ended') {
      offer.doorbell.close();
      return;
    }
    const link = this.#peers.meet(offer);
    if (this.#isOpen()) link?.greet();
  }

  /** A peer is gone, in good order or not. */
  part(peer: NodeId, reason: string): void {
    this.#peers.part(peer, reason);
    // If it woke us and died before it rang the doorbell, nobody else will.
    this.#soon();
  }

  /** Tells what happened and what came in, and lets the host answer. */
  turn(): void {
    const handler = this.#handler;
    if (handler === undefined) return;
    const records = this.#settleAndRead(handler);
    let told = this.#tellEvents(handler) || records > 0;
    if (this.#runDeferred()) told = true;
    if (this.#tellWritable && !this.congested && this.#isOpen()) {
      this.#tellWritable = false;
      told = true;
      handler.writable();
    }
    if (told && this.#isOpen()) handler.turn();
    if (!this.#isOpen()) return;
    this.flush();
    if (told) this.#turns.noteActivity();
    this.#turns.rest(records);
  }

  #close(state: 'closed' | 'ended'): void {
    if (this.#state === 'closed' || this.#state === 'ended') return;
    this.#state = state;
    this.#turns.stop();
    this.#peers.leave();
    this.#writer.release();
    this.#events = [];
    this.#deferred = [];
    Atomics.store(this.#states, holdsWord(this.self), 0);
    this.#left();
  }

  #isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Before it is opened there is nothing to do, and opening looks at everything. */
  #soon(): void {
    if (this.#isOpen()) this.#turns.soon();
  }

  #check(bytes: Uint8Array, start: number, end: number): void {
    if (this.#state !== 'open' && this.#state !== 'ended') {
      throw new QuorateError('Q3002', `the transport of node ${this.self} is not open`);
    }
    this.#writer.check(bytes, start, end);
  }

  #full(change: 1 | -1): void {
    const before = this.congested;
    this.#fullLinks += change;
    if (!before || this.congested) return;
    this.#tellWritable = true;
    this.#soon();
  }

  #later(peer: NodeId, event: LinkEvent | undefined): void {
    if (event !== undefined) this.#events.push({ peer, event });
    this.#soon();
  }

  #settleAndRead(handler: TransportHandler): number {
    const links = this.#peers.live;
    const limit = Math.max(16, Math.floor(turnRecords / Math.max(1, links.length)));
    let records = 0;
    this.#first++;
    for (let step = 0; step < links.length; step++) {
      const link = links[(this.#first + step) % links.length];
      if (link === undefined) continue;
      link.settle();
      if (!this.#paused && link.end === undefined) records += link.read(handler, limit);
      if (!this.#isOpen()) return records;
    }
    return records;
  }

  #tellEvents(handler: TransportHandler): boolean {
    this.#peers.sweep(
      (peer, event) => this.#events.push({ peer, event }),
      (link) => link.greet(),
    );
    if (this.#events.length === 0) return false;
    const events = this.#events;
    this.#events = [];
    for (const { peer, event } of events) if (this.#isOpen()) handler.link(peer, event);
    return true;
  }

  #runDeferred(): boolean {
    if (this.#deferred.length === 0) return false;
    const deferred = this.#deferred;
    this.#deferred = [];
    for (const run of deferred) if (this.#isOpen()) run();
    return true;
  }
}
