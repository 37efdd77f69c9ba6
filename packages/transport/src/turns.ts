import type { Transport } from './transport.js';

/**
 * What our own caller may put in in one turn. A caller who never pauses (not even where he awaits: an accepted value costs
 * no turn of the event loop) must not keep the host from reading.
 */
const takesPerTurn = 4096;

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
  #takesLeft = takesPerTurn;

  constructor(transport: Transport, end: () => void) {
    this.#transport = transport;
    this.#end = end;
  }

  /** Ends a turn of the transport. */
  readonly end = (): void => {
    this.#takesLeft = takesPerTurn;
    this.#run();
  };

  /** Whether this turn takes another value of our own caller. If not, there will be another turn. */
  get takes(): boolean {
    if (this.#takesLeft === 0) this.later();
    return this.#takesLeft > 0;
  }

  /** One value was taken. */
  took(): void {
    this.#takesLeft--;
  }

  #run(): void {
    if (this.#ending || this.#stopped) return;
    this.#ending = true;
    this.#letGo();
    try {
      this.#end();
    } finally {
      this.#ending = false;
    }
  }

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
    this.#run();
  };

  #letGo(): void {
    this.#release?.();
    this.#release = undefined;
  }
}
