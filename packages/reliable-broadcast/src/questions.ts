/**
 * Catch-up: how a slow but correct node still delivers everything (totality), although everybody's memory is bounded.
 *
 * Whatever a node had to drop (outside its window, over a quota, lost with a cut link), it asks the peer to repeat once it
 * has room. An answer repeats the peer's own input, echo and vote of open instances, and gives delivered payloads as
 * `delivered`. The asking side paces itself; the answering side (`Answering`) is bounded per peer.
 */
import type { NodeId } from '@quorate/transport/contract';

/** What one lane has to ask of whom. At most one question per peer is under way. */
export class Questions {
  /** Lowest index that was dropped, by peer. */
  readonly #missed: number[];
  /** The index that the question under way begins at, or −1. */
  readonly #asked: number[];
  /** What each peer last said its log begins at. */
  readonly #oldest: number[];
  #lowest = Infinity;

  constructor(nodes: number) {
    this.#missed = Array.from({ length: nodes }, () => Infinity);
    this.#asked = Array.from({ length: nodes }, () => -1);
    this.#oldest = Array.from({ length: nodes }, () => 0);
  }

  /** Lowest index that must be asked for, of anybody. */
  get lowest(): number {
    return this.#lowest;
  }

  /** Something at `index` from `peer` was dropped. */
  note(peer: NodeId, index: number): void {
    if (index < (this.#missed[peer] ?? 0)) this.#missed[peer] = index;
    if (index < this.#lowest) this.#lowest = index;
  }

  /** The link to `peer` was cut: a question under way, or its answer, may be lost. */
  forget(peer: NodeId): void {
    this.#asked[peer] = -1;
  }

  /** Takes the questions that can be asked now that the window ends at `end`: `ask(peer, from)`. */
  take(low: number, end: number, ask: (peer: NodeId, from: number) => void): void {
    this.#lowest = Infinity;
    for (const [peer, missed] of this.#missed.entries()) {
      if (missed < end && this.#asked[peer] === -1) {
        const from = Math.max(missed, low);
        this.#missed[peer] = Infinity;
        this.#asked[peer] = from;
        ask(peer as NodeId, from);
      } else if (missed < this.#lowest && this.#asked[peer] === -1) {
        this.#lowest = missed;
      }
    }
  }

  /** A peer ended its answer. False when nobody asked. */
  answered(peer: NodeId, oldest: number, next: number, head: number): boolean {
    const from = this.#asked[peer] ?? -1;
    if (from === -1) return false;
    this.#asked[peer] = -1;
    this.#oldest[peer] = oldest;
    // An answer that gets nowhere is the last one: otherwise a liar keeps us asking.
    if (next > from && next < head) this.note(peer, next);
    else if (this.#missed[peer] !== Infinity) this.#lowest = Math.min(this.#lowest, this.#missed[peer] ?? Infinity);
    return true;
  }

  /**
   * The index below which at least one of `enough` = f + 1 nodes has nothing left: the (f + 1)-th largest claim, so that
   * f liars cannot push it up.
   */
  lostBelow(enough: number): number {
    const claims = this.#oldest.toSorted((a, b) => b - a);
    return claims[enough - 1] ?? 0;
  }
}
