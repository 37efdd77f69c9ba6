/** A round collector as a node of the command runs it: it puts values into one round after the other, and lets go of what it has. */
import type { Collected, RoundValue } from '@quorate/reliable-broadcast';
import {
  noEffects,
  putsNothingOut,
  type Effect,
  type NodeId,
  type Protocol,
  type Schema,
  type Step,
} from '@quorate/transport';

/** A collector of any layer. One with witnesses can finish a round while the others still need something of it. */
export interface Collecting<M, O extends Collected> extends Protocol<RoundValue, M, O> {
  readonly lowestRound: number;
  readonly openRounds: number;
  close(round: number): void;
  finish?(round: number): void;
}

/** What becomes of a round that has come out. */
export interface RoundPolicy {
  /** A round is let go of when so many later ones were put into; what grows in it until then comes out again. */
  readonly keep: number;
  /** Only the first output of a round comes out. */
  readonly once: boolean;
}

/** Keeps to the window of a collector, and moves it. */
export class RoundByRound<M, O extends Collected> implements Protocol<RoundValue, M, O> {
  readonly schema: Schema<M>;
  readonly #inner: Collecting<M, O>;
  readonly #policy: RoundPolicy;
  /** Rounds that came out, of those that the collector keeps. */
  readonly #out = new Set<number>();
  /** Of these, the ones that nothing more is wanted of. */
  readonly #done = new Set<number>();
  #next = 0;

  constructor(inner: Collecting<M, O>, policy: RoundPolicy) {
    this.schema = inner.schema;
    this.#inner = inner;
    this.#policy = policy;
  }

  get ready(): boolean {
    return this.#inner.ready && this.#next < this.#inner.lowestRound + this.#inner.openRounds;
  }

  /** A round that the others have left behind is passed over. */
  input({ round, value }: RoundValue): Step<M, O> {
    this.#next = round + 1;
    if (round < this.#inner.lowestRound) return noEffects;
    const step = this.#told(this.#inner.input({ round, value }));
    this.#letGo();
    return step;
  }

  receive(from: NodeId, message: M): Step<M, O> {
    return this.#after(this.#inner.receive(from, message));
  }

  reopened(peer: NodeId, incarnation: number): Step<M, O> {
    return this.#after(this.#inner.reopened?.(peer, incarnation) ?? noEffects);
  }

  /** Most steps put nothing out, and then there is nothing to let go of either. */
  #after(step: Step<M, O>): Step<M, O> {
    if (putsNothingOut(step)) return step;
    const told = this.#told(step);
    this.#letGo();
    return told;
  }

  #told(step: Step<M, O>): Step<M, O> {
    return step.filter((effect) => this.#isTold(effect));
  }

  #isTold(effect: Effect<M, O>): boolean {
    if (effect.kind !== 'output') return true;
    const { round } = effect.value;
    if (this.#out.has(round)) return !this.#policy.once;
    this.#out.add(round);
    return true;
  }

  /** Before its own value is in, a node lets no round go: the others may need it. */
  #letGo(): void {
    const end = this.#next - this.#policy.keep;
    for (const round of this.#out) {
      if (round < this.#inner.lowestRound) this.#forget(round);
      else if (round < end && !this.#done.has(round)) this.#finish(round);
    }
  }

  #finish(round: number): void {
    this.#done.add(round);
    if (this.#inner.finish !== undefined) return this.#inner.finish(round);
    let lowest = this.#inner.lowestRound;
    while (this.#done.has(lowest)) lowest++;
    this.#inner.close(lowest);
  }

  #forget(round: number): void {
    this.#out.delete(round);
    this.#done.delete(round);
  }
}
