import type { NodeId } from '@quorate/reliable-broadcast/contract';
import { Claims } from './claims.js';
import type { OfRound } from './round-ring.js';

/** What a node knows of one round: at most one value and one report of each node. */
export class RoundState implements OfRound {
  round = -1;
  /** This node put its value in. */
  putIn = false;
  /** This node sent its report. */
  reported = false;
  /** Whoever uses this node needs nothing more; the others may still need its report. */
  finished = false;
  /** Reports, against the nodes whose values are there; who made a confirmed one is a witness. */
  readonly reports: Claims;
  readonly #values: (Uint8Array | undefined)[];

  constructor(n: number) {
    this.reports = new Claims(n);
    this.#values = Array.from({ length: n }, () => undefined);
  }

  reset(round: number): void {
    this.round = round;
    this.putIn = this.reported = this.finished = false;
    this.reports.reset();
    this.#values.fill(undefined);
  }

  /** Adds the value of a node that has none yet. */
  addValue(sender: NodeId, value: Uint8Array): void {
    this.reports.add(sender);
    this.#values[sender] = value;
  }

  /** The value of a node, if it is there. */
  valueOf(sender: NodeId): Uint8Array | undefined {
    return this.#values[sender];
  }

  /** The values, in the order of nodes. */
  values(nodes: readonly NodeId[]): Map<NodeId, Uint8Array> {
    const values = new Map<NodeId, Uint8Array>();
    for (const sender of nodes) {
      const value = this.#values[sender];
      if (value !== undefined) values.set(sender, value);
    }
    return values;
  }
}
