import { NodeSet, type NodeId } from '@quorate/reliable-broadcast/contract';

/**
 * Sets of nodes that other nodes claim to have, one of each, against the set that this node has itself. A claim is confirmed
 * as soon as this node has everything that it names: reports against values, aggregated reports against witnesses.
 */
export class Claims {
  /** What this node has. */
  own: NodeSet = new NodeSet();
  readonly #claims: (NodeSet | undefined)[];
  /** How much of each claim this node lacks. */
  readonly #missing: number[];
  #confirmed = 0;

  constructor(n: number) {
    this.#claims = Array.from({ length: n }, () => undefined);
    this.#missing = Array.from({ length: n }, () => 0);
  }

  reset(): void {
    this.own = new NodeSet();
    this.#claims.fill(undefined);
    this.#confirmed = 0;
  }

  /** Number of confirmed claims. */
  get confirmedCount(): number {
    return this.#confirmed;
  }

  /** What a node claimed, if it did. */
  of(claimant: NodeId): NodeSet | undefined {
    return this.#claims[claimant];
  }

  /** This node has one more; answers whether it is new. Only the claims that waited for it are looked at. */
  add(node: NodeId): boolean {
    if (!this.own.add(node)) return false;
    const claims = this.#claims;
    for (let claimant = 0; claimant < claims.length; claimant++) {
      const claim = claims[claimant];
      if (claim === undefined || !claim.has(node)) continue;
      const missing = (this.#missing[claimant] ?? 0) - 1;
      this.#missing[claimant] = missing;
      if (missing === 0) this.#confirmed++;
    }
    return true;
  }

  /** A node's only claim; answers whether it is confirmed at once. */
  claim(claimant: NodeId, claim: NodeSet): boolean {
    const missing = claim.missingIn(this.own);
    this.#claims[claimant] = claim;
    this.#missing[claimant] = missing;
    if (missing > 0) return false;
    this.#confirmed++;
    return true;
  }

  /** Whose claims are confirmed, in the order of nodes. */
  confirmed(nodes: readonly NodeId[]): Set<NodeId> {
    const confirmed = new Set<NodeId>();
    for (const node of nodes) {
      if (this.#claims[node] !== undefined && this.#missing[node] === 0) confirmed.add(node);
    }
    return confirmed;
  }
}
