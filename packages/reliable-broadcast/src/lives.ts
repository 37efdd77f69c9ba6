import { oneCorrect, QuorateError, type Group, type NodeId } from '@quorate/transport/contract';
import { Lane } from './lane.js';
import type { Limits } from './limits.js';
import { incarnationOf, maxIncarnation } from './sequence.js';

/** So many lives of a sender are served; only a sender that counts among the f has more. */
const servedLives = 4;

/**
 * The lanes of one sender: one for each of its last lives. A sender that is started anew without its memory begins a new
 * lane, so that its numbers never repeat; instances of the lives before can still complete.
 */
export class Lives {
  readonly #sender: NodeId;
  readonly #group: Group;
  readonly #limits: Limits;
  readonly #lanes: (Lane | undefined)[] = [];
  /** Highest life that each peer spoke of. */
  readonly #claims: number[] = [];
  #current: Lane;

  constructor(sender: NodeId, incarnation: number, group: Group, limits: Limits) {
    this.#sender = sender;
    this.#group = group;
    this.#limits = limits;
    this.#beginUpTo(incarnation - 1);
    this.#current = this.#make(incarnation);
  }

  get current(): Lane {
    return this.#current;
  }

  /** All lanes that are served, the current one among them. */
  *[Symbol.iterator](): Generator<Lane> {
    for (const lane of this.#lanes) {
      if (lane !== undefined) yield lane;
    }
  }

  /** The lane of a sequence number; undefined when that life is too old, or nobody vouched for it yet. */
  lane(sequence: number): Lane | undefined {
    if (this.#current.covers(sequence)) return this.#current;
    const life = incarnationOf(sequence);
    const known = this.#lanes[life % servedLives];
    return known?.incarnation === life ? known : undefined;
  }

  /**
   * The transport says that the sender lives for the `life`-th time. Never the sender itself: whoever could begin lives by
   * a message could close the ones before, and with them instances that others have delivered. Answers the lanes that
   * are new, with a question noted for everybody who spoke of them before.
   */
  begin(life: number): readonly Lane[] {
    if (life <= this.#current.incarnation || life > maxIncarnation) return none;
    const lanes = this.#beginUpTo(life - 1);
    this.#current = this.#make(life);
    lanes.push(this.#current);
    for (const lane of lanes) {
      for (const [node, claim] of this.#claims.entries()) {
        if (claim >= lane.incarnation) lane.questions.note(node as NodeId, 0);
      }
    }
    return lanes;
  }

  /** `peer` spoke of a life that is not begun here. It begins when f + 1 nodes do: one of them is correct. */
  vouch(peer: NodeId, life: number): readonly Lane[] {
    if (life <= (this.#claims[peer] ?? 0)) return none;
    this.#claims[peer] = life;
    return this.begin(this.#claims.toSorted((a, b) => b - a)[oneCorrect(this.#group) - 1] ?? 0);
  }

  /** Makes the lanes of the lives up to `life` that will be served and are not there yet. */
  #beginUpTo(life: number): Lane[] {
    const lanes: Lane[] = [];
    for (let known = Math.max(0, life - servedLives + 2); known <= life; known++) {
      if (this.#lanes[known % servedLives]?.incarnation !== known) lanes.push(this.#make(known));
    }
    return lanes;
  }

  #make(life: number): Lane {
    const lane = new Lane(this.#sender, life, this.#limits);
    this.#lanes[life % servedLives] = lane;
    return lane;
  }
}

const none: readonly Lane[] = Object.freeze([]);

/** The lives of one sender. Throws Q1002 on a node that is none: decoders refuse it, so that our caller passed it. */
export function livesOf(lives: readonly Lives[], sender: NodeId): Lives {
  const found = lives[sender];
  if (found === undefined) throw new QuorateError('Q1002', `there is no node ${sender} in a group of ${lives.length}`);
  return found;
}
