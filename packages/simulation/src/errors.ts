import type { ErrorCatalogue } from '@quorate/transport';

/** What this package's error codes mean. */
export const errors: ErrorCatalogue = {
  Q5001: {
    title: 'a behaviour that does not apply',
    text: `Behaviours read a protocol's schema to find out what they can lie about. One that finds nothing (no field that names a node
for \`forge-sender\`, no content for \`equivocate\`, no answers for \`double-vote\`) is refused, so that no run claims to have survived an attack that never took place.

\`quorate list faults\` prints the behaviours with the protocols they apply to.`,
  },
  Q5002: {
    title: 'not a beginning',
    text: 'A fault begins after a whole number of ticks or events, 0 or more; one tick is a millisecond on a real clock.',
  },
};
