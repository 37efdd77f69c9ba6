/** What travels through the witness layer, which says of which round it is; the wire format stands beside it. */
import { bytes, nodeSetBytes, union, type Group, type Schema } from '@quorate/witness/contract';

/** "These are my first n − f witnesses." */
export interface AggregatedReport {
  readonly kind: 'aggregated-report';
  /** A `NodeSet` of the group. */
  readonly witnesses: Uint8Array;
}

/** Something of the layer above. */
export interface Above {
  readonly kind: 'above';
  readonly payload: Uint8Array;
}

export type Message = AggregatedReport | Above;

/** The wire format: `[case, …]`, cases numbered in this order. */
export function messageSchema(group: Group, maxAbove: number): Schema<Message> {
  const size = nodeSetBytes(group.n);
  return union<Message>({
    'aggregated-report': { witnesses: bytes({ min: size, max: size, meaning: 'nodes' }) },
    above: { payload: bytes({ max: maxAbove }) },
  });
}
