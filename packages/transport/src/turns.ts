import type { Transport } from './transport.js';

/**
 * When a host's turn ends: what it was told is told, what it has to say leaves. The transport ends the turns it begins;
 * here are the others.
 */
export class Turns {
  readonly #transport: Transport;
  readonly #end: () => void;
  /** A turn is ending: whoever has something to say need not ask for another end. */
  #ending = false;
  #asked = false;
  #release: (() => void) | undefined;
  #stopped = false;

  constructor(transport: Transport, end: () => void) {
    this.#transport = transport;
    this.#end = end;
  }

  /** Ends a turn now. */
  readonly end = (): void => {
    if (this.#ending || this.#stopped) return;
    this.#ending = true;
    this.#letGo();
    try {
      this.#end();
    } finally {
      this.#ending = false;
    }
  };

  /** Ends a turn when our caller is done with what he is doing: a burst of submits is one turn. */
  soon(): void {
    if (this.#asked || this.#ending || this.#stopped) return;
    this.#asked = true;
    queueMicrotask(this.#askedEnd);
  }

  /** Another turn, after others had theirs. Until then the group is not quiet. */
  later(): void {
    if (this.#release !== undefined || this.#stopped) return;
    this.#release = this.#transport.hold();
    this.#transport.schedule(this.end);
  }

  stop(): void {
    this.#stopped = true;
    this.#letGo();
  }

  readonly #askedEnd = (): void => {
    this.#asked = false;
    this.end();
  };

  #letGo(): void {
    this.#release?.();
    this.#release = undefined;
  }
}
