import type { Fault } from './fault.js';
import type { NodeId } from './node-id.js';

/** What is known against a peer: the first fault of a kind with its evidence, and how often it came. */
export interface FaultRecord extends Fault {
  readonly peer: NodeId;
  /** How often. */
  readonly count: number;
}

/** Kinds that are kept per peer. Kinds are ours, so this is a guard against our own mistakes, not against peers. */
const maxKinds = 64;

/** One record per peer and kind, however often a peer misbehaves. */
export class FaultLog {
  readonly #records = new Map<NodeId, Map<string, { fault: Fault; count: number }>>();
  /** All faults that were ever reported. */
  total = 0;

  /** How often the peer did this before. */
  count(peer: NodeId, kind: string): number {
    return this.#records.get(peer)?.get(kind)?.count ?? 0;
  }

  /** Counts a fault, and keeps it if it is the first of its kind. Answers how often it came, this one included. */
  add(peer: NodeId, fault: Fault): number {
    this.total++;
    let kinds = this.#records.get(peer);
    if (kinds === undefined) {
      kinds = new Map<string, { fault: Fault; count: number }>();
      this.#records.set(peer, kinds);
    }
    const record = kinds.get(fault.kind);
    if (record !== undefined) return ++record.count;
    if (kinds.size < maxKinds) kinds.set(fault.kind, { fault, count: 1 });
    return 1;
  }

  /** By peer, then in the order in which the kinds were first seen. */
  snapshot(): readonly FaultRecord[] {
    const peers = [...this.#records].toSorted(([a], [b]) => a - b);
    return peers.flatMap(([peer, kinds]) => [...kinds.values()].map(({ fault, count }) => ({ ...fault, peer, count })));
  }
}
