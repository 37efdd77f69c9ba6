/**
 * What was said in an agreement. The first word of a node in a step counts, and no other.
 *
 * A node that crashed and came back may say other things than before: it knows no more what it said, and counts among the f. Two different
 * words are evidence only when they come from one life.
 */
import type { Group, NodeId } from '@quorate/transport/contract';
import { alike, type AgreementMessage } from './stages.js';
import { keyOf, type Opinion } from './value.js';

export class Words {
  readonly #n: number;
  /** The first word, by stage · n + node. */
  readonly #first: (AgreementMessage | undefined)[];
  /** The first word of the life that the node is in. */
  readonly #ofLife: (AgreementMessage | undefined)[];
  /** How many nodes were heard, by stage. */
  readonly #count: number[];

  constructor({ n }: Group, stages: number) {
    this.#n = n;
    this.#first = Array.from({ length: stages * n }, () => undefined);
    this.#ofLife = [...this.#first];
    this.#count = Array.from({ length: stages }, () => 0);
  }

  /** Takes a word. Answers what the same life said before, if that was something else. */
  hear(stage: number, from: NodeId, message: AgreementMessage): AgreementMessage | undefined {
    const place = stage * this.#n + from;
    if (this.#first[place] === undefined) {
      this.#first[place] = message;
      this.#count[stage] = this.count(stage) + 1;
    }
    const before = (this.#ofLife[place] ??= message);
    return alike(before, message) ? undefined : before;
  }

  /** What the node says from now on may be of another life. */
  startAnew(node: NodeId): void {
    for (let place: number = node; place < this.#ofLife.length; place += this.#n) this.#ofLife[place] = undefined;
  }

  /** How many nodes were heard in a step. */
  count(stage: number): number {
    return this.#count[stage] ?? 0;
  }

  /** What a node said in a step. */
  of(stage: number, node: number): AgreementMessage | undefined {
    return this.#first[stage * this.#n + node];
  }

  /** The opinion that most nodes uttered in a step, and how many; the first of equals. */
  strongest(stage: number): { readonly opinion: Opinion; readonly count: number } | undefined {
    const counts = new Map<string, { readonly opinion: Opinion; count: number }>();
    for (let node = 0; node < this.#n; node++) {
      const said = this.of(stage, node);
      if (said === undefined || said.kind === 'settled' || (said.kind === 'support' && !said.supported)) continue;
      const key = keyOf(said.value);
      const counted = counts.get(key);
      if (counted === undefined) counts.set(key, { opinion: said.value, count: 1 });
      else counted.count++;
    }
    let best: { readonly opinion: Opinion; readonly count: number } | undefined;
    for (const one of counts.values()) if (one.count > (best?.count ?? 0)) best = one;
    return best;
  }
}
