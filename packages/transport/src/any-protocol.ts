import type { DurableProtocol, Protocol, TimedProtocol } from './protocol.js';

/** A protocol of whatever kind. */
export type AnyProtocol<Input, Message, Output, Timer, Record> =
  | Protocol<Input, Message, Output, Timer, Record>
  | TimedProtocol<Input, Message, Output, Timer, Record>
  | DurableProtocol<Input, Message, Output, Record, Timer>;

/** Whether a protocol has timers. */
export const isTimed = <Input, Message, Output, Timer, Record>(
  protocol: AnyProtocol<Input, Message, Output, Timer, Record>,
): protocol is TimedProtocol<Input, Message, Output, Timer, Record> => 'expire' in protocol;

/** Whether a protocol has records. */
export const isDurable = <Input, Message, Output, Timer, Record>(
  protocol: AnyProtocol<Input, Message, Output, Timer, Record>,
): protocol is DurableProtocol<Input, Message, Output, Record, Timer> => 'restore' in protocol;
