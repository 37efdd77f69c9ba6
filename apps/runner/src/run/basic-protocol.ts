/** What an endpoint does, as a protocol: honest in itself, and what a liar of the basic layer is wrapped around. */
import type { Delivery } from '@quorate/reliable-broadcast';
import { envelopeSchema, type Envelope, type NodeId, type Protocol, type Schema, type Step } from '@quorate/transport';

/** Sends each value to everybody under its number, and delivers whatever comes. */
export class BasicProtocol implements Protocol<Uint8Array, Envelope, Delivery> {
  readonly schema: Schema<Envelope>;
  readonly ready = true;
  #round = 0;

  constructor(maxPayload: number) {
    this.schema = envelopeSchema(maxPayload);
  }

  input(value: Uint8Array): Step<Envelope, Delivery> {
    const message: Envelope = { tag: '', round: this.#round++, payload: Uint8Array.from(value) };
    return [{ kind: 'send', to: 'all', message }];
  }

  receive(from: NodeId, { round, payload }: Envelope): Step<Envelope, Delivery> {
    return [{ kind: 'output', value: { sender: from, sequence: round, payload: Uint8Array.from(payload) } }];
  }
}
