import type { NodeId } from '../node-id.js';
import type { LinkEnd } from './inbound.js';
import { Link, type LinkOffer, type LinkOwner, type LinkSetup } from './link.js';

/** The links to the lives of the other nodes: those that live, and what is left of others. */
export class Peers {
  /** The live links, in no order. */
  live: readonly Link[] = [];
  readonly #setup: Omit<LinkSetup, 'known'>;
  readonly #owner: LinkOwner;
  readonly #ring: () => void;
  /** For each peer its live link, alone in a list: what takes many takes one. */
  readonly #byPeer: (readonly [Link] | undefined)[] = [];
  /** Links that ended, to peers whose threads may still ring. */
  #ended: Link[] = [];
  /** New lives of peers whose former life is not told to its end. */
  readonly #offers = new Map<NodeId, LinkOffer>();
  readonly #known = new Set<NodeId>();

  /** `ring` is called when a peer rings. */
  constructor(setup: Omit<LinkSetup, 'known'>, owner: LinkOwner, ring: () => void) {
    this.#setup = setup;
    this.#owner = owner;
    this.#ring = ring;
  }

  /** The live link to a peer, if there is one. */
  to(peer: NodeId): readonly Link[] {
    return this.#byPeer[peer] ?? [];
  }

  /** A peer lives, or lives anew. Answers its link, unless the former one has to end first. */
  meet(offer: LinkOffer): Link | undefined {
    if (this.#byPeer[offer.peer] === undefined) return this.#install(offer);
    this.#offers.set(offer.peer, offer);
    return undefined;
  }

  /** A peer's thread is gone, or has closed its transport: it rings no more. */
  part(peer: NodeId, reason: string): void {
    for (const link of this.#ended) if (link.peer === peer) link.dispose();
    this.#ended = this.#ended.filter((link) => link.peer !== peer);
    const offer = this.#offers.get(peer);
    this.#offers.delete(peer);
    if (offer !== undefined) offer.doorbell.close();
    else for (const link of this.to(peer)) link.expectEnd(reason);
  }

  /** Takes out the links that have ended since; puts new lives in their place. */
  sweep(told: (peer: NodeId, end: LinkEnd) => void, met: (link: Link) => void): void {
    for (const link of this.live) {
      const { end, peer } = link;
      if (end === undefined) continue;
      this.live = this.live.filter((other) => other !== link);
      this.#byPeer[peer] = undefined;
      if (link.parted) link.dispose();
      else this.#ended.push(link);
      if (link.greeted) this.#known.add(peer);
      told(peer, end);
      const offer = this.#offers.get(peer);
      this.#offers.delete(peer);
      if (offer !== undefined) met(this.#install(offer));
    }
  }

  /** We leave: what the rings take at once still goes out. */
  leave(): void {
    for (const link of this.live) {
      link.stop();
      link.leave();
    }
    for (const link of this.#ended) link.dispose();
    for (const { doorbell } of this.#offers.values()) doorbell.close();
    this.live = [];
    this.#byPeer.length = 0;
    this.#ended = [];
    this.#offers.clear();
  }

  #install(offer: LinkOffer): Link {
    const { doorbell, peer } = offer;
    const link = new Link(offer, { ...this.#setup, known: this.#known.has(peer) }, this.#owner);
    this.live = [...this.live, link];
    this.#byPeer[peer] = [link];
    doorbell.on('message', this.#ring);
    // The group's own port keeps the thread alive.
    doorbell.unref();
    return link;
  }
}
