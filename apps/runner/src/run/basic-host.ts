/** The basic layer as a host: a value is a message to everybody, its round is its number. */
import type { Delivery } from '@quorate/reliable-broadcast';
import { openEndpoint, type Endpoint, type EndpointMessage, type Transport } from '@quorate/transport';
import { CountingTransport } from './counting-transport.js';
import type { Host, HostCounters, OnOutputs } from './host.js';

/** Opens an endpoint on a transport. */
export async function openBasicHost(
  transport: Transport,
  onDeliveries: OnOutputs<Delivery>,
): Promise<Host<Uint8Array>> {
  const counting = new CountingTransport(transport);
  const endpoint = await openEndpoint({
    transport: counting,
    onMessages: (messages) => onDeliveries(messages.map(deliveryOf)),
  });
  return new BasicHost(endpoint, counting);
}

const deliveryOf = ({ from, round, payload }: EndpointMessage): Delivery => ({
  sender: from,
  sequence: round,
  payload,
});

class BasicHost implements Host<Uint8Array> {
  readonly #endpoint: Endpoint;
  readonly #transport: CountingTransport;
  #round = 0;

  constructor(endpoint: Endpoint, transport: CountingTransport) {
    this.#endpoint = endpoint;
    this.#transport = transport;
  }

  get faults(): Host<Uint8Array>['faults'] {
    return this.#endpoint.faults;
  }

  get failure(): Host<Uint8Array>['failure'] {
    return this.#endpoint.failure;
  }

  get counters(): HostCounters {
    const { frames, bytes } = this.#transport;
    const faults = this.faults.reduce((sum, { count }) => sum + count, 0);
    return { messagesOut: frames, messagesToSelf: this.#round, bytesOut: bytes, faults };
  }

  trySubmit(value: Uint8Array): boolean {
    const accepted = this.#endpoint.trySend('all', value, { round: this.#round });
    if (accepted) this.#round++;
    return accepted;
  }

  async submit(value: Uint8Array): Promise<void> {
    await this.#endpoint.broadcast(value, { round: this.#round++ });
  }
}
