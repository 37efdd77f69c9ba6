import { codec, QuorateError, Refusal, type Codec } from '@quorate/serialization';
import type { AnyNodeOptions, DurableNodeOptions, Node, NodeOptions } from './node.js';
import { isDurable } from './any-protocol.js';
import type { Restored } from './commits.js';
import { defaultOutputBuffer, NodeHost } from './node-host.js';
import type { Storage } from './storage.js';

/**
 * Opens a transport and runs a protocol over it. A protocol with records is told first what its earlier lives have persisted.
 *
 * Throws Q3007 (a protocol with timers, no clock), Q3008 (a protocol with records, no storage), Q3010 (messages that are longer than frames),
 * Q3002 (the transport was opened before), Q3004 (an output buffer of no items); with storage also Q3040 (records that are longer than it
 * keeps), whatever `Storage.open` says, Q3048 (a record that the protocol does not know), and what the protocol says of its records. Then the
 * storage is closed, and the transport was not opened.
 */
export function openNode<Input, Message, Output, Timer = never>(
  options: NodeOptions<Input, Message, Output, Timer>,
): Promise<Node<Input, Output>>;
export function openNode<Input, Message, Output, Record, Timer = never>(
  options: DurableNodeOptions<Input, Message, Output, Record, Timer>,
): Promise<Node<Input, Output>>;
export function openNode<Input, Message, Output, Timer, Record>(
  options: AnyNodeOptions<Input, Message, Output, Timer, Record>,
): Promise<Node<Input, Output>>;
export async function openNode<Input, Message, Output, Record, Timer>(
  options: Options<Input, Message, Output, Timer, Record>,
): Promise<Node<Input, Output>> {
  const { protocol, storage, signal } = options;
  const messages = check(options);
  if (!isDurable(protocol)) return start(new NodeHost(options, protocol, messages, undefined));
  if (storage === undefined) {
    throw new QuorateError(
      'Q3008',
      'the protocol persists records, and the node has no storage',
      'pass storage: fileStorage({ … }) of @quorate/transport/file-storage, or memoryStorage()',
    );
  }
  const records = codec(protocol.recordSchema);
  if (records.maxBytes > storage.maxRecordBytes) {
    throw new QuorateError(
      'Q3040',
      `records of up to ${records.maxBytes} bytes, the storage keeps ${storage.maxRecordBytes}`,
      'raise maxRecordBytes or lower the bounds of the schema',
    );
  }
  try {
    const restored = await restore(storage, records, signal);
    return start(new NodeHost(options, protocol, messages, restored));
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/** What the overloads have in common. */
type Options<Input, Message, Output, Timer, Record> = Omit<
  AnyNodeOptions<Input, Message, Output, Timer, Record>,
  'storage'
> & { readonly storage?: Storage | undefined };

/** What needs no storage to be found wrong. Answers the codec of the messages. */
function check<Input, Message, Output, Timer, Record>(
  options: Options<Input, Message, Output, Timer, Record>,
): Codec<Message> {
  const { transport, protocol, outputBuffer = defaultOutputBuffer } = options;
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
  const messages = codec(protocol.schema);
  if (messages.maxBytes > transport.maxFrameBytes) {
    throw new QuorateError(
      'Q3010',
      `messages of up to ${messages.maxBytes} bytes do not fit in frames of ${transport.maxFrameBytes}`,
      'raise maxFrameBytes or lower the bounds of the schema',
    );
  }
  return messages;
}

function start<Input, Message, Output, Timer, Record>(
  host: NodeHost<Input, Message, Output, Timer, Record>,
): Node<Input, Output> {
  host.open();
  return host;
}

async function restore<Record>(
  storage: Storage,
  records: Codec<Record>,
  signal: AbortSignal | undefined,
): Promise<Restored<Record>> {
  const contents = await storage.open(signal === undefined ? undefined : { signal });
  const decoded = contents.records.map((bytes, at) => {
    const record = records.decode(bytes);
    if (!(record instanceof Refusal)) return record;
    const what = `record ${at + 1} of ${contents.records.length} is none of the protocol's: ${record.reason}`;
    throw new QuorateError('Q3048', `${what} at byte ${record.offset}, where ${record.expected} was expected`);
  });
  return { storage, codec: records, records: decoded, cut: contents.cut };
}
