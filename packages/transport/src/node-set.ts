import type { NodeId } from './node-id.js';

/** Bytes of a set of a group of `n` on the wire. */
export const nodeSetBytes = (n: number): number => (n + 7) >>> 3;

/** How many bits of a 32-bit word are set. */
function onesIn(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  const fours = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

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

  /** How many nodes of this set `other` lacks. */
  missingIn(other: NodeSet): number {
    let missing = onesIn(this.#low & ~other.#low);
    for (const [index, word] of (this.#high ?? []).entries()) missing += onesIn(word & ~(other.#high?.[index] ?? 0));
    return missing;
  }

  /** The set of a group of `n` as bits, ⌈n / 8⌉ bytes: node k is bit k mod 8 of byte ⌊k / 8⌋. */
  toBytes(n: number): Uint8Array {
    const bytes = new Uint8Array(nodeSetBytes(n));
    for (let at = 0; at < bytes.length; at++) bytes[at] = this.#word(at >>> 2) >>> ((at & 3) * 8);
    return bytes;
  }

  /** The set that these bits say, or undefined when they are no set of a group of `n`: another length, or a node beyond it. */
  static fromBytes(bytes: Uint8Array, n: number): NodeSet | undefined {
    if (bytes.length !== nodeSetBytes(n)) return undefined;
    const beyond = n & 7;
    if (beyond !== 0 && (bytes[bytes.length - 1] ?? 0) >>> beyond !== 0) return undefined;
    const set = new NodeSet();
    for (let at = 0; at < bytes.length; at++) set.#setByte(at, bytes[at] ?? 0);
    return set;
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

  #word(index: number): number {
    return index === 0 ? this.#low : (this.#high?.[index - 1] ?? 0);
  }

  #setByte(at: number, byte: number): void {
    if (byte === 0) return;
    const bits = byte << ((at & 3) * 8);
    if (at < 4) {
      this.#low |= bits;
    } else {
      this.#high ??= new Uint32Array(7);
      const word = (at >>> 2) - 1;
      this.#high[word] = (this.#high[word] ?? 0) | bits;
    }
    this.#size += onesIn(byte);
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
