import { abortReason } from './abort.js';
import { matches, type EndpointMessage, type MessageQuery } from './inbox.js';

interface Receiver {
  readonly query: MessageQuery;
  readonly resolve: (message: EndpointMessage) => void;
  readonly reject: (reason: unknown) => void;
  /** Undoes what was set up for the wait. */
  readonly leave: () => void;
}

/** Calls of `recv` that wait for a message, first come, first served. Our own callers decide how many. */
export class Receivers {
  readonly #waiting = new Set<Receiver>();

  /** Waits for a message; `watch` may set up something else that ends the wait, and answers how to undo that. */
  wait(
    query: MessageQuery,
    signal: AbortSignal | undefined,
    watch: (giveUp: (reason: unknown) => void) => () => void,
  ): Promise<EndpointMessage> {
    return new Promise((resolve, reject) => {
      const giveUp = (reason: unknown): void => {
        if (this.#remove(receiver)) reject(reason);
      };
      const abort = (): void => giveUp(signal === undefined ? undefined : abortReason(signal));
      const unwatch = watch(giveUp);
      signal?.addEventListener('abort', abort, { once: true });
      const leave = (): void => {
        unwatch();
        signal?.removeEventListener('abort', abort);
      };
      const receiver: Receiver = { query, resolve, reject, leave };
      this.#waiting.add(receiver);
    });
  }

  /** Gives a message to the one that waited longest for such. Answers whether there was one. */
  serve(message: EndpointMessage): boolean {
    for (const receiver of this.#waiting) {
      if (!matches(receiver.query, message)) continue;
      this.#remove(receiver);
      receiver.resolve(message);
      return true;
    }
    return false;
  }

  rejectAll(reason: unknown): void {
    for (const receiver of this.#waiting) {
      this.#remove(receiver);
      receiver.reject(reason);
    }
  }

  #remove(receiver: Receiver): boolean {
    if (!this.#waiting.delete(receiver)) return false;
    receiver.leave();
    return true;
  }
}
