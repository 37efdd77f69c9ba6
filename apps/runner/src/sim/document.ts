import type { Exercised } from '@quorate/simulation';
import type { Violation } from '@quorate/transport';
import { exitStatus, type ExitStatus } from '../exit-status.js';
import type { OutputsShown } from '../protocols/protocol.js';
import type { CampaignResult } from './campaign.js';
import { faultText } from './command-lines.js';
import { decisive, keyOf, propertiesOf, statusOf, undecided, type SimulatedProperties } from './judgement.js';
import type { SimulatedRun } from './simulate.js';
import type { Simulatable } from './subjects.js';

/** What `quorate sim --json` prints: the fields of a run, and those of virtual time. */
export interface SimulationDocument {
  readonly schema: 'quorate.run/1';
  readonly protocol: string;
  readonly broadcast?: string;
  readonly n: number;
  readonly f: number;
  readonly seed: number;
  readonly faults: readonly string[];
  readonly senders: readonly number[];
  /** Values from each sender. */
  readonly count: number;
  readonly verdict: 'valid' | 'violated' | 'undecided';
  readonly properties: SimulatedProperties;
  readonly violations: readonly Violation[];
  readonly outputs: Readonly<Record<string, OutputsShown>>;
  readonly suspicions: readonly Suspicion[];
  readonly metrics: {
    readonly seconds: number;
    /** Handed over, those of nodes to themselves included. */
    readonly messages: number;
    /** Sent between nodes; `null` for a campaign, which encodes nothing. */
    readonly bytes: number | null;
    /** Values that correct nodes delivered. */
    readonly deliveries: number;
    readonly deliveriesPerSecond: number;
    /** Always `null`: ticks are no time. */
    readonly latencyMs: null;
    /** `null` for a campaign. */
    readonly rssBytesPerNode: number | null;
    /** Of a campaign. */
    readonly schedules?: number;
    readonly schedulesPerSecond?: number;
  };
  readonly ticks: number;
  readonly events: number;
  readonly traceDigest: string;
  /** Of a campaign: in how many runs something happened (of messages: how many); 0 where it could have and never did. */
  readonly exercised?: Readonly<Record<string, number>>;
  readonly interrupted?: true;
  readonly replay: string;
}

/** A fault that correct nodes reported. */
interface Suspicion {
  readonly peer: number;
  readonly kind: string;
  readonly certainty: 'proof' | 'suspicion';
  readonly by: readonly number[];
  /** How often, all of them together. */
  readonly count: number;
}

/** The document of one run. `replay` is the command that does the same again. */
export function simulationDocument(
  { entry, stack }: Pick<Simulatable, 'entry' | 'stack'>,
  run: SimulatedRun,
  replay: string,
): SimulationDocument {
  const { plan, violations, nodes, ticks, seconds, events, traceDigest, interrupted } = run;
  const lost = plan.schedule !== undefined || (plan.network.lossy === true && plan.heal === undefined);
  const complete = violations.length === 0 && !lost;
  const deliveries = nodes.reduce((sum, { count }) => sum + count, 0);
  const held = propertiesOf(entry.promises, violations, complete && !interrupted);
  return {
    schema: 'quorate.run/1',
    protocol: entry.name,
    ...(entry.broadcast !== 'none' && { broadcast: stack.broadcast }),
    n: plan.nodes,
    f: plan.faulty,
    seed: plan.seed,
    faults: plan.faults.map(faultText),
    senders: plan.senders,
    count: plan.count,
    verdict: violations.length > 0 ? 'violated' : interrupted || nodes.some(({ open }) => open) ? 'undecided' : 'valid',
    properties: interrupted ? undecided(held) : held,
    violations: violations.map((violation) => ({ ...violation, property: keyOf(entry.promises, violation) })),
    outputs: Object.fromEntries(
      nodes.map(({ node, count, sha256, shown }) => [String(node), { count, sha256, ...shown }]),
    ),
    suspicions: suspicionsOf(run),
    metrics: {
      seconds,
      messages: run.messages,
      bytes: run.bytes,
      deliveries,
      deliveriesPerSecond: deliveries / seconds,
      latencyMs: null,
      rssBytesPerNode: run.rssBytesPerNode,
    },
    ticks,
    events,
    traceDigest,
    ...(interrupted && { interrupted }),
    replay,
  };
}

/** The document of a campaign: that of the failing run, or of the last one, with what was covered. */
export function campaignDocument(one: SimulationDocument, result: CampaignResult): SimulationDocument {
  const { schedules, seconds, messages, deliveries, exercised, interrupted } = result;
  const open = interrupted && one.verdict !== 'violated';
  return {
    ...one,
    // What the last run left open says nothing of the others.
    ...(one.verdict === 'undecided' && { verdict: 'valid' }),
    ...(open && { verdict: 'undecided', properties: undecided(one.properties) }),
    metrics: {
      seconds,
      messages,
      bytes: null,
      deliveries,
      deliveriesPerSecond: deliveries / seconds,
      latencyMs: null,
      rssBytesPerNode: null,
      schedules,
      schedulesPerSecond: schedules / seconds,
    },
    exercised: exercisedIn(exercised),
    ...(interrupted && { interrupted }),
  };
}

/** How the parts are called in documents. */
const partNames = {
  messages: 'message',
  rules: 'rule',
  behaviours: 'behaviour',
  conditions: 'network',
  faults: 'fault',
} as const;

const parts = ['messages', 'rules', 'behaviours', 'conditions', 'faults'] as const;

function exercisedIn(exercised: Exercised): Readonly<Record<string, number>> {
  const counts = exercised.toJSON();
  const missing = exercised.missing();
  const entries = parts.flatMap((part) => {
    const never = missing.filter((one) => one.part === part).map(({ name }): [string, number] => [name, 0]);
    const names = [...Object.entries(counts[part]), ...never].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return names.map(([name, count]): [string, number] => [`${partNames[part]} ${name}`, count]);
  });
  return Object.fromEntries(entries);
}

/** The exit status of a document. */
export function simulationStatus({ verdict, violations, interrupted }: SimulationDocument): ExitStatus {
  if (interrupted === true) return exitStatus.interrupted;
  if (verdict === 'undecided') return exitStatus.undecided;
  return statusOf(decisive(violations));
}

function suspicionsOf({ nodes }: SimulatedRun): readonly Suspicion[] {
  const found = new Map<string, Suspicion>();
  for (const { node, faults } of nodes) {
    for (const { peer, fault } of faults) {
      const key = `${peer} ${fault.kind}`;
      const before = found.get(key);
      found.set(key, {
        peer,
        kind: fault.kind,
        certainty: before?.certainty === 'proof' ? 'proof' : fault.certainty,
        by: before === undefined ? [node] : before.by.includes(node) ? before.by : [...before.by, node],
        count: (before?.count ?? 0) + 1,
      });
    }
  }
  return [...found.values()].toSorted((a, b) => a.peer - b.peer || (a.kind < b.kind ? -1 : 1));
}
