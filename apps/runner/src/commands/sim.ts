/** `quorate sim`: one run under virtual time, or a campaign over many seeds. */
import { randomInt } from 'node:crypto';
import { createGroup, maxFaulty, nodeId, type Group } from '@quorate/transport';
import { QuorateError } from '@quorate/serialization';
import { drawPlan, runPlan, shrink, type CampaignSpace, type PlannedFault, type RunPlan } from '@quorate/simulation';
import { behavioursOf, checkBehaviour } from '../catalogue/applicability.js';
import { broadcastNamed, type BroadcastName } from '../catalogue/broadcasts.js';
import type { Configuration } from '../configuration.js';
import type { ExitStatus } from '../exit-status.js';
import { interruptible } from '../interruption.js';
import { progressBar } from '../output/progress-bar.js';
import { shellWord } from '../output/shell.js';
import type { Terminal } from '../output/terminal.js';
import { campaign } from '../sim/campaign.js';
import { campaignCommand, simulationCommand } from '../sim/command-lines.js';
import { campaignDocument, simulationDocument, simulationStatus, type SimulationDocument } from '../sim/document.js';
import { writeFailure } from '../sim/failure-file.js';
import { decisive } from '../sim/judgement.js';
import { faultsOf } from './plan.js';
import { isCut, namesNetwork, networkOf } from '../sim/network-settings.js';
import { simulationPage, simulationVerdict } from '../sim/page.js';
import { simulate, traced } from '../sim/simulate.js';
import { checkSize } from '../sim/size.js';
import { subjectOf } from '../sim/subjects.js';
import { simulatedNamed } from '../catalogue/protocols.js';
import { shown } from '../suggest.js';

interface Context {
  readonly configuration: Configuration;
  readonly terminal: Terminal;
}

/** Largest seed + 1. */
const seedLimit = 4_294_967_296;

/** `quorate sim [protocol]`. Throws Q1001–Q1003, Q9002–Q9006, Q9010, Q9014, Q9017, Q9019 and Q9020. */
export async function sim(protocolName: string, context: Context): Promise<ExitStatus> {
  const { configuration, terminal } = context;
  const protocol = simulatedNamed(protocolName);
  const broadcast = broadcastNamed(configuration.text('broadcast') ?? 'bracha');
  const space = spaceOf(configuration, broadcast);
  const seeds = configuration.text('seeds');
  if (seeds === undefined) {
    const document = await single(protocol, broadcast, space, configuration);
    show(protocol, document, terminal);
    return simulationStatus(document);
  }
  if (configuration.origin('seed').kind === 'flag')
    throw new QuorateError('Q9010', '--seed names one run and --seeds many', 'leave one of them away');
  if (configuration.origin('trace').kind === 'flag')
    throw new QuorateError('Q9010', '--trace is of one run and --seeds names many', 'name one with --seed');
  const document = await many(protocol, broadcast, space, rangeOf('--seeds', seeds, seedLimit), terminal);
  show(`${protocol}, seeds ${seeds}, ${sizesOf(space)}`, document, terminal);
  return simulationStatus(document);
}

const sizesOf = ({ nodes: [least, most] }: CampaignSpace): string =>
  least === most ? `${least} nodes` : `${least} to ${most} nodes`;

/** Prints a simulation in the form that was asked for. */
export function show(title: string, document: SimulationDocument, terminal: Terminal): void {
  if (terminal.json) terminal.printDocument(document);
  else if (terminal.quiet) terminal.print(`${simulationVerdict(document, terminal.colors)} (seed ${document.seed})`);
  else terminal.print(simulationPage(title, document, terminal.colors));
}

async function single(
  protocol: string,
  broadcast: BroadcastName,
  space: CampaignSpace,
  configuration: Configuration,
): Promise<SimulationDocument> {
  const [nodes, most] = space.nodes;
  if (most !== nodes)
    throw new QuorateError('Q9010', 'a range of --nodes is for campaigns', 'add --seeds A..B, or name one size');
  const group = createGroup({ nodes, unsafe: true });
  const plan = drawPlan(
    {
      ...space,
      faulty: space.faulty ?? maxFaulty(nodes),
      faults: space.faults ?? [],
      network: networkOf(configuration, group),
      count: configuration.number('count'),
      payload: configuration.number('payload'),
    },
    configuration.optionalNumber('seed') ?? randomInt(seedLimit),
  );
  checkSize({ ...plan, payload: plan.payload ?? 0, senders: plan.senders.length });
  const subject = subjectOf(broadcast, plan.payload);
  const path = configuration.text('trace');
  const run = await interruptible((signal) => traced(subject, plan, path, { signal }));
  return simulationDocument(protocol, run, simulationCommand(protocol, plan));
}

async function many(
  protocol: string,
  broadcast: BroadcastName,
  space: CampaignSpace,
  [from, to]: readonly [number, number],
  terminal: Terminal,
): Promise<SimulationDocument> {
  const [, nodes] = space.nodes;
  const { count = 2, payload = 0, senders } = space;
  checkSize({ nodes, count, payload, senders: senders?.length ?? nodes });
  const bar = await progressBar(terminal, to - from, 'seeds');
  const result = await interruptible((signal) =>
    campaign({
      work: { broadcast, payload: space.payload, space },
      from,
      to,
      signal,
      watch: (schedules) => bar.update(schedules),
    }),
  ).finally(() => bar.end());
  const { failing } = result;
  const again = campaignCommand(protocol, space, from, to);
  if (failing === undefined) {
    const plan = drawPlan(space, result.last ?? from);
    const run = await simulate(subjectOf(broadcast, plan.payload), plan);
    return campaignDocument(simulationDocument(protocol, run, again), result);
  }
  const plan = shrunken(broadcast, space, failing, terminal);
  const replay = await kept(plan, campaignCommand(protocol, space, failing, failing + 1), terminal);
  const run = await simulate(subjectOf(broadcast, plan.payload), plan);
  return campaignDocument(simulationDocument(protocol, run, replay), result);
}

/** Writes a failure down; answers the command that replays it. A disk that takes nothing does not cost the result. */
async function kept(plan: RunPlan, otherwise: string, terminal: Terminal): Promise<string> {
  try {
    return `npx quorate replay ${shellWord(await writeFailure(plan))}`;
  } catch (error) {
    if (!(error instanceof QuorateError)) throw error;
    terminal.log('error', `${error.code}: ${error.message}; ${error.hint}`);
    return otherwise;
  }
}

function shrunken(broadcast: BroadcastName, space: CampaignSpace, seed: number, terminal: Terminal): RunPlan {
  const subject = subjectOf(broadcast, space.payload);
  const plan = drawPlan(space, seed);
  const violation = decisive(runPlan(subject, plan).violations);
  if (violation === undefined) throw new QuorateError('Q9000', `seed ${seed} failed in one thread and not in another`);
  terminal.progress(`seed ${seed} violates ${violation.property}: making it small`);
  const { plan: small, runs } = shrink(subject, plan, violation);
  terminal.log('info', `seed ${seed} violates ${violation.property}; shrunk in ${runs} runs`);
  return small;
}

/** What the runs are drawn from, as far as the settings say. */
function spaceOf(configuration: Configuration, broadcast: BroadcastName): CampaignSpace {
  const [least, most] = rangeOf(
    '--nodes',
    configuration.text('nodes') ?? String(configuration.number('nodes')),
    257,
    true,
  );
  const faulty = configuration.optionalNumber('faulty');
  const unsafe = configuration.switch('allow-unsafe');
  // The smallest group must be one that can hold what is asked for.
  const group = createGroup({ nodes: least, unsafe, ...(faulty !== undefined && { faulty }) });
  const faults = nodeFaultsOf(configuration, group, broadcast);
  const sender = configuration.optionalNumber('sender');
  return {
    subject: broadcast,
    nodes: [least, most],
    unsafe,
    behaviours: behavioursOf(broadcast),
    ...(faulty !== undefined && { faulty }),
    ...(faults.length > 0 && { faults }),
    ...(namesNetwork(configuration) && { network: networkOf(configuration, group) }),
    ...(configuration.given('count') && { count: configuration.number('count') }),
    ...(configuration.given('payload') && { payload: configuration.number('payload') }),
    ...(sender !== undefined && { senders: [nodeId(group, sender)] }),
  };
}

/** The faults of nodes, begun at ticks of virtual time; those of links belong to the network. */
function nodeFaultsOf(configuration: Configuration, group: Group, broadcast: BroadcastName): readonly PlannedFault[] {
  const texts = configuration.texts('fault').filter((text) => !isCut(text));
  return faultsOf(texts, group, configuration.switch('allow-unsafe')).map(({ node, behaviour, at }) => {
    checkBehaviour(behaviour, 'bracha', broadcast);
    return { node: nodeId(group, node), behaviour, ...(at !== undefined && { when: { kind: 'ticks', after: at } }) };
  });
}

/** `A..B` with A < B; with `alone`, one number too, and both included. Throws Q9019. */
function rangeOf(flag: string, text: string, limit: number, alone = false): readonly [number, number] {
  const match = /^(\d{1,10})(?:\.\.(\d{1,10}))?$/.exec(text);
  const from = Number(match?.[1]);
  const to = Number(match?.[2] ?? match?.[1]);
  const fits = alone ? from >= 1 && from <= to && to < limit : match?.[2] !== undefined && from < to && to <= limit;
  if (match !== null && fits) return [from, to];
  throw new QuorateError(
    'Q9019',
    `${flag} cannot be ${shown(text)}`,
    alone ? 'write a size, or LO..HI' : 'write A..B with A < B',
  );
}
