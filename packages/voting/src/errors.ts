import type { ErrorCatalogue } from '@quorate/transport/contract';

/** What this package's error codes mean. */
export const errors: ErrorCatalogue = {
  Q7001: {
    title: 'voting options that are none',
    text: 'Rounds, retries, batches and periods are whole numbers in a range, equal at every node of the group.',
  },
  Q7002: {
    title: 'a proposal that is no whole number',
    text: 'Values are safe integers. Whether a value may be decided is for the rule: a leader may propose what the others refuse, and the attempt comes to NO.',
  },
  Q7003: {
    title: 'too many values wait',
    text: 'A node proposes its values when it leads. A host waits in submit; whoever drives the protocol directly waits until `ready` is true.',
  },
};
