/** The flags that say what a protocol is made of and what its nodes put in. */
import type { ProtocolEntry, Stack } from './protocol.js';

/** The broadcast layer and the protocol's own options, where they are not the default's. */
export const stackWords = ({ broadcast }: ProtocolEntry, stack: Stack): readonly string[] => [
  ...(broadcast === 'none' || stack.broadcast === 'bracha' ? [] : [`--broadcast ${stack.broadcast}`]),
  ...Object.entries(stack.options).map(([name, value]) => `--${name} ${value}`),
];

/** The flag that says how much work there is. */
export const workFlag = ({ work }: ProtocolEntry): 'count' | 'rounds' => (work === 'rounds' ? 'rounds' : 'count');

/** How much work there is, and how long a value. */
export const workWords = (entry: ProtocolEntry, count: number, payload: number): string =>
  [
    `--${workFlag(entry)} ${count / (entry.inputsPerRound ?? 1)}`,
    ...(entry.settings.includes('payload') ? [`--payload ${payload}`] : []),
  ].join(' ');
