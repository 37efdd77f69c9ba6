import type { ErrorCatalogue } from '@quorate/reliable-broadcast/contract';

/** What this package's error codes mean; Q4010 … Q4012 are those of every round collector. */
export const errors: ErrorCatalogue = {
  Q4101: {
    title: 'bounds that are none',
    text: 'Rounds open at a time are a whole number, 1 … 4096; values and payloads of a layer above are at most 128 MiB long. All nodes of a group use the same.',
  },
  Q4102: {
    title: 'not ready for a value',
    text: 'The broadcast below has too much in flight, or a report of this node waits for it. A host waits in submit; whoever drives the protocol directly waits until `ready` is true.',
  },
  Q4103: {
    title: 'nothing for a layer above',
    text: 'A witness layer carries messages of a layer above only if it was made with the option `above`, and none that is longer than its `maxPayload`.',
  },
};
