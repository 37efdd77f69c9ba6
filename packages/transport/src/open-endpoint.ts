import { codec, QuorateError } from '@quorate/serialization';
import type { Endpoint, EndpointOptions } from './endpoint.js';
import { EndpointHost } from './endpoint-host.js';
import { envelopeBytes, envelopeSchema } from './envelope.js';

/**
 * Opens a transport for messages with a tag and a round. Throws Q3004 (bounds that are none, or frames too short for any
 * message), Q3002 (the transport was opened before).
 */
export async function openEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const { transport, inboxMessages = 4096, inboxBytes = 16 * 1024 * 1024 } = options;
  for (const bound of [inboxMessages, inboxBytes]) {
    if (!Number.isSafeInteger(bound) || bound < 1) throw new QuorateError('Q3004', `an inbox bound of ${bound}`);
  }
  const maxPayloadBytes = transport.maxFrameBytes - envelopeBytes;
  if (maxPayloadBytes < 0) {
    throw new QuorateError(
      'Q3004',
      `frames of ${transport.maxFrameBytes} bytes hold no message`,
      'raise maxFrameBytes',
    );
  }
  const host = new EndpointHost(options, codec(envelopeSchema(maxPayloadBytes)), {
    inboxMessages,
    inboxBytes,
    maxPayloadBytes,
  });
  host.open();
  return host;
}
