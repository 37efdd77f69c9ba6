import type { TracedEvent } from './reader.js';

/** Where an event comes from. */
export interface Cause {
  /** Messages between nodes, one after the other, on the longest way from the input to here: what a node does on its own has 0. */
  readonly steps: number;
  /** The input that began it; undefined when a timer or a liar did. */
  readonly origin: Origin | undefined;
}

/** An input, by the number of its event. */
export interface Origin {
  readonly number: number;
  readonly tick: number;
}

const nothing: Cause = { steps: 0, origin: undefined };

/**
 * Follows what triggered what: an event of a node belongs to the input, message or timer that the node handles at that time, and through it to
 * the input with which the chain of messages began. Its steps are those of the longest chain from that input that the node has heard
 * of: what other inputs caused meanwhile does not count.
 */
export class Causality {
  readonly #current: Cause[];
  /** Of each node, by the number of an input: the most steps that it has heard of. */
  readonly #heard: readonly Map<number, number>[];
  /** The cause of each send, by number. */
  readonly #sends: Cause[] = [];
  /** Sends of a node to itself that it has not heard, in order. */
  readonly #local: Queue[];

  constructor(nodes: number) {
    this.#current = Array.from({ length: nodes }, () => nothing);
    this.#heard = Array.from({ length: nodes }, () => new Map<number, number>());
    this.#local = Array.from({ length: nodes }, () => new Queue());
  }

  /** The cause of the next event. */
  next({ event, send, number }: TracedEvent): Cause {
    const { node } = event;
    switch (event.kind) {
      case 'input':
        return this.#enter(node, { steps: 0, origin: { number, tick: event.tick } });
      case 'receive': {
        const sent = event.sent ?? this.#local[node]?.take();
        const cause = sent === undefined ? nothing : (this.#sends[sent] ?? nothing);
        return this.#enter(node, this.#longest(node, cause, event.from === node ? 0 : 1));
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

  #longest(node: number, { steps, origin }: Cause, more: number): Cause {
    if (origin === undefined) return { steps: steps + more, origin };
    const heard = this.#heard[node];
    const longest = Math.max(steps + more, heard?.get(origin.number) ?? 0);
    heard?.set(origin.number, longest);
    return { steps: longest, origin };
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
