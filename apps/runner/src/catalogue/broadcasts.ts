import { QuorateError } from '@quorate/serialization';
import { shown, suggestion } from '../suggest.js';

/** A broadcast layer that can stand under a protocol, or in the place of `bracha`. */
export type BroadcastName = 'bracha' | 'best-effort';

/** One line of `quorate list broadcasts`. */
export interface BroadcastEntry {
  readonly name: BroadcastName;
  readonly summary: string;
}

/** Every broadcast layer. */
export const broadcasts: readonly BroadcastEntry[] = [
  { name: 'bracha', summary: 'all correct nodes deliver the same payloads, whatever up to f nodes do' },
  { name: 'best-effort', summary: 'sends to everybody and hopes: what to swap in, and to see fail' },
];

const names = broadcasts.map(({ name }) => name);

/** The broadcast layer of that name. Throws Q9014. */
export function broadcastNamed(name: string): BroadcastName {
  const known = names.find((candidate) => candidate === name);
  if (known !== undefined) return known;
  const hint = suggestion(name, names, `broadcast layers are ${names.join(', ')}`);
  throw new QuorateError('Q9014', `there is no broadcast layer ${shown(name)}`, hint);
}
