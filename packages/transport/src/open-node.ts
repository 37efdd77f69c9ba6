import { codec, QuorateError } from '@quorate/serialization';
import type { Node, NodeOptions } from './node.js';
import { NodeHost } from './node-host.js';

/**
 * Opens a transport and runs a protocol over it.
 *
 * Throws Q3007 (a protocol with timers, no clock), Q3008 (a protocol with records: this host has no storage), Q3010 (messages that are longer than frames),
 * Q3002 (the transport was opened before), Q3004 (an output buffer of no items).
 */
export async function openNode<Input, Message, Output, Timer = never>(
  options: NodeOptions<Input, Message, Output, Timer>,
): Promise<Node<Input, Output>> {
  const { transport, protocol, outputBuffer = 65_536 } = options;
  if (!Number.isSafeInteger(outputBuffer) || outputBuffer < 1) {
    throw new QuorateError('Q3004', `an output buffer of ${outputBuffer} items`, 'use a whole number of at least 1');
  }
  if ('expire' in protocol && options.clock === undefined) {
    throw new QuorateError(
      'Q3007',
      'the protocol has timers, and the node no clock',
      'pass clock: realClock() of @quorate/transport/clock',
    );
  }
  if ('restore' in protocol)
    throw new QuorateError('Q3008', 'the protocol persists records, and this host has no storage');
  const messages = codec(protocol.schema);
  if (messages.maxBytes > transport.maxFrameBytes) {
    throw new QuorateError(
      'Q3010',
      `messages of up to ${messages.maxBytes} bytes do not fit in frames of ${transport.maxFrameBytes}`,
      'raise maxFrameBytes or lower the bounds of the schema',
    );
  }
  const host = new NodeHost(options, messages, outputBuffer);
  host.open();
  return host;
}
