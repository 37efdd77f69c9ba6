/** What was said in an agreement that this node has not begun. A correct node is at most one agreement ahead. */
import type { Group, NodeId } from '@quorate/transport/contract';
import type { AgreementMessage } from './stages.js';
import { compare, type Place } from './claims.js';

export class EarlyMessages {
  /** Messages of one agreement for each node, at most `#most`. */
  readonly #kept: AgreementMessage[][];
  readonly #most: number;

  constructor({ n, f }: Group) {
    this.#kept = Array.from({ length: n }, () => []);
    this.#most = 3 * (f + 1) + 2;
  }

  /** Keeps a message; those of another agreement that the same node spoke in before make room for it. */
  keep(from: NodeId, message: AgreementMessage): void {
    const kept = this.#kept[from] ?? [];
    const [first] = kept;
    if (first !== undefined && compare(first, message) !== 0) kept.length = 0;
    if (kept.length < this.#most) kept.push(message);
  }

  /** What was said in this agreement. Everything else stays. */
  take(place: Place): readonly (readonly [NodeId, AgreementMessage])[] {
    const taken: (readonly [NodeId, AgreementMessage])[] = [];
    for (const [node, kept] of this.#kept.entries()) {
      const [first] = kept;
      if (first === undefined || compare(first, place) !== 0) continue;
      for (const message of kept.splice(0)) taken.push([node as NodeId, message]);
    }
    return taken;
  }

  /** What this node said no longer holds. */
  forget(from: NodeId): void {
    this.#kept[from]?.splice(0);
  }

  clear(): void {
    for (const kept of this.#kept) kept.length = 0;
  }
}
