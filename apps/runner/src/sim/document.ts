import type { Violation } from '@quorate/transport';
import { million, type PlannedFault, type RunPlan } from '@quorate/simulation';
import type { ExitStatus } from '../exit-status.js';
import { exitStatus } from '../exit-status.js';
import type { CampaignResult } from './campaign.js';
import { decisive, propertiesOf, statusOf, type SimulatedProperties } from './judgement.js';
import type { SimulatedRun } from './simulate.js';

/** What `quorate sim --json` prints: the fields of a run, and those of virtual time. */
export interface SimulationDocument {
  readonly schema: 'quorate.run/1';
  readonly protocol: string;
  readonly broadcast: string;
  readonly n: number;
  readonly f: number;
  readonly seed: number;
  readonly faults: readonly string[];
  readonly verdict: 'valid' | 'violated' | 'undecided';
  readonly properties: SimulatedProperties;
  readonly violations: readonly Violation[];
  readonly outputs: Readonly<Record<string, { readonly count: number; readonly sha256: string }>>;
  readonly suspicions: readonly { readonly peer: number; readonly kind: string; readonly by: readonly number[] }[];
  readonly metrics: {
    readonly seconds: number;
    readonly messages: number;
    readonly deliveries: number;
    /** Of a campaign. */
    readonly schedules?: number;
    readonly schedulesPerSecond?: number;
  };
  readonly ticks: number;
  readonly events: number;
  readonly traceDigest: string;
  /** Of a campaign: how often something was drawn, or reported. */
  readonly exercised?: Readonly<Record<string, number>>;
  readonly interrupted?: true;
  readonly replay: string;
}

/** A fault as `--fault` takes it. */
export const faultText = ({ node, behaviour, when }: PlannedFault): string =>
  when === undefined
    ? `${node}:${behaviour}`
    : `${node}:${behaviour}@${when.after}${when.kind === 'ticks' ? 'ms' : ' events'}`;

/** The document of one run. `replay` is the command that does the same again. */
export function simulationDocument(protocol: string, run: SimulatedRun, replay: string): SimulationDocument {
  const { plan, violations, nodes, ticks, messages, seconds, events, traceDigest } = run;
  const complete = violations.length === 0 && plan.schedule === undefined && plan.network.lossy !== true;
  return {
    schema: 'quorate.run/1',
    protocol,
    broadcast: plan.subject,
    n: plan.nodes,
    f: plan.faulty,
    seed: plan.seed,
    faults: plan.faults.map(faultText),
    verdict: violations.length > 0 ? 'violated' : 'valid',
    properties: propertiesOf(violations, complete),
    violations,
    outputs: Object.fromEntries(nodes.map(({ node, count, sha256 }) => [String(node), { count, sha256 }])),
    suspicions: suspicionsOf(run),
    metrics: { seconds, messages, deliveries: nodes.reduce((sum, { count }) => sum + count, 0) },
    ticks,
    events,
    traceDigest,
    replay,
  };
}

/** The document of a campaign: that of the failing run, or of the last one, with what was covered. */
export function campaignDocument(one: SimulationDocument, result: CampaignResult): SimulationDocument {
  const { schedules, seconds, deliveries, exercised, interrupted } = result;
  return {
    ...one,
    metrics: { seconds, messages: deliveries, deliveries, schedules, schedulesPerSecond: schedules / seconds },
    exercised: Object.fromEntries([...exercised].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    ...(interrupted && { interrupted }),
  };
}

/** The exit status of a document. */
export function simulationStatus({ violations, interrupted }: SimulationDocument): ExitStatus {
  if (interrupted === true) return exitStatus.interrupted;
  return statusOf(decisive(violations));
}

/** The command that runs a plan again, as long as flags can say it. */
export function simulationCommand(protocol: string, plan: RunPlan): string {
  const { subject, nodes, faulty, unsafe, network, count, senders, payload, seed } = plan;
  const { latency, loss = 0, partitions = [], cuts = [], lossy = false } = network;
  const words = [`npx quorate sim ${protocol} --nodes ${nodes} --faulty ${faulty}`];
  if (subject !== protocol) words.push(`--broadcast ${subject}`);
  for (const fault of plan.faults) words.push(`--fault ${faultText(fault)}`);
  for (const { source, target, from, to } of cuts) words.push(`--fault '${source}->${target}:drop@${from}..${to}'`);
  if (unsafe) words.push('--allow-unsafe');
  if (latency !== undefined) words.push(`--latency ${latency.min}..${latency.max}`);
  if (loss > 0) words.push(`--loss ${loss / million}`);
  for (const { sides, from, to } of partitions) words.push(`--partition '${sides.join('|')}@${from}..${to}'`);
  if (lossy) words.push('--lossy');
  words.push(`--count ${count}`);
  if (payload !== undefined) words.push(`--payload ${payload}`);
  const [sender] = senders;
  if (senders.length === 1 && nodes > 1 && sender !== undefined) words.push(`--sender ${sender}`);
  words.push(`--seed ${seed}`);
  return words.join(' ');
}

function suspicionsOf({ nodes }: SimulatedRun): SimulationDocument['suspicions'] {
  const found = new Map<string, { peer: number; kind: string; by: number[] }>();
  for (const { node, faults } of nodes) {
    for (const { peer, fault } of faults) {
      const key = `${peer} ${fault.kind}`;
      const known = found.get(key) ?? { peer, kind: fault.kind, by: [] };
      if (!known.by.includes(node)) known.by.push(node);
      found.set(key, known);
    }
  }
  return [...found.values()].toSorted((a, b) => a.peer - b.peer || (a.kind < b.kind ? -1 : 1));
}
