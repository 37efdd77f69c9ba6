/** What a page says of a protocol in its first lines. */
import { counted } from '../output/quantity.js';
import type { ProtocolEntry } from './protocol.js';

/** What stands behind the protocol's name when another broadcast layer than Bracha's carries it. */
export function layering(entry: ProtocolEntry, { broadcast }: { readonly broadcast?: string }): string {
  if (entry.broadcast === 'none' || broadcast === undefined || broadcast === 'bracha') return '';
  return entry.broadcast === 'replaced' ? ` with ${broadcast} in its place` : ` on ${broadcast}`;
}

/** Who puts in what; without a count, only who. */
export function workText(
  { work, inputsPerRound = 1 }: ProtocolEntry,
  { senders, n }: { readonly senders: readonly number[]; readonly n: number },
  count?: number,
): string {
  const who = senders.length === n ? 'each node' : `node ${senders.join(', ')}`;
  if (work === 'rounds')
    return `${who} puts in a value${count === undefined ? '' : ` in ${counted(count / inputsPerRound, 'round')}`}`;
  if (work === 'votes') return 'each round has a leader that proposes';
  if (work === 'points') return `${who} puts in ${count === undefined ? 'points' : counted(count, 'point')}`;
  return `${who} broadcasts${count === undefined ? '' : ` ${counted(count, 'value')}`}`;
}
