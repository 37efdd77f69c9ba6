import type { ErrorCatalogue } from '@quorate/witness/contract';

/** What this package's error codes mean; those of the witness layer below are passed on. */
export const errors: ErrorCatalogue = {
  Q4201: {
    title: 'nothing for a layer above',
    text: 'An aggregated-witness layer carries messages of a layer above only if it was made with the option `above`, and none that is longer than its `maxPayload`.',
  },
};
