import type { ErrorCatalogue } from './error.js';

/** What this package's error codes mean. */
export const errors: ErrorCatalogue = {
  Q2001: {
    title: 'not a schema',
    text: `A schema states bounds that can be held: ranges in order, at most 2^26 items or bytes of text, byte strings below 2^31, field names that are identifiers, words and
cases that differ. Whoever builds a schema that cannot be held is told at once, not when the first message comes.

See the doc comment of the builder that threw.`,
  },
  Q2002: {
    title: 'a value does not fit its schema',
    text: `What is encoded must be a value that every correct node would accept: within the bounds of the schema, finite, in well-formed
Unicode, without keys named __proto__. The message names the field. Nothing was sent.

Correct the value, or widen the bound in the schema: that changes the protocol, so every node needs the same schema.`,
  },
  Q2003: {
    title: 'an offset outside of the array',
    text: 'Messages are written at whole, non-negative offsets.',
  },
};
