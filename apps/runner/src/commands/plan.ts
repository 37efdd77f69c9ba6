/** From settings to a plan: everything that can be wrong with them is said here, before any thread starts. */
import { randomInt } from 'node:crypto';
import { nodeId, type Group } from '@quorate/transport';
import { QuorateError } from '@quorate/serialization';
import { checkBehaviours } from '../catalogue/applicability.js';
import type { Configuration } from '../configuration.js';
import { parseFault } from '../fault-specification.js';
import type { ProtocolEntry, Stack } from '../protocols/protocol.js';
import { protocolNamed } from '../protocols/registry.js';
import { readInput, type Input } from '../run/input-file.js';
import type { PlannedFault, RunPlan, Work } from '../run/plan.js';
import { groupOf, payloadOf, stackOf, workOf } from './stack.js';

/** A plan, and the file it carries. */
export interface Prepared {
  readonly entry: ProtocolEntry;
  readonly plan: RunPlan;
  readonly input: Input | undefined;
  /** What people should know of what the run goes on from. */
  readonly notes: readonly string[];
  /** To be called when the run has ended. */
  readonly release: () => Promise<void>;
}

/** Largest seed + 1. */
const seeds = 4_294_967_296;

/**
 * `defaultFaults` are those of the group when nobody names any. Throws Q1001, Q1002, Q1003, Q9002–Q9014.
 */
export async function preparePlan(
  protocolName: string,
  configuration: Configuration,
  defaultFaults: (group: Group) => readonly string[] = () => [],
): Promise<Prepared> {
  const entry = await protocolNamed(protocolName);
  const stack = stackOf(entry, configuration);
  const unsafe = configuration.switch('allow-unsafe');
  const group = groupOf(entry, stack, configuration);
  const named = configuration.given('fault') ? configuration.texts('fault') : defaultFaults(group);
  const faults = faultsOf(named, group, unsafe);
  const behaviours = faults.map(({ behaviour }) => behaviour);
  await checkBehaviours(behaviours, entry, stack);
  const sender = entry.settings.includes('sender') ? configuration.optionalNumber('sender') : undefined;
  if (sender !== undefined) nodeId(group, sender);
  const { work, input } = await workIn(entry, stack, configuration);
  const senders = sender === undefined ? Array.from({ length: group.n }, (_, node) => node) : [sender];
  const drawn = configuration.optionalNumber('seed');
  const resuming = { group, options: stack.options, seed: drawn ?? randomInt(seeds), seedGiven: drawn !== undefined };
  const { seed, lost, notes = [], release = nothing } = (await entry.resume?.(resuming)) ?? { ...resuming, lost: [] };
  try {
    checkLost(lost, faults, group, unsafe);
  } catch (error) {
    await release();
    throw error;
  }
  const patience = configuration.given('timeout') ? 0 : (entry.patience?.(group, stack.options) ?? 0);
  const timeout = Math.max(configuration.number('timeout'), patience);
  return {
    entry,
    plan: { ...stack, group, unsafe, seed, faults, lost, work, senders, timeout },
    input,
    notes,
    release,
  };
}

const nothing = (): Promise<void> => Promise.resolve();

/** Throws Q9006 when those who misbehave and those who have lost their records are too many together. */
function checkLost(lost: readonly number[], faults: readonly PlannedFault[], group: Group, unsafe: boolean): void {
  const all = new Set([...faults.map(({ node }) => node), ...lost]);
  if (lost.length === 0 || all.size <= group.f || unsafe) return;
  const who = `node${lost.length === 1 ? '' : 's'} ${lost.join(', ')} lost ${lost.length === 1 ? 'its log' : 'their logs'}`;
  const hint = 'bring the logs back, try fewer --fault, or --allow-unsafe to watch it fail';
  throw new QuorateError('Q9006', `${who}, and the group of ${group.n} tolerates ${group.f}`, hint);
}

/** The nodes that misbehave, from faults as `--fault` takes them. Throws Q1002, Q9005 or Q9006. */
export function faultsOf(texts: readonly string[], group: Group, unsafe: boolean): readonly PlannedFault[] {
  const faults = texts.map(parseFault);
  const taken = new Set<number>();
  for (const { node, text } of faults) {
    nodeId(group, node);
    if (taken.has(node))
      throw new QuorateError('Q9005', `${text} is a second behaviour of node ${node}`, 'name each node once');
    taken.add(node);
  }
  if (faults.length > group.f && !unsafe) {
    const tolerated = `the group of ${group.n} tolerates ${group.f}`;
    const hint = 'try fewer --fault, a larger --faulty, or --allow-unsafe to watch it fail';
    const faulty = faults.length === 1 ? '1 node is' : `${faults.length} nodes are`;
    throw new QuorateError('Q9006', `${faulty} faulty and ${tolerated}`, hint);
  }
  return faults.map(({ node, behaviour, at }) => ({ node, behaviour, at }));
}

async function workIn(
  entry: ProtocolEntry,
  stack: Stack,
  configuration: Configuration,
): Promise<{ work: Work; input: Input | undefined }> {
  const path = entry.settings.includes('input') ? configuration.text('input') : undefined;
  const chunk = configuration.optionalNumber('chunk');
  if (path === undefined) {
    if (chunk !== undefined && entry.settings.includes('chunk')) {
      throw new QuorateError('Q9010', '--chunk cuts a file, and there is no --input', 'add --input FILE');
    }
    const work: Work = {
      kind: 'random',
      count: workOf(entry, configuration),
      payload: payloadOf(entry, stack, configuration),
    };
    return { work, input: undefined };
  }
  for (const name of ['count', 'payload']) {
    if (configuration.origin(name).kind !== 'flag') continue;
    throw new QuorateError('Q9010', `--${name} and --input ask for different values`, 'leave one of them away');
  }
  const input = await readInput(path, chunk);
  return { work: { kind: 'file', bytes: input.bytes, ends: input.ends }, input };
}
