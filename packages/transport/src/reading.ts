import type { Transport } from './transport.js';

/** Whether a node reads. There are two reasons not to, and it reads again when neither is left. */
export class Reading {
  readonly #transport: Transport;
  #stalled = false;
  #choked = false;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Nobody reads the outputs: the node does not read either. */
  get stalled(): boolean {
    return this.#stalled;
  }

  stall(stalled: boolean): void {
    this.#change(stalled, this.#choked);
  }

  /** The disk is so far behind that the node does not read. */
  choke(choked: boolean): void {
    this.#change(this.#stalled, choked);
  }

  #change(stalled: boolean, choked: boolean): void {
    const before = this.#stalled || this.#choked;
    this.#stalled = stalled;
    this.#choked = choked;
    if (before === (stalled || choked)) return;
    if (before) this.#transport.resume();
    else this.#transport.pause();
  }
}
