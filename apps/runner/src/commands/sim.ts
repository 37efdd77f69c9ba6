/** `quorate sim`: one run under virtual time, or a campaign over many seeds. */
import { randomInt } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGroup } from '@quorate/transport';
import { QuorateError } from '@quorate/serialization';
import { drawPlan, runPlan, shrinkSteps, traitsOf, type CampaignSpace, type RunPlan } from '@quorate/simulation';
import type { Configuration } from '../configuration.js';
import type { ExitStatus } from '../exit-status.js';
import { interruptible } from '../interruption.js';
import { progressBar } from '../output/progress-bar.js';
import { shellWord } from '../output/shell.js';
import type { Terminal } from '../output/terminal.js';
import type { ProtocolEntry } from '../protocols/protocol.js';
import { protocolNamed } from '../protocols/registry.js';
import { campaign } from '../sim/campaign.js';
import { campaignCommand, simulationCommand } from '../sim/command-lines.js';
import { campaignDocument, simulationDocument, simulationStatus, type SimulationDocument } from '../sim/document.js';
import { writeFailure } from '../sim/failure-file.js';
import { decisive } from '../sim/judgement.js';
import { networkOf } from '../sim/network-settings.js';
import { simulationPage, simulationVerdict } from '../sim/page.js';
import { simulate, traced } from '../sim/simulate.js';
import { checkSize } from '../sim/size.js';
import { rangeOf, spaceOf } from '../sim/space.js';
import { simulatable, type Simulatable } from '../sim/subjects.js';
import { preparePlot } from './plot.js';
import { stackOf, workOf } from './stack.js';

interface Context {
  readonly configuration: Configuration;
  readonly terminal: Terminal;
}

/** While a failure is made small, somebody may lose patience: time between two looks, in milliseconds. */
const lookEvery = 50;
/** Largest seed + 1. */
const seedLimit = 4_294_967_296;

/** `quorate sim [protocol]`. Throws Q1001–Q1003, Q9002–Q9007, Q9010, Q9014, Q9017, Q9019, Q9020 and Q9040. */
export async function sim(protocolName: string, { configuration, terminal }: Context): Promise<ExitStatus> {
  const entry = await protocolNamed(protocolName);
  const space = await spaceOf(entry, stackOf(entry, configuration), configuration);
  const subject = simulatable(entry, space, space.payload);
  const seeds = configuration.text('seeds');
  if (seeds === undefined) {
    const draw = await preparePlot(entry, subject.stack, configuration);
    const document = await single(entry, space, configuration);
    show(entry, entry.name, document, terminal);
    await draw(document.outputs, terminal);
    return simulationStatus(document);
  }
  if (configuration.origin('seed').kind === 'flag')
    throw new QuorateError('Q9010', '--seed names one run and --seeds many', 'leave one of them away');
  if (configuration.origin('trace').kind === 'flag')
    throw new QuorateError('Q9010', '--trace is of one run and --seeds names many', 'name one with --seed');
  if (configuration.origin('plot').kind === 'flag')
    throw new QuorateError('Q9010', '--plot is of one run and --seeds names many', 'name one with --seed');
  const document = await many(subject, space, rangeOf('--seeds', seeds, seedLimit), terminal);
  show(entry, `${entry.name}, seeds ${seeds}, ${sizesOf(space)}`, document, terminal);
  return simulationStatus(document);
}

const sizesOf = ({ nodes: [least, most] }: CampaignSpace): string =>
  least === most ? `${least} nodes` : `${least} to ${most} nodes`;

/** Prints a simulation in the form that was asked for. */
export function show(entry: ProtocolEntry, title: string, document: SimulationDocument, terminal: Terminal): void {
  if (terminal.json) terminal.printDocument(document);
  else if (terminal.quiet) terminal.print(`${simulationVerdict(document, terminal.colors)} (seed ${document.seed})`);
  else terminal.print(simulationPage(entry, title, document, terminal.colors));
}

async function single(
  entry: ProtocolEntry,
  space: CampaignSpace,
  configuration: Configuration,
): Promise<SimulationDocument> {
  const [nodes, most] = space.nodes;
  if (most !== nodes)
    throw new QuorateError('Q9010', 'a range of --nodes is for campaigns', 'add --seeds A..B, or name one size');
  const group = createGroup({ nodes, unsafe: true });
  const payload = entry.settings.includes('payload') ? configuration.number('payload') : undefined;
  const subject = simulatable(entry, space, payload);
  const plan = drawPlan(
    {
      ...space,
      faulty: space.faulty ?? entry.mostFaulty(nodes, subject.stack.options),
      faults: space.faults ?? [],
      network: networkOf(configuration, group),
      count: workOf(entry, configuration),
      ...(payload !== undefined && { payload }),
    },
    configuration.optionalNumber('seed') ?? randomInt(seedLimit),
  );
  checkSize({ ...plan, payload: payload ?? 0, senders: plan.senders.length, cost: costOf(subject) });
  const path = configuration.text('trace');
  const run = await interruptible((signal) => traced(subject, plan, path, { signal }));
  return simulationDocument(subject, run, simulationCommand(subject, plan));
}

const costOf = ({ entry, stack }: Simulatable): Parameters<typeof checkSize>[0]['cost'] =>
  entry.compose(stack, ({ simulated: { cost } }) => cost);

async function many(
  subject: Simulatable,
  told: CampaignSpace,
  [from, to]: readonly [number, number],
  terminal: Terminal,
): Promise<SimulationDocument> {
  // What can happen to the protocol decides what is drawn.
  const space = { ...told, traits: subject.with((parts) => traitsOf(parts.subject)) };
  const [, nodes] = space.nodes;
  const { count = 2, payload = 0, senders } = space;
  checkSize({ nodes, count, payload, senders: senders?.length ?? nodes, cost: costOf(subject) });
  const bar = await progressBar(terminal, to - from, 'seeds');
  const result = await interruptible((signal) =>
    campaign({ subject, space, from, to, signal, watch: (schedules) => bar.update(schedules) }),
  ).finally(() => bar.end());
  const { failing } = result;
  if (failing === undefined) {
    const run = await simulate(subject, planOf(subject, space, result.last ?? from));
    return campaignDocument(simulationDocument(subject, run, campaignCommand(subject, space, from, to)), result);
  }
  const { plan, interrupted } = await interruptible((signal) => shrunken(subject, space, failing, terminal, signal));
  const replay = await kept(plan, campaignCommand(subject, space, failing, failing + 1), terminal);
  const document = simulationDocument(subject, await simulate(subject, plan), replay);
  return campaignDocument(document, { ...result, interrupted: result.interrupted || interrupted });
}

const planOf = (subject: Simulatable, space: CampaignSpace, seed: number): RunPlan =>
  drawPlan(space, seed, (nodes) => subject.entry.mostFaulty(nodes, subject.stack.options));

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

/** The smallest failure that was found until it was as small as can be, or somebody had no patience. */
function shrunken(
  subject: Simulatable,
  space: CampaignSpace,
  seed: number,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<{ readonly plan: RunPlan; readonly interrupted: boolean }> {
  return subject.with(async (parts) => {
    const plan = planOf(subject, space, seed);
    const violation = decisive(runPlan(parts.subject, plan).violations);
    if (violation === undefined)
      throw new QuorateError('Q9000', `seed ${seed} failed in one thread and not in another`);
    terminal.progress(`seed ${seed} violates ${violation.property}: making it small`);
    let smallest = { plan, runs: 0 };
    let looked = performance.now();
    for (const step of shrinkSteps(parts.subject, plan, violation)) {
      smallest = step;
      if (performance.now() - looked > lookEvery) {
        await nextTurn();
        looked = performance.now();
      }
      if (signal.aborted) break;
    }
    const ended = signal.aborted ? 'interrupted' : 'shrunk';
    terminal.log('info', `seed ${seed} violates ${violation.property}; ${ended} in ${smallest.runs} runs`);
    return { plan: smallest.plan, interrupted: signal.aborted };
  });
}
