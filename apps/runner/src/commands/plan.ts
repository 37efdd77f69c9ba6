/** From settings to a plan: everything that can be wrong with them is said here, before any thread starts. */
import { randomInt } from 'node:crypto';
import { createGroup, nodeId, type Group } from '@quorate/transport';
import { QuorateError } from '@quorate/serialization';
import { checkBehaviour } from '../catalogue/applicability.js';
import { broadcastNamed } from '../catalogue/broadcasts.js';
import { protocolNamed } from '../catalogue/protocols.js';
import type { Configuration } from '../configuration.js';
import { parseFault } from '../fault-specification.js';
import { readInput, type Input } from '../run/input-file.js';
import type { PlannedFault, RunPlan, Work } from '../run/plan.js';

/** A plan, and the file it carries. */
export interface Prepared {
  readonly plan: RunPlan;
  readonly input: Input | undefined;
}

/** Largest seed + 1. */
const seeds = 4_294_967_296;

/**
 * `defaultFaults` are those of a group of so many nodes when nobody names any. Throws Q1001, Q1002, Q1003, Q9002–Q9014.
 */
export async function preparePlan(
  protocolName: string,
  configuration: Configuration,
  defaultFaults: (nodes: number) => readonly string[] = () => [],
): Promise<Prepared> {
  const protocol = protocolNamed(protocolName);
  const broadcast = broadcastNamed(configuration.text('broadcast') ?? 'bracha');
  if (protocol === 'basic' && configuration.origin('broadcast').kind === 'flag') {
    throw new QuorateError('Q9010', 'basic has no broadcast layer', 'leave --broadcast away, or run bracha');
  }
  const unsafe = configuration.switch('allow-unsafe');
  const group = groupOf(configuration);
  const named = configuration.given('fault') ? configuration.texts('fault') : defaultFaults(group.n);
  const faults = faultsOf(named, group, unsafe);
  for (const { behaviour } of faults) checkBehaviour(behaviour, protocol, broadcast);
  const sender = configuration.optionalNumber('sender');
  if (sender !== undefined) nodeId(group, sender);
  const { work, input } = await workOf(configuration);
  const senders = sender === undefined ? Array.from({ length: group.n }, (_, node) => node) : [sender];
  const seed = configuration.optionalNumber('seed') ?? randomInt(seeds);
  const timeout = configuration.number('timeout');
  return { plan: { protocol, broadcast, group, unsafe, seed, faults, work, senders, timeout }, input };
}

/** The group of the settings. Throws Q1001 or Q1003. */
export function groupOf(configuration: Configuration): Group {
  const faulty = configuration.optionalNumber('faulty');
  return createGroup({
    nodes: configuration.number('nodes'),
    unsafe: configuration.switch('allow-unsafe'),
    ...(faulty === undefined ? {} : { faulty }),
  });
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

async function workOf(configuration: Configuration): Promise<{ work: Work; input: Input | undefined }> {
  const path = configuration.text('input');
  const chunk = configuration.optionalNumber('chunk');
  if (path === undefined) {
    if (chunk !== undefined) {
      throw new QuorateError('Q9010', '--chunk cuts a file, and there is no --input', 'add --input FILE');
    }
    const work: Work = {
      kind: 'random',
      count: configuration.number('count'),
      payload: configuration.number('payload'),
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
