/**
 * What was said in an agreement. The first word of a node in a step counts, and no other.
 *
 * A node that crashed and came back may say other things than before: it knows no more what it said, and counts among the f. Two different
 * words are evidence only when they come from one life.
 */
import type { NodeId } from '@quorate/transport/contract';
import { alike, type AgreementMessage } from './stages.js';
import { keyOf, type Opinion } from './value.js';

type Said = Map<NodeId, AgreementMessage>;

export class Words {
  /** The first word of each node, by stage. */
  readonly #first: readonly Said[];
  /** The first word of the life that each node is in. */
  readonly #ofLife: readonly Said[];

  constructor(stages: number) {
    this.#first = Array.from({ length: stages }, () => new Map<NodeId, AgreementMessage>());
    this.#ofLife = this.#first.map(() => new Map<NodeId, AgreementMessage>());
  }

  /** Takes a word. Answers what the same life said before, if that was something else. */
  hear(stage: number, from: NodeId, message: AgreementMessage): AgreementMessage | undefined {
    keepFirst(at(this.#first, stage), from, message);
    const before = keepFirst(at(this.#ofLife, stage), from, message);
    return alike(before, message) ? undefined : before;
  }

  /** What the node says from now on may be of another life. */
  startAnew(node: NodeId): void {
    for (const words of this.#ofLife) words.delete(node);
  }

  /** How many nodes were heard in a step. */
  count(stage: number): number {
    return at(this.#first, stage).size;
  }

  /** What a node said in a step. */
  of(stage: number, node: NodeId): AgreementMessage | undefined {
    return at(this.#first, stage).get(node);
  }

  /** An opinion that most nodes uttered in a step, and how many. More than half is one alone. */
  strongest(stage: number): { readonly opinion: Opinion; readonly count: number } | undefined {
    const counts = new Map<string, { readonly opinion: Opinion; count: number }>();
    for (const said of at(this.#first, stage).values()) {
      if (said.kind === 'settled' || (said.kind === 'support' && !said.supported)) continue;
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

/** What was said in a step, by node. */
const at = (words: readonly Said[], stage: number): Said => words[stage] ?? new Map<NodeId, AgreementMessage>();

/** Keeps a word where there is none yet. Answers the one that is kept. */
function keepFirst(words: Said, from: NodeId, message: AgreementMessage): AgreementMessage {
  const first = words.get(from) ?? message;
  words.set(from, first);
  return first;
}
