import { NodeSet, type NodeId } from '@quorate/reliable-broadcast/contract';
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
  /** The nodes whose values are there, and the values. */
  senders: NodeSet = new NodeSet();
  readonly #values: (Uint8Array | undefined)[];
  /** The report of each node, and how many of the values that it names are missing; 0 makes a witness. */
  readonly #reports: (NodeSet | undefined)[];
  readonly #missing: number[];
  #witnesses = 0;

  constructor(n: number) {
    this.#values = Array.from({ length: n }, () => undefined);
    this.#reports = Array.from({ length: n }, () => undefined);
    this.#missing = Array.from({ length: n }, () => 0);
  }

  reset(round: number): void {
    this.round = round;
    this.putIn = this.reported = this.finished = false;
    this.senders = new NodeSet();
    this.#values.fill(undefined);
    this.#reports.fill(undefined);
    this.#witnesses = 0;
  }

  /** Number of nodes whose report is confirmed. */
  get witnessCount(): number {
    return this.#witnesses;
  }

  hasReport(reporter: NodeId): boolean {
    return this.#reports[reporter] !== undefined;
  }

  /** Adds a value; false when the sender has one already. Reports that waited for it alone make witnesses. */
  addValue(sender: NodeId, value: Uint8Array): boolean {
    if (!this.senders.add(sender)) return false;
    this.#values[sender] = value;
    const reports = this.#reports;
    for (let reporter = 0; reporter < reports.length; reporter++) {
      const report = reports[reporter];
      if (report === undefined || !report.has(sender)) continue;
      const missing = (this.#missing[reporter] ?? 0) - 1;
      this.#missing[reporter] = missing;
      if (missing === 0) this.#witnesses++;
    }
    return true;
  }

  /** Adds a node's only report; answers whether that makes it a witness at once. */
  addReport(reporter: NodeId, report: NodeSet): boolean {
    const missing = report.missingIn(this.senders);
    this.#reports[reporter] = report;
    this.#missing[reporter] = missing;
    if (missing > 0) return false;
    this.#witnesses++;
    return true;
  }

  /** The values, in the order of nodes. */
  values(): Map<NodeId, Uint8Array> {
    const values = new Map<NodeId, Uint8Array>();
    for (const sender of this.senders) {
      const value = this.#values[sender];
      if (value !== undefined) values.set(sender, value);
    }
    return values;
  }

  /** The witnesses, in the order of nodes. */
  witnesses(nodes: readonly NodeId[]): Set<NodeId> {
    const witnesses = new Set<NodeId>();
    for (const node of nodes) {
      if (this.#reports[node] !== undefined && this.#missing[node] === 0) witnesses.add(node);
    }
    return witnesses;
  }
}
