/** What simulated runs are drawn from, as far as the settings say. */
import { nodeId, type Group } from '@quorate/transport';
import { QuorateError } from '@quorate/serialization';
import type { CampaignSpace, PlannedFault } from '@quorate/simulation';
import { checkBehaviours } from '../catalogue/applicability.js';
import { faultsOf } from '../commands/plan.js';
import { groupOf, workOf } from '../commands/stack.js';
import type { Configuration } from '../configuration.js';
import { workFlag } from '../protocols/command-words.js';
import type { ProtocolEntry, Stack } from '../protocols/protocol.js';
import { shown } from '../suggest.js';
import { isCut, namesNetwork, networkOf } from './network-settings.js';
import { settingsOf } from './subjects.js';

/** The space of the settings. Throws Q1001–Q1003, Q9004–Q9007, Q9017 and Q9019. */
export async function spaceOf(
  entry: ProtocolEntry,
  stack: Stack,
  configuration: Configuration,
): Promise<CampaignSpace> {
  const nodes = configuration.text('nodes') ?? String(configuration.number('nodes'));
  const [least, most] = rangeOf('--nodes', nodes, 257, true);
  const faulty = configuration.optionalNumber('faulty');
  // The smallest group must be one that can hold what is asked for.
  const group = groupOf(entry, stack, configuration, least);
  const faults = await nodeFaultsOf(entry, stack, configuration, group);
  const sender = entry.settings.includes('sender') ? configuration.optionalNumber('sender') : undefined;
  return {
    subject: entry.name,
    ...settingsOf(entry, stack),
    nodes: [least, most],
    unsafe: configuration.switch('allow-unsafe'),
    ...(faulty !== undefined && { faulty }),
    ...(faults.length > 0 && { faults }),
    ...(namesNetwork(configuration) && { network: networkOf(configuration, group) }),
    ...countIn(entry, configuration),
    ...(entry.settings.includes('payload') &&
      configuration.given('payload') && { payload: configuration.number('payload') }),
    ...(sender !== undefined && { senders: [nodeId(group, sender)] }),
  };
}

/** Inputs of a node, where they are not drawn: a round of several protocols gives each of them one. */
function countIn(entry: ProtocolEntry, configuration: Configuration): Pick<CampaignSpace, 'count'> {
  if (configuration.given(workFlag(entry))) return { count: workOf(entry, configuration) };
  return entry.inputsPerRound === undefined ? {} : { count: entry.inputsPerRound };
}

/** The faults of nodes, begun at ticks of virtual time; those of links belong to the network. */
async function nodeFaultsOf(
  entry: ProtocolEntry,
  stack: Stack,
  configuration: Configuration,
  group: Group,
): Promise<readonly PlannedFault[]> {
  const texts = configuration.texts('fault').filter((text) => !isCut(text));
  const faults = faultsOf(texts, group, configuration.switch('allow-unsafe'));
  const behaviours = faults.map(({ behaviour }) => behaviour);
  await checkBehaviours(behaviours, entry, stack);
  return faults.map(({ node, behaviour, at }) => ({
    node: nodeId(group, node),
    behaviour,
    ...(at !== undefined && { when: { kind: 'ticks', after: at } }),
  }));
}

/** `A..B` with A < B; with `alone`, one number too, and both included. Throws Q9019. */
export function rangeOf(flag: string, text: string, limit: number, alone = false): readonly [number, number] {
  const match = /^(\d{1,10})(?:\.\.(\d{1,10}))?$/.exec(text);
  const from = Number(match?.[1]);
  const to = Number(match?.[2] ?? match?.[1]);
  const fits = alone ? from >= 1 && from <= to && to < limit : match?.[2] !== undefined && from < to && to <= limit;
  if (match !== null && fits) return [from, to];
  throw new QuorateError(
    'Q9019',
    `${flag} cannot be ${shown(text)}`,
    alone ? 'write a size, or LO..HI' : `write A..B with 0 ≤ A < B ≤ ${limit}: seeds A … B − 1`,
  );
}
