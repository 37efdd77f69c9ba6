import type { TracedEvent } from './reader.js';

/** Where an event comes from, along the chain of messages that triggered it. */
export interface Cause {
  /** Messages between nodes on the chain: what a node does on its own has 0. */
  readonly steps: number;
  /** The tick of the input that began the chain; undefined when a timer or a liar began it. */
  readonly begun: number | undefined;
}

const nothing: Cause = { steps: 0, begun: undefined };

/**
 * Follows what triggered what: an event of a node belongs to the input, message or timer that the node handles at that time. A message
 * that completes a quorum is the one that counts; those that came before it are not on the chain.
 */
export class Causality {
  readonly #current: Cause[];
  /** The cause of each send, by number. */
  readonly #sends: Cause[] = [];
  /** Sends of a node to itself that it has not heard, in order. */
  readonly #local: Queue[];

  constructor(nodes: number) {
    this.#current = Array.from({ length: nodes }, () => nothing);
    this.#local = Array.from({ length: nodes }, () => new Queue());
  }

  /** The cause of the next event. */
  next({ event, send }: TracedEvent): Cause {
    const { node } = event;
    switch (event.kind) {
      case 'input':
        return this.#enter(node, { steps: 0, begun: event.tick });
      case 'receive': {
        const sent = event.sent ?? this.#local[node]?.take();
        const cause = sent === undefined ? nothing : (this.#sends[sent] ?? nothing);
        return this.#enter(node, event.from === node ? cause : { ...cause, steps: cause.steps + 1 });
      }
      case 'expire':
        return this.#enter(node, nothing);
      case 'crash':
      case 'restart':
        this.#local[node]?.clear();
        return this.#enter(node, nothing);
      case 'send':
        if (event.to === 'all' || event.to === node) this.#local[node]?.put(send ?? 0);
        this.#sends.push(this.#of(node));
        return this.#of(node);
      default:
        return this.#of(node);
    }
  }

  #enter(node: number, cause: Cause): Cause {
    this.#current[node] = cause;
    return cause;
  }

  #of(node: number): Cause {
    return this.#current[node] ?? nothing;
  }
}

/** First in, first out. */
class Queue {
  #items: number[] = [];
  #taken = 0;

  put(item: number): void {
    this.#items.push(item);
  }

  take(): number | undefined {
    const item = this.#items[this.#taken];
    if (item !== undefined) this.#taken++;
    if (this.#taken > 1000 && this.#taken * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#taken);
      this.#taken = 0;
    }
    return item;
  }

  clear(): void {
    this.#items = [];
    this.#taken = 0;
  }
}
