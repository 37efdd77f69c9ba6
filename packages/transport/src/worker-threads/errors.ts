import type { ErrorCatalogue } from '@quorate/serialization';

/** What the error codes of worker-thread groups mean. */
export const errors: ErrorCatalogue = {
  Q3030: {
    title: 'not a worker of a group',
    text: `\`joinGroup\` is called in a worker that \`startGroup\` has started, with the options that \`startGroup\` handed to \`spawn\`:

    spawn: (options) => new Worker(new URL('./node.js', import.meta.url), options)

A worker that gets other \`workerData\`, or none, belongs to no group. To pass data of your own beside ours, spread it: \`{ ...options, workerData: { ...options.workerData, mine } }\`.`,
  },
  Q3031: {
    title: 'data that does not survive the way into a worker',
    text: `\`data\` is copied by structured clone. Functions, symbols and detached buffers cannot be copied; objects of your own classes would arrive without their
methods and private fields. The message names the place.

Pass plain objects, arrays, maps, sets, dates and typed arrays, and build what has behaviour inside the worker.`,
  },
  Q3032: {
    title: 'a node crashed before the group stood',
    text: "Every node must join before `startGroup` answers. One of the workers ended or threw before that; the cause stands in the error's `cause`. All other workers were stopped.",
  },
  Q3033: {
    title: 'a node did not join in time',
    text: `A worker was started and ran, but did not call \`joinGroup\` within \`joinTimeout\` milliseconds. All workers were stopped.

Look for work (or an endless loop) before the call, or allow more time on a machine that is very busy.`,
  },
  Q3034: {
    title: 'starting the group was aborted',
    text: "The signal that was passed to `startGroup` was aborted before every node had joined. All workers were stopped. The signal's reason stands in the error's `cause`.",
  },
  Q3035: {
    title: 'spawn did not start a worker',
    text: "The function `spawn` must answer with a new `Worker` of `node:worker_threads`. What it threw, if it did, stands in the error's `cause`.",
  },
  Q3036: {
    title: 'joined twice',
    text: 'A worker is one node, and joins once: keep what `joinGroup` answered and hand it on.',
  },
  Q3037: {
    title: 'two versions of the transport in one group',
    text: 'The program and its worker file were built with versions of `@quorate/transport` that share memory differently. Build both from one installation.',
  },
  Q3038: {
    title: 'rings of an impossible size',
    text: 'A ring has a power of two of bytes, 1 KiB … 256 MiB. Frames above a quarter of it travel in parts.',
  },
  Q3039: {
    title: 'a node that cannot be started anew',
    text: 'Only a node whose worker has exited can be started anew, and only in a group that is not closed. To replace one that lives, terminate its worker first.',
  },
};
