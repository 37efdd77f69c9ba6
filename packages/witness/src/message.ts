/**
 * What travels as payloads of the broadcast below, with the wire format beside it. A report carries a set of senders and no
 * values: the broadcast has fixed each sender's value already.
 */
import { bytes, integer, nodeSetBytes, union, type Group, type Schema } from '@quorate/reliable-broadcast/contract';

/** A node's value for a round. */
export interface Value {
  readonly kind: 'value';
  readonly round: number;
  readonly value: Uint8Array;
}

/** [AAD 04] "report": the nodes whose values its sender had, when it first had n − f of them. */
export interface Report {
  readonly kind: 'report';
  readonly round: number;
  /** A `NodeSet` of the group. */
  readonly senders: Uint8Array;
}

/** Something of the layer above. */
export interface Above {
  readonly kind: 'above';
  readonly round: number;
  readonly payload: Uint8Array;
}

export type Message = Value | Report | Above;

/** Rounds fit 32 bits. */
export const maxRound: number = 2 ** 32 - 1;

/** The wire format: `[case, round, …]`, cases numbered in this order. */
export function messageSchema(group: Group, maxValue: number, maxAbove: number): Schema<Message> {
  const round = integer({ max: maxRound });
  const size = nodeSetBytes(group.n);
  return union<Message>({
    value: { round, value: bytes({ max: maxValue }) },
    report: { round, senders: bytes({ min: size, max: size, meaning: 'nodes' }) },
    above: { round, payload: bytes({ max: maxAbove }) },
  });
}
