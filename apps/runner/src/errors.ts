import type { ErrorCatalogue } from '@quorate/serialization';

/** What the command's own error codes mean. */
export const errors: ErrorCatalogue = {
  Q9000: {
    title: 'internal error',
    text: `Something happened that Quorate thought impossible. The exit status is 70.

Run the same command with \`--log-level debug\` to see where, and report it with the seed that was printed.`,
  },
  Q9001: {
    title: 'unknown command or flag',
    text: 'The command line names a command or a flag that does not exist. `quorate --help` and `quorate COMMAND --help` list what does.',
  },
  Q9002: {
    title: 'a value that cannot be',
    text: `A flag, a variable of the environment or a key of the configuration file holds a value that is not of its kind or out of its range.

Where it came from is named in the message: a flag outranks the environment, the environment outranks the file, the file outranks the default.
\`quorate config show --origin\` shows every value with its source.`,
  },
  Q9003: {
    title: 'unknown protocol',
    text: '`quorate list protocols` names the protocols that `run` and `bench` know.',
  },
  Q9004: {
    title: 'unknown behaviour',
    text: '`quorate list faults` names the behaviours of faulty nodes, with the protocols they apply to.',
  },
  Q9005: {
    title: 'a fault that cannot be read',
    text: `A fault is written NODE:BEHAVIOUR, with @WHEN behind it where the behaviour begins later: 3:equivocate, 1:silent, 2:crash@120ms.

A node can have one behaviour.`,
  },
  Q9006: {
    title: 'more faulty nodes than the group tolerates',
    text: `Every guarantee is a guarantee against at most f faulty nodes. With more of them nothing is promised, and what you see says nothing about the protocol.

\`--allow-unsafe\` permits it, to watch what breaks.`,
  },
  Q9007: {
    title: 'a behaviour that does not apply',
    text: 'Some behaviours need a message that the protocol does not have: who never votes cannot vote twice. `quorate list faults` says what applies to what.',
  },
  Q9008: {
    title: 'a configuration file that cannot be used',
    text: `The file of \`--config\` is TOML (\`.toml\`) or JSON (\`.json\`): one key for each flag, named like the flag without its dashes.

    nodes = 7
    fault = ["5:equivocate", "6:silent"]
    count = 1000`,
  },
  Q9009: {
    title: 'an input that cannot be broadcast',
    text: `\`--input FILE\` broadcasts a file: its lines (with their line ends), or with \`--chunk BYTES\` pieces of that size. A line or a chunk is one value, of at most
1 MiB; the file has at least one byte and at most 1 GiB.`,
  },
  Q9010: {
    title: 'flags that contradict each other',
    text: 'Two flags ask for different things, or one has no meaning without another. The message names them.',
  },
  Q9011: {
    title: 'unknown error code',
    text: 'Codes are written Q and four digits. `quorate list errors` names them all.',
  },
  Q9012: {
    title: 'a missing or surplus argument',
    text: 'A command or a flag got fewer or more arguments than it takes. `quorate COMMAND --help` shows them.',
  },
  Q9013: {
    title: 'a gate that cannot be read',
    text: `A gate compares one metric of the bench with a bound, and the command ends with status 4 where it is missed: ops>=200000, p99<=50ms, ratio>=20.

Metrics: ops, ratio, p50 and p99 (milliseconds), cpu (cores), rss (bytes per node), messages and bytes (per operation). Comparisons: >=, <=, >, <.`,
  },
  Q9014: {
    title: 'unknown broadcast layer',
    text: '`quorate list broadcasts` names the broadcast layers.',
  },
  Q9015: {
    title: 'a worker thread failed',
    text: `The thread of a node that is meant to be correct ended or threw. This is a bug of Quorate, or the machine ran out of memory. The exit status is 70.

Run the same command with \`--log-level debug\` to see where.`,
  },
  Q9016: {
    title: 'a load that delivered nothing',
    text: `A bench ran for its time and longer, and not one operation was finished: there is no rate to tell. Larger groups cost more (messages grow with the
square of the nodes, and each node is a thread), and a machine that is busy with something else may give the threads no turn.`,
  },
  Q9017: {
    title: 'a network that cannot be read',
    text: `Latencies are ticks (5, or 1..10 for any number between), partitions name their sides and their time (0,1|2,3@10..50), and a
link is cut by --fault 1->0:drop@10..20. One tick is a millisecond of a real run.

Links stay reliable: what meets a partition or a cut arrives when that is over. --lossy loses it for good, and then only safety can be asked for.`,
  },
  Q9018: {
    title: 'a failure that cannot be replayed',
    text: '`quorate replay` reads the file that a failing campaign has written. Files of other versions are refused: the same seed would be another run.',
  },
  Q9019: {
    title: 'a range that cannot be read',
    text: 'Seeds are given as A..B, the first included and the last not, with A < B ≤ 4294967296; group sizes as one number or LO..HI, both included.',
  },
  Q9040: {
    title: 'a picture that cannot be written',
    text: '`--plot FILE.svg` writes the points of `approximate` to a file, and that file could not be written.',
  },
  Q9041: {
    title: 'a log of other votes',
    text: `\`--log DIR\` goes on from what is in the directory. The values that nodes propose follow from the seed, and what they may say follows from the group: so the nodes, the
faults to tolerate, the seed, the quorum, the retries, the batch and the value must be those of the run that began it. \`--rounds\` may be more, and faulty nodes others.

The message says what differs. A directory of another version of the command is refused too; nothing in it was touched.`,
  },
  Q9042: {
    title: 'a log that cannot be used',
    text: `The message names the node, or the directory, and, in parentheses, what was wrong: \`quorate explain\` tells more of a code. What was decided before is in the logs, and nothing
is decided twice: when the cause is gone (another run that goes on from the same directory, a full disk), start again.

A node may do without its log, at the price of counting among the f until it has caught up: move the file away to let it. With more than f logs gone nothing is promised.`,
  },
  Q9043: {
    title: 'a result that cannot be written',
    text: 'Standard output was sent where nothing can be written: to a full disk, most likely. The run itself was in order, and its result is lost; a reader that stops reading (`| head -1`) is no error.',
  },
  Q9020: {
    title: 'a simulation that is too large',
    text: `A simulated group lives in one heap, with every message that is on its way: a value costs n + 2n² messages. One run has at most 5 million of them, and
1 GiB of payloads, counted in each input and echo. \`quorate run\` has no such bound: its nodes deliver while others still send.`,
  },
  Q9030: {
    title: 'a trace that cannot be written or read',
    text: 'The disk is full, there is no such folder, or the file belongs to somebody else. The message says what the system said.',
  },
  Q9031: {
    title: 'a trace whose run goes another way',
    text: `\`quorate trace --collapse\` runs the trace again to see what the broadcast delivers, and the run did something else than what was written down: another version of the
command wrote it, or somebody edited it. \`quorate replay FILE --verify\` shows the first event that differs.`,
  },
};
