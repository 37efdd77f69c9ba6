import type { NodeId } from './node-id.js';

/** A set of nodes: bits of one machine integer up to 32 nodes, and of further words behind them. Bounded by n. */
export class NodeSet {
  #low = 0;
  #high: Uint32Array | undefined;
  #size = 0;

  /** Number of nodes in the set. */
  get size(): number {
    return this.#size;
  }

  /** Adds a node; tells whether it was new. */
  add(node: NodeId): boolean {
    return node < 32 ? this.#addLow(1 << node) : this.#addHigh(node);
  }

  has(node: NodeId): boolean {
    if (node < 32) return (this.#low & (1 << node)) !== 0;
    return ((this.#high?.[(node >>> 5) - 1] ?? 0) & (1 << (node & 31))) !== 0;
  }

  /** The nodes in ascending order. */
  *[Symbol.iterator](): Generator<NodeId> {
    const words = [this.#low, ...(this.#high ?? [])];
    for (const [index, word] of words.entries()) {
      for (let bit = 0; bit < 32; bit++) {
        if ((word & (1 << bit)) !== 0) yield (index * 32 + bit) as NodeId;
      }
    }
  }

  #addLow(bit: number): boolean {
    if ((this.#low & bit) !== 0) return false;
    this.#low |= bit;
    this.#size++;
    return true;
  }

  #addHigh(node: NodeId): boolean {
    // Node ids are range-checked against a group of at most 256 before they come here.
    this.#high ??= new Uint32Array(7);
    const word = (node >>> 5) - 1;
    const before = this.#high[word] ?? 0;
    const after = (before | (1 << (node & 31))) >>> 0;
    if (after === before) return false;
    this.#high[word] = after;
    this.#size++;
    return true;
  }
}
