import type { ErrorCatalogue } from '@quorate/reliable-broadcast/contract';

/** What this package's error codes mean. */
export const errors: ErrorCatalogue = {
  Q4301: {
    title: 'no such dimension',
    text: 'Points have 1 … 4 coordinates. Beyond, a point of the safe area costs more than a round may take; agree on the coordinates in groups of at most 4, and know that the result then lies in the product of the hulls, not in the hull.',
  },
  Q4302: {
    title: 'epsilon that cannot be reached',
    text: 'Epsilon is positive, and large enough for doubles of the declared range: 2^-49 of its largest magnitude in one dimension, 2^-45 in more, and 2^-800 in any case. Below that, neighbouring doubles are farther apart than epsilon, and no number of rounds brings the nodes together.\n\nUse a larger epsilon, or shift the values so that the range is near 0.',
  },
  Q4303: {
    title: 'not a range',
    text: 'A range is two finite numbers in order. Every coordinate of every value lies within it; the number of rounds follows from its width.',
  },
  Q4304: {
    title: 'too many faults for the dimension',
    text: 'Asynchronous approximate agreement on points of d coordinates needs n > (d + 2) f nodes: with fewer, the points that are safe whatever f of the nodes said may be none at all (Mendes, Herlihy, Vaidya, Garg, Distributed Computing 28, 2015).\n\nUse more nodes or tolerate fewer faults. `--allow-unsafe` (in code: `unsafe: true`) permits it, to watch what breaks.',
  },
  Q4305: {
    title: 'a round that would take too long',
    text: 'A point of the safe area is computed from all half-spaces through d of n points. Their number is bounded so that a round takes at most about two seconds: 256 nodes with d = 1 or 2, 64 with d = 3, 19 with d = 4.',
  },
  Q4306: {
    title: 'a collector that is too small',
    text: 'All rounds of an agreement must be open at a time, so that a slow node finds each of them, and a value must hold a point: 5 bytes and 9 for each coordinate.\n\nRaise `openRounds` (or `maxValue`) of the collector on every node alike, or use a larger epsilon.',
  },
  Q4307: {
    title: 'not a point',
    text: 'A point has as many coordinates as was declared, each a finite number within the declared range. The message names what is wrong. Nothing was sent.',
  },
  Q4309: {
    title: 'not a multiset of points',
    text: '`safeMidpoint` takes lists of finite numbers, all of one length of at most 4, the number of points that may be lies, and one of the axes.',
  },
  Q4308: {
    title: 'too many agreements in flight',
    text: 'The rounds of a bounded number of agreements are open at a time. A host waits in submit; whoever drives the protocol directly waits until `ready` is true.',
  },
};
