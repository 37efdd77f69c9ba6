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
  Q5010: {
    title: 'not a network',
    text: 'Delays and ticks are whole numbers of 0 or more, chances are whole numbers below a million, and hindrances name nodes of the group.',
  },
  Q5011: {
    title: 'more faulty nodes than the group tolerates',
    text: 'The promises of a protocol hold for at most f faulty nodes. To watch what breaks beyond, pass `unsafe: true`, `--allow-unsafe`.',
  },
  Q5012: {
    title: 'speaking as a correct node',
    text: 'Links are authenticated: nobody can send in the name of a correct node. Name the node among the faulty ones or the puppets.',
  },
  Q5013: {
    title: 'no rest',
    text: 'The run went on beyond the allowed number of messages. A protocol that never rests, or a run that needs a larger `maxMessages`.',
  },
  Q5014: { title: 'no schema', text: 'Raw bytes are read with the schema of a running node, and none runs.' },
  Q5015: { title: 'unknown behaviour', text: 'A plan names a way to lie that this version does not have.' },
  Q5016: {
    title: 'not a number that a simulation can use',
    text: 'Seeds are whole numbers, ticks and bounds are whole numbers of 0 or more, a timer takes at least one tick.',
  },
  Q5017: {
    title: 'not a disk',
    text: 'A write takes a whole number of ticks, and a node that starts again finds its disk `kept`, `lost`, or cut at a byte: `{ cutAt: 4096 }`.',
  },
  Q5018: {
    title: 'nothing kept',
    text: 'What leaves the nodes is kept only by a run that is asked to, with `keepSaid: true`: memory grows with it.',
  },
  Q5019: {
    title: 'not a fault configuration',
    text: `Small lies are one of \`more\`, \`less\`, \`old\`, \`omit\` and \`other\`, and nodes that are twins stand among the faults of the plan, each as \`twins\`.`,
  },
  Q5030: {
    title: 'not a trace',
    text: 'A trace is what `quorate sim --trace FILE` writes: lines of JSON, of which the first names the schema `quorate.trace/1`.',
  },
  Q5031: {
    title: 'a trace of another version',
    text: 'Traces are read by the version that wrote them: what a field means may have changed since.',
  },
  Q5032: {
    title: 'a trace that was cut off',
    text: 'The last line of a trace says how many events there were. Without it the run was interrupted, the disk was full, or the file was cut.',
  },
  Q5033: {
    title: 'a trace that was edited',
    text: `Each line of a trace carries a digest that follows from all lines before it. One of them does not fit, or an event says what no run can say: the file was
edited or damaged. The digests tell accidents, not forgers: to know whether a run really went like this, run it again with \`quorate replay FILE --verify\`.`,
  },
  Q5034: {
    title: 'a trace that is too long',
    text: 'A line of a trace has at most 16 MiB, and a trace 64 GiB.',
  },
  Q5040: {
    title: 'not a scenario',
    text: 'A scenario is paragraphs of commands, each ended by `----` and what came of it. The message names the command that is none.',
  },
};
