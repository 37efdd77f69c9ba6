/** The command that does the same again, as long as flags can say it. */
import { million, type CampaignSpace, type NetworkPlan, type PlannedFault, type RunPlan } from '@quorate/simulation';
import { shellWord } from '../output/shell.js';
import { countWords, stackWords } from '../protocols/command-words.js';
import type { Simulatable } from './subjects.js';

/** A fault as `--fault` takes it; one that a campaign has drawn may begin after so many events, which no flag can say. */
export const faultText = ({ node, behaviour, when }: PlannedFault): string =>
  when === undefined
    ? `${node}:${behaviour}`
    : `${node}:${behaviour}@${when.after}${when.kind === 'ticks' ? 'ms' : ' events'}`;

/** The command of one run. */
export const simulationCommand = (subject: Spoken, plan: RunPlan): string =>
  [...wordsOf(subject, plan), `--seed ${plan.seed}`].join(' ');

/** The command of a campaign over from ≤ seed < to. */
export const campaignCommand = (subject: Spoken, space: CampaignSpace, from: number, to: number): string =>
  [...wordsOf(subject, space), `--seeds ${from}..${to}`].join(' ');

/** The protocol that is run. */
type Spoken = Pick<Simulatable, 'entry' | 'stack'>;

/** What one run and a campaign have in common. */
type Common = Omit<CampaignSpace, 'nodes' | 'behaviours'> & { readonly nodes: number | readonly [number, number] };

function wordsOf({ entry, stack }: Spoken, spoken: Common): readonly string[] {
  const { nodes, faulty, faults = [], unsafe, network, count, payload, senders } = spoken;
  const [least, most] = typeof nodes === 'number' ? [nodes, nodes] : nodes;
  const [sender] = senders ?? [];
  return [
    `npx quorate sim ${entry.name} --nodes ${least === most ? least : `${least}..${most}`}`,
    ...(faulty === undefined ? [] : [`--faulty ${faulty}`]),
    ...stackWords(entry, stack),
    ...faults.map((fault) => `--fault ${faultText(fault)}`),
    ...(unsafe === true ? ['--allow-unsafe'] : []),
    ...(network === undefined ? [] : networkWords(network)),
    ...(count === undefined ? [] : countWords(entry, count)),
    ...(payload === undefined ? [] : [`--payload ${payload}`]),
    ...(senders?.length === 1 && most > 1 && sender !== undefined ? [`--sender ${sender}`] : []),
  ];
}

function networkWords({
  latency,
  loss = 0,
  partitions = [],
  cuts = [],
  lossy = false,
}: NetworkPlan): readonly string[] {
  return [
    ...cuts.map(({ source, target, from, to }) => `--fault ${shellWord(`${source}->${target}:drop@${from}..${to}`)}`),
    ...(latency === undefined ? [] : [`--latency ${latency.min}..${latency.max}`]),
    ...(loss > 0 ? [`--loss ${loss / million}`] : []),
    ...partitions.map(({ sides, from, to }) => `--partition ${shellWord(`${sides.join('|')}@${from}..${to}`)}`),
    ...(lossy ? ['--lossy'] : []),
  ];
}
