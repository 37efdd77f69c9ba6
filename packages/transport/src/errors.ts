import type { ErrorCatalogue } from '@quorate/serialization';

/** What this package's error codes mean. */
export const errors: ErrorCatalogue = {
  Q1001: {
    title: 'not a group',
    text: 'A group has 1 … 256 nodes, fewer of them faulty than there are nodes.',
  },
  Q1002: {
    title: 'unknown node',
    text: 'Nodes are numbered 0 … n − 1.',
  },
  Q1003: {
    title: 'too many faults for the group',
    text: `Byzantine agreement of any kind over authenticated links needs n ≥ 3f + 1 nodes to tolerate f that lie: with fewer, two
groups of correct nodes can be told different stories, and neither can know (Pease, Shostak, Lamport, JACM 1980; Fischer, Lynch, Merritt 1986).

Use more nodes or tolerate fewer faults. \`--allow-unsafe\` (in code: \`createGroup({ …, unsafe: true })\`) permits it, to watch what breaks.`,
  },
  Q1005: {
    title: 'an effect that the type rules out',
    text: 'A protocol whose type says that it has no timers (or no records) armed one (or persisted one). This is a bug of the protocol.',
  },
};
