/** What the others say of where they are. One word of each node is kept: the latest. */
import { oneCorrect, type Group, type NodeId } from '@quorate/transport/contract';
import type { Hello, Ready } from './message.js';
import { saidBy, type Batch } from './value.js';

/** Names an instance. */
export interface Place {
  readonly round: number;
  readonly attempt: number;
}

/** Negative when `a` comes before `b`. */
export const compare = (a: Place, b: Place): number => a.round - b.round || a.attempt - b.attempt;

/** Where a restarted group finds out where to begin. */
export const beginning: Place = { round: 0, attempt: 0 };

const isBeginning = ({ round }: Place): boolean => round === 0;

export class Claims {
  readonly #group: Group;
  readonly #ready: (Ready | undefined)[];
  readonly #hello: (Hello | undefined)[];
  /** Who has said hello since this node did itself: one hello is a reason to start anew once. */
  readonly #fresh = new Set<NodeId>();

  constructor(group: Group) {
    this.#group = group;
    this.#ready = Array.from({ length: group.n }, () => undefined);
    this.#hello = Array.from({ length: group.n }, () => undefined);
  }

  /** A node has started: what it said in an earlier life no longer holds. True when it had not said so before. */
  hello(from: NodeId, hello: Hello): boolean {
    const first = this.#hello[from] === undefined;
    this.#hello[from] = hello;
    this.#fresh.add(from);
    if (!isBeginning(this.#ready[from] ?? beginning)) this.#ready[from] = undefined;
    return first;
  }

  /** A node is ready for an instance. Claims only rise, but for those who start anew. */
  ready(from: NodeId, ready: Ready): void {
    const last = this.#ready[from];
    if (last !== undefined && compare(ready, last) <= 0) return;
    this.#ready[from] = ready;
    if (!isBeginning(ready)) this.#hello[from] = undefined;
  }

  /** Who falls back to the start asks anew where everybody is. */
  clear(): void {
    this.#ready.fill(undefined);
    this.#fresh.clear();
  }

  /** From now on hellos count anew. */
  forgetHellos(): void {
    this.#hello.fill(undefined);
  }

  /** Who was at the beginning has begun: a hello of before does not count any more. */
  forgetBeginning(): void {
    for (const [node, ready] of this.#ready.entries()) {
      if (ready !== undefined && isBeginning(ready)) this.#hello[node] = undefined;
    }
  }

  /** Nodes but for this one that say that they have started, since this one did, and nothing since. */
  starting(self: NodeId): number {
    return this.#hello.filter((one, node) => one !== undefined && node !== self && this.#fresh.has(node as NodeId))
      .length;
  }

  /** Nodes that have started, and may be at the beginning already. */
  get present(): number {
    return this.#ready.filter((one, node) => this.#hello[node] !== undefined || (one !== undefined && isBeginning(one)))
      .length;
  }

  /** Nodes that are ready to find out where to begin, and were heard of at no later place since. */
  get beginning(): number {
    return this.#ready.filter((one) => one !== undefined && isBeginning(one)).length;
  }

  /** Nodes that are ready for this instance or a later one. */
  reached(place: Place): number {
    return this.#ready.filter((one) => one !== undefined && compare(one, place) >= 0).length;
  }

  /** The latest instance that f + 1 nodes have reached, so a correct one has; not the beginning. */
  credible(): Place | undefined {
    const places = this.#ready.filter((one) => one !== undefined && !isBeginning(one)) as readonly Ready[];
    return places.toSorted((a, b) => compare(b, a))[oneCorrect(this.#group) - 1];
  }

  /** How many rounds f + 1 starting nodes have decided, so a correct one has. */
  credibleRounds(): number {
    const rounds = this.#hello.map((one) => (one === undefined ? 0 : one.round)).toSorted((a, b) => b - a);
    return rounds[oneCorrect(this.#group) - 1] ?? 0;
  }

  /** The decision of a round on the word of f + 1 nodes that are about to begin the next. */
  decisionOf(round: number): Batch | undefined {
    const claims = this.#ready.filter((one) => one?.round === round + 1);
    return saidBy(
      oneCorrect(this.#group),
      claims.map((one) => one?.decision),
    );
  }
}
