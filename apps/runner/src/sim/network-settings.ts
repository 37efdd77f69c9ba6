/** The simulated network, as flags name it. */
import { nodeId, type Group } from '@quorate/transport';
import { QuorateError } from '@quorate/serialization';
import { million, type Cut, type NetworkPlan, type Partition } from '@quorate/simulation';
import type { Configuration } from '../configuration.js';
import { shown } from '../suggest.js';

/** Whether anything is said of the network; otherwise a campaign draws one for each seed. */
export const namesNetwork = (configuration: Configuration): boolean =>
  ['latency', 'loss', 'partition', 'lossy'].some((name) => configuration.given(name)) ||
  configuration.texts('fault').some(isCut);

/** The network of the settings, for a group. Throws Q1002 (no such node) or Q9017 (what cannot be read). */
export function networkOf(configuration: Configuration, group: Group): NetworkPlan {
  const partitions = configuration.texts('partition').map((text) => partitionOf(text, group));
  const cuts = configuration
    .texts('fault')
    .filter(isCut)
    .map((text) => cutOf(text, group));
  return {
    latency: latencyOf(configuration.text('latency') ?? '1..10'),
    loss: Math.round((configuration.optionalNumber('loss') ?? 0) * million),
    ...(partitions.length > 0 && { partitions }),
    ...(cuts.length > 0 && { cuts }),
    ...(configuration.switch('lossy') && { lossy: true }),
  };
}

/** Whether a fault is one of a link (`1->0:drop@10..20`) and not of a node. */
export const isCut = (text: string): boolean => text.includes('->');

function latencyOf(text: string): { min: number; max: number } {
  const match = /^(\d{1,9})(?:\.\.(\d{1,9}))?$/.exec(text);
  const min = Number(match?.[1]);
  const max = Number(match?.[2] ?? match?.[1]);
  if (match === null || min > max) throw unreadable('--latency', text, 'write ticks, such as 5 or 1..10');
  return { min, max };
}

function partitionOf(text: string, group: Group): Partition {
  const match = /^([\d,|]+)@(\d{1,9})\.\.(\d{1,9})$/.exec(text);
  const [, sidesText = '', from = '', to = ''] = match ?? [];
  const sides = sidesText.split('|').map((side) =>
    side
      .split(',')
      .filter((node) => node !== '')
      .map(Number),
  );
  const nodes = sides.flat();
  const readable = match !== null && sides.length > 1 && sides.every((side) => side.length > 0);
  if (!readable || Number(from) >= Number(to) || new Set(nodes).size < nodes.length) {
    throw unreadable('--partition', text, 'write sides and ticks, such as 0,1|2,3@10..50; each node once');
  }
  return { sides: sides.map((side) => side.map((node) => nodeId(group, node))), from: Number(from), to: Number(to) };
}

function cutOf(text: string, group: Group): Cut {
  const match = /^(\d{1,3})->(\d{1,3}):drop@(\d{1,9})\.\.(\d{1,9})$/.exec(text);
  const [, source = '', target = '', from = '', to = ''] = match ?? [];
  if (match === null || Number(from) >= Number(to)) {
    throw unreadable('--fault', text, 'write a link and ticks, such as 1->0:drop@10..20');
  }
  if (Number(source) === Number(target))
    throw unreadable('--fault', text, 'name a link between two nodes: what a node says to itself takes none');
  return {
    source: nodeId(group, Number(source)),
    target: nodeId(group, Number(target)),
    from: Number(from),
    to: Number(to),
  };
}

const unreadable = (flag: string, text: string, hint: string): QuorateError =>
  new QuorateError('Q9017', `${flag} cannot be ${shown(text)}`, hint);
