/** From settings to a protocol with everything that it is made of. */
import { createGroup, type Group } from '@quorate/transport';
import { QuorateError } from '@quorate/serialization';
import { broadcastNamed } from '../catalogue/broadcasts.js';
import type { Configuration } from '../configuration.js';
import { workFlag } from '../protocols/command-words.js';
import type { ProtocolEntry, Stack } from '../protocols/protocol.js';

/** Settings that not every protocol takes. */
const particular = [
  'count',
  'rounds',
  'payload',
  'sender',
  'input',
  'chunk',
  'dimension',
  'epsilon',
  'range',
  'plot',
  'propose',
  'quorum',
  'retries',
  'batch',
  'period',
  'log',
];

/**
 * The protocol's stack; `name` is what the person has called it. Throws Q9010 (a flag that the protocol does not take) or Q9014 (no such broadcast
 * layer).
 */
export function stackOf(entry: ProtocolEntry, configuration: Configuration, name: string = entry.name): Stack {
  for (const flag of particular) {
    if (configuration.origin(flag).kind !== 'flag' || entry.settings.includes(flag)) continue;
    const taken = entry.settings.filter((setting) => configuration.has(setting)).map((setting) => `--${setting}`);
    throw new QuorateError('Q9010', `${name} has no --${flag}`, `leave it away; ${name} takes ${taken.join(', ')}`);
  }
  const broadcast = broadcastNamed(configuration.text('broadcast') ?? 'bracha');
  if (entry.broadcast === 'none' && configuration.origin('broadcast').kind === 'flag') {
    throw new QuorateError('Q9010', `${entry.name} has no broadcast layer`, 'leave --broadcast away, or run bracha');
  }
  const options = Object.entries(entry.defaults).map(([option, fallback]): [string, string | number] => [
    option,
    configuration.optionalNumber(option) ?? configuration.text(option) ?? fallback,
  ]);
  return { protocol: entry.name, broadcast, options: Object.fromEntries(options) };
}

/** How much work each node has: values, or rounds. */
export const workOf = (entry: ProtocolEntry, configuration: Configuration): number =>
  (configuration.given(workFlag(entry)) || entry.usualWork === undefined
    ? configuration.number(workFlag(entry))
    : entry.usualWork) * (entry.inputsPerRound ?? 1);

/** The length of a value, in bytes. */
export const payloadOf = ({ payloadOf: own }: ProtocolEntry, stack: Stack, configuration: Configuration): number =>
  own?.(stack.options) ?? configuration.number('payload');

/** The group of the settings, for a protocol. Throws Q1001 or Q1003, or what the protocol says of a group that is too small for it. */
export function groupOf(entry: ProtocolEntry, stack: Stack, configuration: Configuration, nodes?: number): Group {
  const size = nodes ?? configuration.number('nodes');
  const faulty = configuration.optionalNumber('faulty') ?? entry.mostFaulty(size, stack.options);
  const unsafe = configuration.switch('allow-unsafe');
  const group = createGroup({ nodes: size, unsafe, faulty });
  entry.check?.(group, stack.options, unsafe);
  return group;
}
