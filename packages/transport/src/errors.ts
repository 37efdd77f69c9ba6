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
  Q3001: {
    title: 'frame too long',
    text: `A transport carries frames of at most \`maxFrameBytes\` bytes, so that every reader can bound what it holds. The range that was given is longer,
or is no range of the bytes at all.

Send smaller messages, or open the whole group with a larger \`maxFrameBytes\`.`,
  },
  Q3002: {
    title: 'the transport is not open',
    text: 'Frames can be sent between `open` and `close`, and a transport is opened once: each life of a node has a transport of its own.',
  },
  Q3003: {
    title: 'a frame to oneself',
    text: 'Transports connect a node with the others. What a node sends to itself is delivered by its host (`Node`, `Endpoint`).',
  },
  Q3004: {
    title: 'limits that do not fit together',
    text: 'Limits are whole numbers of at least one byte or item, and an outbox holds at least one frame of the greatest length.',
  },
  Q3005: {
    title: 'the node is closed',
    text: 'The node was closed, so it accepts nothing any more. What was accepted before may or may not have reached the others.',
  },
  Q3006: {
    title: 'the node stopped itself',
    text: `An invariant of ours is broken: the protocol threw, asked for an effect that its host cannot apply, or made a message that does not fit its own schema. A
node that goes on from there could lie to its peers, so it stops instead: to them it has crashed, and counts among the f. The cause stands in the error's \`cause\`. This is a bug worth reporting.`,
  },
  Q3007: {
    title: 'a protocol with timers needs a clock',
    text: `The protocol armed a timer, and the node was opened without a clock. Pass \`clock: realClock()\` of \`@quorate/transport/clock\`, or a virtual one in tests.`,
  },
  Q3008: {
    title: 'a protocol with records needs storage',
    text: `The protocol persists records, and the node was opened without storage. Sending before a record is durable would break what the protocol promises, so the host refuses. Pass \`storage: fileStorage({ … })\` of
\`@quorate/transport/file-storage\`, or \`memoryStorage()\` in tests.`,
  },
  Q3009: {
    title: 'a listener threw',
    text: "A function that was handed to the node (`onOutputs`, `observer`) threw. The node stops, because what the listener missed cannot be told again. The cause stands in the error's `cause`.",
  },
  Q3010: {
    title: 'messages that are longer than frames',
    text: `The schema of the protocol permits messages that are longer than the transport carries. A peer that brings one about would stop the node, so the node does not start.

Tighten the bounds of the schema, or open the whole group with a larger \`maxFrameBytes\`.`,
  },
  Q3011: {
    title: 'outputs have one reader',
    text: 'At most one `outputs()` iteration runs at a time, or each would see only some of the outputs. Use `onOutputs` for further listeners.',
  },
  Q3012: {
    title: 'not a message of the basic layer',
    text: 'A message has a payload that fits in a frame with its envelope (`maxPayloadBytes`), a tag of at most 64 bytes of well-formed Unicode, and a whole number as its round.',
  },
  Q3013: {
    title: 'no message in time',
    text: 'Nothing that matches came in before the timeout. The sender may be slow or gone, the two cannot be told apart; or the message has another tag or round.',
  },
  Q3040: {
    title: 'not records that a storage keeps',
    text: `A record has at most \`maxRecordBytes\` bytes, and a log that is compacted holds at least one record afterwards: a node that has persisted must never
look like one that starts for the first time.

Tighten the bounds of the protocol's \`recordSchema\`, or open the storage with a larger \`maxRecordBytes\`.`,
  },
  Q3041: {
    title: 'the log is full',
    text: `A log has at most \`maxLogBytes\` bytes, because it is read into memory when the node starts. The record that did not fit was not acknowledged, and the node stops.

Let the protocol compact more often, or open the storage with a larger \`maxLogBytes\`.`,
  },
  Q3042: {
    title: 'the storage is not open',
    text: 'Records can be appended between `open` and `close`, and a storage is opened once: each life of a node has a storage of its own.',
  },
  Q3043: {
    title: 'not the log of this node',
    text: `The file is no log, or it is the log of another node, group or protocol (its \`identity\` differs). A node that went on from it could contradict what it has said itself, so it does
not start; the file was not touched.

Check the path. If the node is to start as a new one, give it a path where no file is: to its group it has lost its records then, and counts among the f.`,
  },
  Q3044: {
    title: 'a log of another version',
    text: 'The log was written by a version of the program that keeps records in another form. The file was not touched. Start the node with the version that wrote it.',
  },
  Q3045: {
    title: 'a damaged log',
    text: `Records that had been acknowledged as durable are damaged: whole records that were written after them follow, or the log was written whole. A crash does not do that; a disk, or somebody
with an editor, does. What the node has said may stand in them, so it does not start; the file was not touched.

Restore the file from a copy that is as new as the damaged one. Or move it away and start the node without records: to its group it counts among the f then, until it has
caught up.`,
  },
  Q3046: {
    title: 'the log is open already',
    text: `Another process, or another thread of this one, has the log open. Two nodes that write one log would each say what the other does not know.

Stop the other one. The lock of a process that has died is no hindrance where it ran on this machine. What runs on another one (a container counts as one when its
host name differs) cannot be seen from here: when you know that it runs no more, delete the file beside the log that ends in \`.lock\`.`,
  },
  Q3047: {
    title: 'the disk failed',
    text: `The operating system could not read or write the log: the disk is full, the directory cannot be written, or the device is failing. The cause stands in the error's \`cause\`. What had not been
acknowledged may or may not be in the log; nothing is acknowledged any more, and the node stops. Started again, it reads what is there.`,
  },
  Q3048: {
    title: 'records that the protocol does not know',
    text: `A record in the log is whole, but no value of the protocol's \`recordSchema\`: another protocol wrote it, or another version of this one. The node does not start, and the log was not touched.

Start the node with the version that wrote the log.`,
  },
  Q3049: {
    title: 'a log without its one name',
    text: `A log is one file with one name. With several hard links each name would have a lock of its own, and the first time that the log is compacted the others would be left with an older
one: keep one name, and make copies where others are wanted. Symbolic links are no hindrance: they are followed to the file.

A log that was removed while it was open keeps nothing any more, whatever is written to it, and one that was moved is not found again: the node stops. Put the file back before you start it; without
its records it counts among the f until it has caught up.`,
  },
};
