/** A crash that is one: the thread ends in the middle of what it does, and what it had not published is lost. */
import type { NodeId, Protocol, Step } from '@quorate/transport';

/** Is honest until so many events have come, then ends the thread. */
export class Mortal<Input, Message, Output> implements Protocol<Input, Message, Output> {
  readonly schema: Protocol<Input, Message, Output>['schema'];
  readonly #honest: Protocol<Input, Message, Output>;
  readonly #end: () => void;
  #left: number;

  /** `end` does not return. */
  constructor(honest: Protocol<Input, Message, Output>, events: number, end: () => void) {
    this.schema = honest.schema;
    this.#honest = honest;
    this.#left = events;
    this.#end = end;
  }

  get ready(): boolean {
    return this.#honest.ready;
  }

  input(value: Input): Step<Message, Output> {
    this.#live();
    return this.#honest.input(value);
  }

  receive(from: NodeId, message: Message): Step<Message, Output> {
    this.#live();
    return this.#honest.receive(from, message);
  }

  reopened(peer: NodeId, incarnation: number): Step<Message, Output> {
    return this.#honest.reopened?.(peer, incarnation) ?? [];
  }

  #live(): void {
    if (this.#left-- <= 0) this.#end();
  }
}
