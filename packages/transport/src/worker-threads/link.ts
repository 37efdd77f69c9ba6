import type { MessagePort } from 'node:worker_threads';
import type { NodeId } from '../node-id.js';
import type { LinkEvent, TransportHandler } from '../transport.js';
import { greetingBytes, writeGreeting, type Greeting } from './hello.js';
import { Inbound, type LinkEnd } from './inbound.js';
import { kindHello, verdict } from './layout.js';
import { Outbound, type OutboundLimits, type OutboundOwner } from './outbound.js';

/** What main hands to a worker for each peer. */
export interface LinkOffer {
  readonly peer: NodeId;
  /** The peer's. */
  readonly incarnation: number;
  readonly inbound: SharedArrayBuffer;
  readonly outbound: SharedArrayBuffer;
  readonly doorbell: MessagePort;
}

/** What a link needs of its node. */
export interface LinkOwner extends Omit<OutboundOwner, 'wakePeer' | 'later'> {
  wake(peer: NodeId, doorbell: MessagePort, reading: boolean): void;
  later(peer: NodeId, event?: LinkEvent): void;
}

export interface LinkSetup {
  readonly self: { readonly id: NodeId; readonly incarnation: number };
  readonly group: Pick<Greeting, 'groupId' | 'nodes' | 'faulty'>;
  readonly maxFrameBytes: number;
  readonly limits: OutboundLimits;
  /** Whether the host knows the peer from an earlier life. */
  readonly known: boolean;
}

/** A link to one life of one peer: a ring in each direction, and a doorbell. */
export class Link {
  readonly peer: NodeId;
  readonly out: Outbound;
  readonly #in: Inbound;
  readonly #doorbell: MessagePort;
  readonly #greeting: Greeting;
  #end: LinkEnd | undefined;
  #parted = false;

  constructor(offer: LinkOffer, setup: LinkSetup, owner: LinkOwner) {
    const { peer, doorbell } = offer;
    const { group, self } = setup;
    this.peer = peer;
    this.#doorbell = doorbell;
    this.#greeting = { ...group, from: self.id, to: peer, incarnation: self.incarnation };
    this.out = new Outbound(offer.outbound, offer.incarnation, setup.limits, {
      wakePeer: () => owner.wake(peer, doorbell, true),
      waiting: (change) => owner.waiting(change),
      full: (change) => owner.full(change),
      later: (event) => owner.later(peer, event),
    });
    this.#in = new Inbound(offer.inbound, setup.maxFrameBytes, {
      id: peer,
      greeting: { ...group, from: peer, to: self.id, incarnation: offer.incarnation },
      known: setup.known,
      wake: () => owner.wake(peer, doorbell, false),
    });
  }

  /** Whether the host was told of the peer. */
  get greeted(): boolean {
    return this.#in.greeted;
  }

  /** How the link ended, if it has. */
  get end(): LinkEnd | undefined {
    return this.#end;
  }

  /** Whether the peer is known to be gone (`expectEnd`). */
  get parted(): boolean {
    return this.#parted;
  }

  /** Whether a turn would do something. */
  needsTurn(reading: boolean): boolean {
    if (this.out.unsettled || this.#outEnd() !== undefined) return true;
    return reading && this.#in.unread;
  }

  /** Says who we are: the first record in our ring. */
  greet(): void {
    this.out.put(kindHello, writeGreeting(this.#greeting), 0, greetingBytes);
    this.out.publish();
  }

  settle(): void {
    this.out.settle();
    const end = this.#outEnd();
    if (end !== undefined) this.#finish(end);
  }

  /** Tells what came in, at most `limit` records; answers how much it told. */
  read(handler: TransportHandler, limit: number): number {
    const count = this.#in.read(handler, limit);
    const { end } = this.#in;
    if (end !== undefined) this.#finish(end);
    return count;
  }

  stop(): void {
    this.#in.stop();
  }

  /** The peer is gone: nothing more goes out; what it has published is still read. */
  expectEnd(reason: string): void {
    this.#parted = true;
    this.out.close();
    this.#in.expectEnd(reason);
  }

  /**
   * The peer's thread rings no more, which is for whoever started it to know. Until then the doorbell stays, however the link
   * ended: if the peer marked us as awake and its ring got lost, nobody else would wake us again.
   */
  dispose(): void {
    this.#doorbell.close();
  }

  /** We leave. What the ring takes at once still goes out. */
  leave(): void {
    this.out.leave();
    this.#in.leave(verdict.left);
    this.#doorbell.close();
  }

  /** What the reader at the other end, or our own ring, says against going on. */
  #outEnd(): LinkEnd | undefined {
    if (this.out.broken) return { kind: 'malformed', reason: "the reader's cursor of the ring jumped" };
    switch (this.out.verdict) {
      case verdict.reading:
        return undefined;
      case verdict.left:
        // That it left is told when its last frames were read.
        this.out.close();
        return undefined;
      case verdict.refused:
        return { kind: 'refused', reason: 'the peer refused the link' };
      case verdict.malformed:
        return { kind: 'closed', reason: 'the peer could not read what came from here' };
      default:
        return { kind: 'malformed', reason: 'the verdict of the reader is none' };
    }
  }

  #finish(end: LinkEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.out.leave();
    this.#in.leave(end.kind === 'closed' ? verdict.left : verdict[end.kind]);
  }
}
