import type { Node } from '@quorate/transport';

/** What a participant needs of whatever runs its protocol: a `Node`, or the basic layer. */
export interface Host<I> extends Pick<Node<I, unknown>, 'submit' | 'trySubmit' | 'faults' | 'failure'> {
  readonly counters: HostCounters;
}

/** Messages and bytes that a host has sent; its own share of each broadcast is a message, but no bytes. */
export type HostCounters = Pick<
  Node<unknown, unknown>['counters'],
  'messagesOut' | 'messagesToSelf' | 'bytesOut' | 'faults'
>;

/** Told the outputs of a turn. */
export type OnOutputs<O> = (outputs: readonly O[]) => void;
