import { bytes, integer, union, type Group, type Schema } from '@quorate/reliable-broadcast/contract';
import { setBytes, type SenderSet } from './sender-set.js';

/** What the broadcast below says. */
export interface Carried<Below> {
  readonly kind: 'broadcast';
  readonly message: Below;
}

/** "In this round I have delivered the values of exactly these nodes." Sent whenever that has grown, from n − f values on. */
export interface View {
  readonly kind: 'view';
  readonly round: number;
  /** One bit for each node, node 0 in the lowest bit of the first byte. */
  readonly members: SenderSet;
}

export type Message<Below> = Carried<Below> | View;

/** Rounds fit 32 bits. */
const maxRound = 2 ** 32 - 1;

/** The wire format: `[0, message of the broadcast]` or `[1, round, members]`. */
export function messageSchema<Below>(group: Group, below: Schema<Below>): Schema<Message<Below>> {
  const size = setBytes(group);
  return union<Message<Below>>({
    broadcast: { message: below },
    view: { round: integer({ max: maxRound }), members: bytes({ min: size, max: size, meaning: 'nodes' }) },
  });
}
