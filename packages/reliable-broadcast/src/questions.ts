/**
 * Catch-up: how a slow but correct node still delivers everything (totality), although everybody's memory is bounded.
 *
 * Whatever a node had to drop (outside its window, lost with a cut link), it asks the peer to repeat once it has room. An
 * answer repeats the peer's own input, echo and vote of open instances, and gives delivered payloads as `delivered`. The
 * asking side paces itself; the answering side (`Answering`) is bounded per peer. Single payloads that a quota kept out are
 * asked for apart (`Instance.dropped`): they would make every round of questions begin at the same place.
 */
import type { NodeId } from '@quorate/transport/contract';
import { instancesPerAnswer } from './message.js';

/** How far an answer got, by index; see `Progress`. */
export interface Answered {
  readonly oldest: number;
  readonly next: number;
  readonly head: number;
}

/** What one lane has to ask of whom. At most one question per peer is under way. Most lanes never ask: the tables by peer begin empty. */
export class Questions {
  /** Lowest index that was dropped. */
  readonly #missed: (number | undefined)[] = [];
  /** The index that the question under way begins at. */
  readonly #asked: (number | undefined)[] = [];
  /** What each peer last said its log begins at. */
  readonly #oldest: number[] = [];
  /** What each peer must speak of before it is asked once more, though nothing moved here. */
  readonly #nextProbe: number[] = [];
  #lowest = Infinity;

  /** Lowest index that must be asked for, of anybody. */
  get lowest(): number {
    return this.#lowest;
  }

  /** Something at `index` from `peer` was dropped. */
  note(peer: NodeId, index: number): void {
    if (index < (this.#missed[peer] ?? Infinity)) this.#missed[peer] = index;
    if (index < this.#lowest) this.#lowest = index;
  }

  /**
   * `peer` spoke of `index`, beyond the window. Whoever stands still while a peer goes on by a whole window may wait for what
   * is kept nowhere any more, and only another answer tells: one question per window that the peer goes on by.
   */
  probe(peer: NodeId, index: number, low: number, window: number): boolean {
    if (index < (this.#nextProbe[peer] ?? 0)) return false;
    this.#nextProbe[peer] = index + window;
    this.note(peer, low);
    return true;
  }

  /** The link to `peer` was cut: a question under way, or its answer, may be lost. */
  forget(peer: NodeId): void {
    this.#asked[peer] = undefined;
  }

  /** Takes the questions that can be asked now that the window ends at `end`. */
  take(low: number, end: number, ask: (peer: NodeId, from: number, count: number) => void): void {
    this.#lowest = Infinity;
    for (const [peer, missed] of this.#missed.entries()) {
      if (missed === undefined || this.#asked[peer] !== undefined) continue;
      if (missed < end) {
        const from = Math.max(missed, low);
        this.#missed[peer] = undefined;
        this.#asked[peer] = from;
        ask(peer as NodeId, from, Math.min(instancesPerAnswer, end - from));
      } else if (missed < this.#lowest) {
        this.#lowest = missed;
      }
    }
  }

  /**
   * A peer ended its answer to the question from `from` on. Answers whether more can be asked at once; false when the peer
   * was not asked, or refused: then it is asked again when something else has moved, or a liar would keep us asking.
   */
  answered(peer: NodeId, from: number, { oldest, next, head }: Answered): boolean {
    if (this.#asked[peer] !== from) return false;
    this.#asked[peer] = undefined;
    this.#oldest[peer] = oldest;
    if (next < head) this.note(peer, Math.max(next, from));
    this.#lowest = Math.min(this.#lowest, this.#missed[peer] ?? Infinity);
    return next > from || next >= head;
  }

  /** Whether `peer` was asked from `from` on and has not answered. */
  isAsked(peer: NodeId, from: number): boolean {
    return this.#asked[peer] === from;
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
