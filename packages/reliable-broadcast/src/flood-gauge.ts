import { NodeSet, type Group, type NodeId } from '@quorate/transport/contract';
import { filled } from './filled.js';

/** Messages without effect that are forgiven from the start, and for each message that had one. */
const forgivenAtFirst = 8192;
const forgivenPerUseful = 4;

/** Lies that are reported from the start; each message with an effect adds one. A lie costs its teller almost nothing. */
const reportedAtFirst = 1024;

/**
 * Weighs messages without effect (repeated, or about instances beyond the window) against those with one. A slow network
 * makes some; very many are suspicious. A suspicion, never a proof.
 */
export class FloodGauge {
  readonly #useful: number[];
  readonly #useless: number[];
  readonly #lies: number[];
  readonly #suspected: NodeSet = new NodeSet();

  constructor({ n }: Group) {
    this.#useful = filled(n, 0);
    this.#useless = filled(n, 0);
    this.#lies = filled(n, 0);
  }

  useful(from: NodeId): void {
    this.#useful[from] = (this.#useful[from] ?? 0) + 1;
  }

  /** Counts a lie; answers whether it is still worth a report. */
  lie(from: NodeId): boolean {
    const lies = (this.#lies[from] ?? 0) + 1;
    this.#lies[from] = lies;
    return lies <= reportedAtFirst + (this.#useful[from] ?? 0);
  }

  /** Counts one; answers the count when it makes the peer suspect, once. */
  useless(from: NodeId): number | undefined {
    const useless = (this.#useless[from] ?? 0) + 1;
    this.#useless[from] = useless;
    if (useless <= forgivenAtFirst + forgivenPerUseful * (this.#useful[from] ?? 0)) return undefined;
    return this.#suspected.add(from) ? useless : undefined;
  }
}
