import { QuorateError } from '@quorate/serialization';
import { shown, suggestion } from '../suggest.js';

/** A protocol that `run` and `bench` know. */
export type ProtocolName = 'basic' | 'bracha';

/** One line of `quorate list protocols`. */
export interface ProtocolEntry {
  readonly name: ProtocolName;
  readonly summary: string;
}

/** Every protocol, from the bottom of the tree up. */
export const protocols: readonly ProtocolEntry[] = [
  {
    name: 'basic',
    summary: 'messages over the links alone: each arrives once, unaltered, in order; nothing about liars',
  },
  { name: 'bracha', summary: 'reliable broadcast: all correct nodes deliver the same payloads, or none of them does' },
];

const names = protocols.map(({ name }) => name);

/** The protocol of that name. Throws Q9003. */
export function protocolNamed(name: string): ProtocolName {
  const known = names.find((candidate) => candidate === name);
  if (known !== undefined) return known;
  throw new QuorateError(
    'Q9003',
    `there is no protocol ${shown(name)}`,
    suggestion(name, names, `protocols are ${names.join(', ')}`),
  );
}

/** The protocol of that name, if it is one that `sim` runs. Throws Q9003. */
export function simulatedNamed(name: string): ProtocolName {
  if (name !== 'basic') return protocolNamed(name);
  throw new QuorateError('Q9003', 'basic promises nothing that a simulation could break', 'try sim bracha');
}
