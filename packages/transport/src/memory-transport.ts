import { QuorateError } from '@quorate/serialization';
import { frameOverhead } from './frame-queue.js';
import type { Group } from './group.js';
import type { MemoryHub } from './memory.js';
import type { MemoryLink } from './memory-link.js';
import { nodeIds, type NodeId } from './node-id.js';
import type { LinkEvent, Transport, TransportHandler } from './transport.js';

/** Frames that a node reads in one turn, and from one link before it looks at the next. */
const turnFrames = 256;
const linkFrames = 32;

/** One life of one node of a memory group. */
export class MemoryTransport implements Transport {
  readonly group: Group;
  readonly self: NodeId;
  readonly incarnation: number;
  readonly maxFrameBytes: number;
  readonly #hub: MemoryHub;
  readonly #peers: readonly NodeId[];
  readonly #highWater: number;
  readonly #lowWater: number;
  #handler: TransportHandler | undefined;
  #state: 'new' | 'open' | 'closed' = 'new';
  #paused = false;
  #queued = false;
  #holds = 0;
  /** Links of ours above their high-water mark. */
  #fullLinks = 0;
  #tellWritable = false;
  /** Peer the next turn begins with, so that nobody is always last. */
  #first = 0;
  #events: { readonly peer: NodeId; readonly event: LinkEvent }[] = [];
  #deferred: (() => void)[] = [];
  /** The incarnation of each peer that we were told of last; −1 before the first. */
  readonly #known: Int32Array;

  constructor(hub: MemoryHub, self: NodeId, incarnation: number) {
    this.#hub = hub;
    this.group = hub.group;
    this.self = self;
    this.incarnation = incarnation;
    this.maxFrameBytes = hub.maxFrameBytes;
    this.#peers = nodeIds(hub.group).filter((node) => node !== self);
    this.#highWater = Math.floor(hub.outboxBytes / 2);
    this.#lowWater = Math.floor(hub.outboxBytes / 4);
    this.#known = new Int32Array(hub.group.n).fill(-1);
  }

  get congested(): boolean {
    return this.#fullLinks > this.group.f;
  }

  open(handler: TransportHandler): void {
    if (this.#state !== 'new') throw new QuorateError('Q3002', `node ${this.self} was opened before`);
    this.#handler = handler;
    this.#state = 'open';
    for (const peer of this.#peers) {
      const other = this.#hub.transport(peer);
      if (other.#state !== 'open') continue;
      this.#meet(other);
      other.#meet(this);
    }
    this.#enqueue();
  }

  send(to: NodeId, bytes: Uint8Array, start: number, end: number): void {
    this.#check(bytes, start, end);
    if (to === this.self) throw new QuorateError('Q3003', `node ${to} sends a frame to itself`);
    this.#put(to, rangeOf(bytes, start, end));
  }

  broadcast(bytes: Uint8Array, start: number, end: number): void {
    this.#check(bytes, start, end);
    const frame = rangeOf(bytes, start, end);
    for (const peer of this.#peers) this.#put(peer, frame);
  }

  flush(): void {
    for (const peer of this.#peers) {
      const link = this.#hub.link(this.self, peer);
      if (!link.dirty) continue;
      link.dirty = false;
      link.queue.publish();
      this.#hub.transport(peer).#enqueue();
    }
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#enqueue();
  }

  schedule(run: () => void): void {
    if (this.#state === 'closed') return;
    this.#deferred.push(run);
    this.#enqueue();
  }

  hold(): () => void {
    if (this.#state === 'closed') return () => undefined;
    this.#holds++;
    this.#hub.busy++;
    let held = true;
    return () => {
      if (!held || this.#state === 'closed') return;
      held = false;
      this.#holds--;
      this.#hub.busy--;
      this.#hub.wake();
    };
  }

  close(): Promise<void> {
    if (this.#state === 'open') {
      this.flush();
      for (const peer of this.#peers) this.#hub.transport(peer).#expectEnd(this.self, 'closed');
    }
    this.#end();
    return Promise.resolve();
  }

  /** Ends at once: what is under way from this node is lost. */
  die(reason: string): void {
    for (const peer of this.#peers) {
      const link = this.#hub.link(this.self, peer);
      // One that had closed in good order is known to be gone, or will be when its last frames were read.
      const told = this.#state === 'closed' && link.ending === undefined;
      this.#hub.busy -= this.#lost(link);
      if (!told) this.#hub.transport(peer).#lose(this, reason);
    }
    this.#end();
  }

  /** Everything that waits for this node, up to a bound. */
  turn(): void {
    this.#queued = false;
    const handler = this.#handler;
    if (handler === undefined || this.#state !== 'open') return;
    this.#tellEvents(handler);
    if (!this.#paused) this.#read(handler);
    this.#runDeferred();
    if (this.#isOpen() && this.#tellWritable && !this.congested) {
      this.#tellWritable = false;
      handler.writable();
    }
    if (this.#isOpen()) handler.turn();
    if (this.#isOpen() && this.#hasWork()) this.#enqueue();
  }

  #tellEvents(handler: TransportHandler): void {
    const events = this.#events;
    if (events.length === 0) return;
    this.#events = [];
    for (const { peer, event } of events) {
      if (this.#isOpen()) handler.link(peer, event);
    }
  }

  #runDeferred(): void {
    const deferred = this.#deferred;
    if (deferred.length === 0) return;
    this.#deferred = [];
    for (const run of deferred) if (this.#isOpen()) run();
  }

  #read(handler: TransportHandler): void {
    let budget = turnFrames;
    for (let visited = 0; visited < this.#peers.length && budget > 0; visited++) {
      const peer = this.#peers[this.#first];
      this.#first = (this.#first + 1) % this.#peers.length;
      if (peer === undefined) continue;
      const link = this.#hub.link(peer, this.self);
      if (link.cut) this.#mend(handler, peer, link);
      const taken = this.#readLink(handler, peer, link, Math.min(budget, linkFrames));
      budget -= taken;
      // Somebody who had something may have more: everybody is looked at once more.
      if (taken > 0) visited = -1;
      if (!this.#reads()) return;
    }
  }

  /** Tells frames of one link, and how many. */
  #readLink(handler: TransportHandler, peer: NodeId, link: MemoryLink, most: number): number {
    const { queue } = link;
    let taken = 0;
    while (taken < most && queue.readable && this.#reads()) {
      taken++;
      this.#hub.busy--;
      queue.take();
      if (link.full && queue.bytes <= this.#lowWater) this.#hub.transport(peer).#drained(link);
      handler.frame(peer, queue.slab, queue.start, queue.end);
      queue.release();
    }
    if (link.ending !== undefined && queue.frames === 0 && this.#isOpen()) {
      const reason = link.ending;
      link.ending = undefined;
      handler.link(peer, { kind: 'closed', reason });
    }
    return taken;
  }

  /** We read on after an overrun: both ends learn that frames flow again. */
  #mend(handler: TransportHandler, peer: NodeId, link: MemoryLink): void {
    const { droppedBytes } = link;
    link.cut = false;
    link.droppedBytes = 0;
    this.#hub.busy--;
    const other = this.#hub.transport(peer);
    const alive = other.#isOpen();
    if (alive) other.#tell(this.self, { kind: 'reopened', incarnation: this.incarnation });
    handler.link(peer, { kind: 'overrun', direction: 'in', droppedBytes });
    if (alive && this.#isOpen()) handler.link(peer, { kind: 'reopened', incarnation: this.#known[peer] ?? 0 });
  }

  #put(to: NodeId, frame: Uint8Array): void {
    const other = this.#hub.transport(to);
    if (other.#state === 'closed') return;
    const link = this.#hub.link(this.self, to);
    if (link.cut) {
      link.droppedBytes += frame.length;
      return;
    }
    if (link.queue.bytes + frame.length + frameOverhead > this.#hub.outboxBytes) {
      this.#cut(to, link, frame.length);
      return;
    }
    link.queue.push(frame);
    link.dirty = true;
    this.#hub.busy++;
    if (!link.full && link.queue.bytes > this.#highWater) {
      link.full = true;
      this.#fullLinks++;
    }
  }

  #cut(to: NodeId, link: MemoryLink, frameBytes: number): void {
    const droppedBytes = link.queue.bytes - frameOverhead * link.queue.frames + frameBytes;
    this.#hub.busy -= this.#lost(link);
    link.cut = true;
    link.droppedBytes = droppedBytes;
    this.#hub.busy++;
    this.#tell(to, { kind: 'overrun', direction: 'out', droppedBytes });
    this.#hub.transport(to).#enqueue();
  }

  /** Clears one of our links; answers what no longer keeps the group busy. */
  #lost(link: MemoryLink): number {
    if (link.full) this.#drained(link);
    const cut = link.cut ? 1 : 0;
    return link.reset() + cut;
  }

  #drained(link: MemoryLink): void {
    link.full = false;
    const before = this.congested;
    this.#fullLinks--;
    if (!before || this.congested || this.#state !== 'open') return;
    this.#tellWritable = true;
    this.#enqueue();
  }

  #meet(other: MemoryTransport): void {
    const known = this.#known[other.self] ?? -1;
    this.#known[other.self] = other.incarnation;
    this.#tell(other.self, { kind: known < 0 ? 'opened' : 'reopened', incarnation: other.incarnation });
  }

  /** The peer closed in good order: what it sent before is still read. */
  #expectEnd(peer: NodeId, reason: string): void {
    const link = this.#hub.link(peer, this.self);
    if (this.#state !== 'open') return;
    link.ending = reason;
    this.#enqueue();
  }

  /** The peer is gone, and with it what was under way. */
  #lose(peer: MemoryTransport, reason: string): void {
    if (this.#state !== 'open' || this.#known[peer.self] !== peer.incarnation) return;
    this.#tell(peer.self, { kind: 'closed', reason });
  }

  #end(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#handler = undefined;
    this.#events = [];
    this.#deferred = [];
    for (const peer of this.#peers) {
      this.#hub.busy -= this.#hub.transport(peer).#lost(this.#hub.link(peer, this.self));
    }
    this.#hub.busy -= this.#holds;
    this.#hub.wake();
  }

  #check(bytes: Uint8Array, start: number, end: number): void {
    if (this.#state !== 'open') throw new QuorateError('Q3002', `node ${this.self} is not open`);
    if (!(start >= 0 && end >= start && end <= bytes.length)) {
      throw new QuorateError('Q3001', `bytes ${start} … ${end} of ${bytes.length} are no frame`);
    }
    if (end - start > this.maxFrameBytes) {
      throw new QuorateError('Q3001', `a frame of ${end - start} bytes, of at most ${this.maxFrameBytes}`);
    }
  }

  #tell(peer: NodeId, event: LinkEvent): void {
    this.#events.push({ peer, event });
    this.#enqueue();
  }

  #enqueue(): void {
    if (this.#queued || this.#state !== 'open') return;
    this.#queued = true;
    this.#hub.enqueue(this);
  }

  #hasWork(): boolean {
    if (this.#events.length > 0 || this.#deferred.length > 0) return true;
    return !this.#paused && this.#peers.some((peer) => this.#hub.link(peer, this.self).queue.readable);
  }

  // Methods, because the compiler would otherwise believe that a handler cannot have changed the state.
  #isOpen(): boolean {
    return this.#state === 'open';
  }

  #reads(): boolean {
    return this.#state === 'open' && !this.#paused;
  }
}

const rangeOf = (bytes: Uint8Array, start: number, end: number): Uint8Array =>
  start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end);
