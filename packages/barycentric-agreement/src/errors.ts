import type { ErrorCatalogue } from '@quorate/reliable-broadcast/contract';

/** What this package's error codes mean. */
export const errors: ErrorCatalogue = {
  Q4301: {
    title: 'round not open',
    text: 'x',
  },
};
