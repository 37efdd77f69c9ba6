import type { NodeId } from '@quorate/transport';

/** A frame on its way. */
export interface InFlight<M> {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: M;
  /** Which send of the run it comes from, from 0; one to all is one. */
  readonly sent: number;
}

/**
 * Messages that were held back. Each method acts on those that are held and named, and on all when none are named. What was let go is
 * held by nobody again.
 */
export interface Hold<M> {
  /** What is held at this moment, in the order in which it arrived. */
  readonly messages: readonly InFlight<M>[];
  /** Lets messages go: they arrive as if they were sent now. Without a list everything goes, and the hold ends. */
  release(messages?: readonly InFlight<M>[]): void;
  /** Hands messages over now, one after the other, in the order of the list. The hold goes on. */
  deliver(messages?: readonly InFlight<M>[]): void;
  /** Sends a copy of each. */
  duplicate(messages?: readonly InFlight<M>[]): void;
  /** Loses messages for good. Without a list everything is lost, and the hold ends. */
  drop(messages?: readonly InFlight<M>[]): void;
}

/** What can be done with a held message. */
export interface Outlets<M> {
  send(message: InFlight<M>): void;
  hand(message: InFlight<M>): void;
  lose(message: InFlight<M>): void;
}

interface Held<M> {
  readonly condition: (message: InFlight<M>) => boolean;
  readonly messages: InFlight<M>[];
}

/** All holds of a run. */
export class Holds<M> {
  readonly #outlets: Outlets<M>;
  readonly #all: Held<M>[] = [];

  constructor(outlets: Outlets<M>) {
    this.#outlets = outlets;
  }

  /** Keeps the message, if a hold wants it. */
  catches(message: InFlight<M>): boolean {
    for (const hold of this.#all) {
      if (!hold.condition(message)) continue;
      hold.messages.push(message);
      return true;
    }
    return false;
  }

  /** The links of the node are gone, and what is held of them. */
  forget(node: NodeId): void {
    for (const { messages } of this.#all) {
      messages.splice(0, messages.length, ...messages.filter(({ from, to }) => from !== node && to !== node));
    }
  }

  add(condition: (message: InFlight<M>) => boolean): Hold<M> {
    const hold: Held<M> = { condition, messages: [] };
    this.#all.push(hold);
    const outlets = this.#outlets;
    const end = (): void => {
      const at = this.#all.indexOf(hold);
      if (at >= 0) this.#all.splice(at, 1);
    };
    return {
      messages: hold.messages,
      release: (named) => {
        if (named === undefined) end();
        for (const message of taken(hold, named)) outlets.send(message);
      },
      deliver: (named) => {
        for (const message of taken(hold, named)) outlets.hand(message);
      },
      duplicate: (named) => {
        for (const message of held(hold, named)) outlets.send(message);
      },
      drop: (named) => {
        if (named === undefined) end();
        for (const message of taken(hold, named)) outlets.lose(message);
      },
    };
  }
}

function held<M>({ messages }: Held<M>, named?: readonly InFlight<M>[]): readonly InFlight<M>[] {
  if (named === undefined) return [...messages];
  const known = new Set(messages);
  return named.filter((message) => known.has(message));
}

function taken<M>(hold: Held<M>, named?: readonly InFlight<M>[]): readonly InFlight<M>[] {
  const some = new Set(held(hold, named));
  const rest = hold.messages.filter((message) => !some.has(message));
  hold.messages.splice(0, hold.messages.length, ...rest);
  return [...some];
}
