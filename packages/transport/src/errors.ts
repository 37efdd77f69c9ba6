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
    text: 'The protocol persists records, and this host has nowhere to keep them. Sending before a record is durable would break what the protocol promises, so the host refuses.',
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
};
