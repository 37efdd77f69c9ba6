/**
 * One round of a stable vector: the views that every node sent, and this node's own. A correct node's views only grow, so
 * those of one node form a chain with at most one view of each size n − f … n: f + 1 of them, and no order of arrival matters.
 */
import { allCorrect, equalBytes, type Fault, type Group, type NodeId } from '@quorate/reliable-broadcast/contract';
import { conflictingViews, malformedView } from './faults.js';
import { isWithin, sizeOf, type SenderSet } from './sender-set.js';

export class RoundViews {
  readonly #group: Group;
  readonly #round: number;
  /** Views by node, then by size; at most n · (f + 1). */
  readonly #views: Map<number, SenderSet>[] = [];
  #own: SenderSet | undefined;
  #ownSize = 0;

  constructor(group: Group, round: number) {
    this.#group = group;
    this.#round = round;
  }

  /** Whose values this node has delivered; undefined while they are fewer than n − f. */
  get own(): SenderSet | undefined {
    return this.#own;
  }

  /** This node has delivered a further value. */
  grow(own: SenderSet): void {
    this.#own = own;
    this.#ownSize = sizeOf(this.#group, own) ?? 0;
  }

  /** A node sent a view; answers what is wrong with it, if something is. A view that came before changes nothing. */
  add(from: NodeId, members: SenderSet): Fault | undefined {
    const size = sizeOf(this.#group, members);
    if (size === undefined || size < allCorrect(this.#group)) return malformedView(this.#round, members);
    const views = (this.#views[from] ??= new Map<number, SenderSet>());
    const same = views.get(size);
    if (same !== undefined && equalBytes(same, members)) return undefined;
    for (const view of views.values()) {
      if (!isWithin(view, members) && !isWithin(members, view)) return conflictingViews(this.#round, view, members);
    }
    views.set(size, new Uint8Array(members));
    return undefined;
  }

  /** How many nodes have sent a view equal to this node's own: its buddies, itself included. */
  buddies(): number {
    const own = this.#own;
    if (own === undefined) return 0;
    return this.#views.filter((views) => equalBytes(views?.get(this.#ownSize) ?? none, own)).length;
  }
}

const none = new Uint8Array(0);
