import { Block } from './block.js';
import { wireVersion } from './layout.js';

/** Who is at the two ends of a ring, and in which group: the first record in it. */
export interface Greeting {
  /** 16 random bytes as 32 hexadecimal digits. */
  readonly groupId: string;
  readonly nodes: number;
  readonly faulty: number;
  readonly from: number;
  readonly to: number;
  readonly incarnation: number;
}

/** 'QRTM' */
const magic = 0x4d545251;
export const greetingBytes = 48;

/** The record's bytes. */
export function writeGreeting(greeting: Greeting): Block {
  const block = Block.ofLength(greetingBytes);
  block.words.set([magic, wireVersion, ...idWords(greeting.groupId)]);
  block.words.set([greeting.nodes, greeting.faulty, greeting.from, greeting.to, greeting.incarnation], 6);
  return block;
}

/** What is wrong with a greeting, or nothing. Each word is read once. */
export function refuseGreeting(bytes: Uint8Array, start: number, end: number, expected: Greeting): string | undefined {
  if (end - start !== greetingBytes) return 'the greeting is no greeting';
  const { words } = Block.over(bytes.slice(start, end).buffer);
  const wanted = writeGreeting(expected).words;
  if (words[0] !== magic) return 'the greeting is no greeting';
  if (words[1] !== wireVersion) return `wire version ${words[1]}, ours is ${wireVersion}`;
  for (let word = 2; word < 6; word++) if (words[word] !== wanted[word]) return 'a node of another group';
  if (words[6] !== wanted[6] || words[7] !== wanted[7]) return `a group of n = ${words[6]}, f = ${words[7]}`;
  if (words[8] !== wanted[8] || words[9] !== wanted[9]) return `a link from ${words[8]} to ${words[9]}`;
  if (words[10] !== wanted[10]) return `incarnation ${words[10]}, expected ${expected.incarnation}`;
  return undefined;
}

const idWords = (id: string): number[] => [0, 8, 16, 24].map((at) => Number.parseInt(id.slice(at, at + 8), 16) | 0);
