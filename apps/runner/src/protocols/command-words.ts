/** The flags that say what a protocol is made of and what its nodes put in. */
import { shellWord } from '../output/shell.js';
import type { ProtocolEntry, Stack } from './protocol.js';

/** The broadcast layer and the protocol's own options, where they are not the default's. */
export const stackWords = ({ broadcast, defaults }: ProtocolEntry, stack: Stack): readonly string[] => [
  ...(broadcast === 'none' || stack.broadcast === 'bracha' ? [] : [`--broadcast ${stack.broadcast}`]),
  ...Object.entries(stack.options)
    .filter(([name, value]) => value !== defaults[name])
    .map(([name, value]) => `--${name} ${shellWord(String(value))}`),
];

/** The flag that says how much work there is, where it does not stand among the protocol's own options. */
export const workFlag = ({ work }: ProtocolEntry): 'count' | 'rounds' => (work === 'rounds' ? 'rounds' : 'count');

/** How much work there is, where a flag says so. */
export const countWords = (entry: ProtocolEntry, count: number): readonly string[] =>
  entry.work === 'votes' ? [] : [`--${workFlag(entry)} ${count / (entry.inputsPerRound ?? 1)}`];

/** How much work there is, and how long a value. */
export const workWords = (entry: ProtocolEntry, count: number, payload: number): readonly string[] => [
  ...countWords(entry, count),
  ...(entry.settings.includes('payload') ? [`--payload ${payload}`] : []),
];
