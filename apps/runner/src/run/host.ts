import type { Delivery } from '@quorate/reliable-broadcast';
import type { Node } from '@quorate/transport';

/** What a participant needs of whatever runs its protocol: a `Node`, or the basic layer. */
export interface Host extends Pick<Node<Uint8Array, Delivery>, 'submit' | 'trySubmit' | 'faults' | 'failure'> {
  readonly counters: HostCounters;
}

/** Messages and bytes that a host has sent; its own share of each broadcast is a message, but no bytes. */
export type HostCounters = Pick<
  Node<Uint8Array, Delivery>['counters'],
  'messagesOut' | 'messagesToSelf' | 'bytesOut' | 'faults'
>;

/** Told the deliveries of a turn. */
export type OnDeliveries = (deliveries: readonly Delivery[]) => void;
