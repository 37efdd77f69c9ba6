import type { Codec } from '@quorate/serialization';
import type { NodeId } from './node-id.js';
import type { Transport } from './transport.js';

/** Encodes messages into one buffer, used again and again, and hands them to a transport. */
export class MessageWriter<Message> {
  readonly #transport: Transport;
  readonly #codec: Codec<Message>;
  readonly #others: number;
  /** Grows to the longest message so far, and never beyond the longest that the schema permits. */
  #buffer: Uint8Array = new Uint8Array(1024);
  messages = 0;
  bytes = 0;

  constructor(transport: Transport, codec: Codec<Message>) {
    this.#transport = transport;
    this.#codec = codec;
    this.#others = transport.group.n - 1;
  }

  /** To every other node; encoded once. Answers the length. Throws Q2002 when the message does not fit its schema. */
  broadcast(message: Message): number {
    if (this.#others === 0) return 0;
    const end = this.#encode(message);
    this.#transport.broadcast(this.#buffer, 0, end);
    this.messages += this.#others;
    this.bytes += this.#others * end;
    return end;
  }

  /** To one other node. Answers the length. Throws Q2002 when the message does not fit its schema. */
  send(to: NodeId, message: Message): number {
    const end = this.#encode(message);
    this.#transport.send(to, this.#buffer, 0, end);
    this.messages++;
    this.bytes += end;
    return end;
  }

  #encode(message: Message): number {
    let end = this.#codec.encodeInto(message, this.#buffer, 0);
    while (end < 0) {
      this.#buffer = new Uint8Array(Math.min(2 * this.#buffer.length, Math.max(this.#codec.maxBytes, 1)));
      end = this.#codec.encodeInto(message, this.#buffer, 0);
    }
    return end;
  }
}
