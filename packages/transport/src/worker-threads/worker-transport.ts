import { setImmediate as defer } from 'node:timers';
import { QuorateError } from '@quorate/serialization';
import type { Group } from '../group.js';
import type { NodeId } from '../node-id.js';
import type { LinkEvent, Transport, TransportHandler } from '../transport.js';
import { activityWord, holdsWord, kindFirst, kindMore, kindWhole, longestRecord, waitingLinksWord } from './layout.js';
import { Link, type LinkOffer, type LinkOwner } from './link.js';
import { Linger } from './linger.js';
import type { OutboundLimits } from './outbound.js';
import { awakeThreads, fallAsleep, wake, wakeUp } from './sleeper.js';
import { Stage } from './stage.js';

/** Records that a node reads in one turn before its event loop gets a chance. */
const turnRecords = 1024;
/** After a turn with so many records there is one more before the thread sleeps. */
const manyRecords = 64;

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
export class WorkerTransport implements Transport {
  readonly group: Group;
  readonly self: NodeId;
  readonly incarnation: number;
  readonly maxFrameBytes: number;
  readonly #setup: TransportSetup;
  readonly #states: Int32Array;
  readonly #stage: Stage;
  readonly #longestRecord: number;
  readonly #owner: LinkOwner;
  readonly #linger: Linger = new Linger();
  readonly #left: () => void;
  /** The live links, in no order, and the same by peer. */
  #links: Link[] = [];
  readonly #byPeer: (Link | undefined)[] = [];
  /** Links that ended, to peers whose threads may still ring. */
  #ended: Link[] = [];
  /** New lives of peers whose former life is not told to its end. */
  readonly #offers = new Map<NodeId, LinkOffer>();
  readonly #known = new Set<NodeId>();
  #handler: TransportHandler | undefined;
  #state: 'new' | 'open' | 'closed' = 'new';
  #groupEnded = false;
  #paused = false;
  #scheduled = false;
  #events: { readonly peer: NodeId; readonly event: LinkEvent }[] = [];
  #deferred: (() => void)[] = [];
  #fullLinks = 0;
  #tellWritable = false;
  #first = 0;

  /** `left` is called once, when the transport was closed. */
  constructor(setup: TransportSetup, left: () => void) {
    this.#setup = setup;
    this.group = setup.group;
    this.self = setup.self;
    this.incarnation = setup.incarnation;
    this.maxFrameBytes = setup.maxFrameBytes;
    this.#states = new Int32Array(setup.states);
    this.#longestRecord = longestRecord(setup.ringBytes);
    this.#stage = new Stage(Math.min(this.#longestRecord, setup.maxFrameBytes));
    this.#left = left;
    this.#owner = {
      wake: (peer, doorbell, reading) => wake(this.#states, peer, doorbell, reading),
      waiting: (change) => void Atomics.add(this.#states, waitingLinksWord(this.self), change),
      full: (change) => this.#full(change),
      later: (peer, event) => this.#later(peer, event),
    };
    for (const offer of setup.links) this.#install(offer);
  }

  get congested(): boolean {
    return this.#fullLinks > this.group.f;
  }

  open(handler: TransportHandler): void {
    if (this.#state !== 'new') throw new QuorateError('Q3002', `node ${this.self} was opened before`);
    this.#handler = handler;
    this.#state = 'open';
    for (const link of this.#links) link.greet();
    this.#awaken();
  }

  send(to: NodeId, bytes: Uint8Array, start: number, end: number): void {
    this.#check(bytes, start, end);
    if (to === this.self) throw new QuorateError('Q3003', `node ${to} sends a frame to itself`);
    const link = this.#byPeer[to];
    if (link === undefined) return;
    if (end - start > this.#longestRecord) {
      this.#parts(bytes, start, end, (header, length) => this.#put(link, header, length));
      return;
    }
    this.#stage.load(bytes, start, end);
    this.#put(link, kindWhole, end - start);
  }

  broadcast(bytes: Uint8Array, start: number, end: number): void {
    this.#check(bytes, start, end);
    if (end - start > this.#longestRecord) {
      this.#parts(bytes, start, end, (header, length) => this.#putAll(header, length));
      return;
    }
    this.#stage.load(bytes, start, end);
    this.#putAll(kindWhole, end - start);
  }

  flush(): void {
    let published = false;
    for (const link of this.#links) if (link.out.publish()) published = true;
    if (published) this.#noteActivity();
  }

  pause(): void {
    this.#paused = true;
    for (const link of this.#links) link.stop();
  }

  resume(): void {
    this.#paused = false;
    if (this.#state === 'open') this.#awaken();
  }

  schedule(run: () => void): void {
    if (this.#state === 'closed') return;
    this.#deferred.push(run);
    this.#awaken();
  }

  hold(): () => void {
    const word = holdsWord(this.self);
    let held = this.#state !== 'closed';
    if (held) Atomics.add(this.#states, word, 1);
    return () => {
      if (held && this.#state !== 'closed') Atomics.sub(this.#states, word, 1);
      held = false;
    };
  }

  close(): Promise<void> {
    if (this.#state === 'closed') return Promise.resolve();
    this.#state = 'closed';
    for (const link of this.#links) {
      link.stop();
      link.leave();
    }
    this.#links = [];
    this.#byPeer.length = 0;
    for (const link of this.#ended) link.dispose();
    this.#ended = [];
    for (const offer of this.#offers.values()) offer.doorbell.close();
    this.#offers.clear();
    this.#events = [];
    this.#deferred = [];
    this.#stage.release();
    Atomics.store(this.#states, holdsWord(this.self), 0);
    this.#left();
    return Promise.resolve();
  }

  /** The group ends: like `close`, but the host is told, and what it sends until it has noticed goes nowhere. */
  end(): void {
    const peers = this.#links.map(({ peer }) => peer);
    const handler = this.#isOpen() ? this.#handler : undefined;
    this.#groupEnded = true;
    void this.close();
    for (const peer of peers) handler?.link(peer, { kind: 'closed', reason: 'the group was closed' });
  }

  /** A peer lives anew. */
  meet(offer: LinkOffer): void {
    if (this.#state === 'closed') offer.doorbell.close();
    else if (this.#byPeer[offer.peer] === undefined) this.#install(offer);
    else this.#offers.set(offer.peer, offer);
  }

  /** A peer is gone, in good order or not. */
  part(peer: NodeId, reason: string): void {
    for (const link of this.#ended) if (link.peer === peer) link.dispose();
    this.#ended = this.#ended.filter((link) => link.peer !== peer);
    const offer = this.#offers.get(peer);
    this.#offers.delete(peer);
    if (offer === undefined) this.#byPeer[peer]?.expectEnd(reason);
    else offer.doorbell.close();
    // Whoever woke us and died before it rang the doorbell cannot have been anybody else.
    if (this.#state === 'open') this.#awaken();
  }

  #check(bytes: Uint8Array, start: number, end: number): void {
    if (this.#state !== 'open' && !this.#groupEnded) {
      throw new QuorateError('Q3002', `the transport of node ${this.self} is not open`);
    }
    const fits = start >= 0 && start <= end && end <= bytes.length && end - start <= this.maxFrameBytes;
    if (fits && Number.isInteger(start) && Number.isInteger(end)) return;
    throw new QuorateError(
      'Q3001',
      `bytes ${start} … ${end} of ${bytes.length} are no frame of at most ${this.maxFrameBytes} bytes`,
      'send less, or raise maxFrameBytes',
    );
  }

  /** What was loaded into the stage last. */
  #put(link: Link, header: number, length: number): void {
    link.out.put(header, this.#stage.source, this.#stage.from, length);
  }

  #putAll(header: number, length: number): void {
    const { source, from } = this.#stage;
    for (const link of this.#links) link.out.put(header, source, from, length);
  }

  /** A frame that is longer than a record, in parts. */
  #parts(bytes: Uint8Array, start: number, end: number, put: (header: number, length: number) => void): void {
    let header = ((end - start) << 4) | kindFirst;
    for (let at = start; at < end; at += this.#longestRecord) {
      const length = Math.min(this.#longestRecord, end - at);
      this.#stage.load(bytes, at, at + length);
      put(header, length);
      header = kindMore;
    }
  }

  #install(offer: LinkOffer): void {
    const { self, incarnation, group, maxFrameBytes } = this;
    const { doorbell, peer } = offer;
    const { groupId, limits } = this.#setup;
    const link = new Link(
      offer,
      {
        self: { id: self, incarnation },
        group: { groupId, nodes: group.n, faulty: group.f },
        known: this.#known.has(peer),
        maxFrameBytes,
        limits,
      },
      this.#owner,
    );
    this.#links.push(link);
    this.#byPeer[peer] = link;
    doorbell.on('message', this.#ring);
    // The group's own port keeps the thread alive.
    doorbell.unref();
    if (this.#state === 'open') link.greet();
  }

  #full(change: 1 | -1): void {
    const before = this.congested;
    this.#fullLinks += change;
    if (!before || this.congested || this.#state !== 'open') return;
    this.#tellWritable = true;
    this.#awaken();
  }

  #later(peer: NodeId, event: LinkEvent | undefined): void {
    if (event !== undefined) this.#events.push({ peer, event });
    this.#awaken();
  }

  /** There is something to do: sees to it that a turn comes. */
  #awaken(): void {
    if (this.#scheduled || this.#state === 'closed') return;
    wakeUp(this.#states, this.self);
    this.#scheduled = true;
    defer(this.#turn);
  }

  /** Somebody rang. */
  readonly #ring = (): void => {
    if (!this.#scheduled) this.#turn();
  };

  readonly #turn = (): void => {
    this.#scheduled = false;
    const handler = this.#handler;
    if (handler === undefined || this.#state !== 'open') return;
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
    if (told) this.#noteActivity();
    this.#goOn(records);
  };

  #isOpen(): boolean {
    return this.#state === 'open';
  }

  #settleAndRead(handler: TransportHandler): number {
    const links = this.#links;
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
    this.#removeEnded();
    if (this.#events.length === 0) return false;
    const events = this.#events;
    this.#events = [];
    for (const { peer, event } of events) if (this.#isOpen()) handler.link(peer, event);
    return true;
  }

  #removeEnded(): void {
    for (const link of this.#links) {
      if (link.end === undefined) continue;
      this.#links = this.#links.filter((other) => other !== link);
      this.#byPeer[link.peer] = undefined;
      if (link.parted) link.dispose();
      else this.#ended.push(link);
      if (link.greeted) this.#known.add(link.peer);
      this.#events.push({ peer: link.peer, event: link.end });
      const offer = this.#offers.get(link.peer);
      this.#offers.delete(link.peer);
      if (offer !== undefined) this.#install(offer);
    }
  }

  #runDeferred(): boolean {
    if (this.#deferred.length === 0) return false;
    const deferred = this.#deferred;
    this.#deferred = [];
    for (const run of deferred) if (this.#isOpen()) run();
    return true;
  }

  /** Takes another turn, or sleeps. After many records, or when it lately paid, it looks again before it sleeps: to be woken costs both ends more. */
  #goOn(records: number): void {
    if (this.#scheduled) return;
    if (records >= manyRecords || this.#lingers(records > 0)) {
      this.#awaken();
      return;
    }
    fallAsleep(this.#states, this.self, !this.#paused);
    // Whoever published before it could see that we sleep does not wake us.
    if (this.#needsTurn() && wakeUp(this.#states, this.self)) this.#awaken();
  }

  #lingers(told: boolean): boolean {
    const { processors } = this.#setup;
    return awakeThreads(this.#states, this.group.n) <= processors && this.#linger.again(told, performance.now());
  }

  #needsTurn(): boolean {
    for (const link of this.#links) if (link.needsTurn(!this.#paused)) return true;
    return false;
  }

  #noteActivity(): void {
    Atomics.add(this.#states, activityWord(this.self), 1);
  }
}
