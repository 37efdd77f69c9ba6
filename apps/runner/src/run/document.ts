import { exitStatus, type ExitStatus } from '../exit-status.js';
import type { Judgement, Violation } from '../judgement.js';
import { stackWords, workWords } from '../protocols/command-words.js';
import type { OutputsShown, ProtocolEntry } from '../protocols/protocol.js';
import { shellWord } from '../output/shell.js';
import type { Input } from './input-file.js';
import { countOf, type RunPlan } from './plan.js';
import { accusations, faultText, latencyOf, type RunResult } from './result.js';

/** What `quorate run --json` prints. A field may be added within a schema version, never changed. */
export interface RunDocument {
  readonly schema: 'quorate.run/1';
  readonly protocol: string;
  readonly broadcast?: string;
  readonly n: number;
  readonly f: number;
  readonly seed: number;
  /** As `--fault` takes them. */
  readonly faults: readonly string[];
  readonly senders: readonly number[];
  /** Values from each sender. */
  readonly count: number;
  readonly input?: { readonly path: string; readonly bytes: number; readonly values: number; readonly sha256: string };
  /** `quiet`: nothing moved any more; `timeout`: given up while something did; `interrupted`. */
  readonly ending: RunResult['ending'];
  readonly verdict: Judgement['verdict'];
  /** `null`: not decided. */
  readonly properties: Judgement['properties'];
  readonly violations: readonly Violation[];
  /** By correct node: SHA-256 of the delivered payloads joined by sender, then sequence; of rounds, by round, then sender. */
  readonly outputs: Readonly<Record<string, OutputsShown>>;
  readonly suspicions: readonly {
    readonly peer: number;
    readonly kind: string;
    readonly certainty: 'proof' | 'suspicion';
    readonly by: readonly number[];
    readonly count: number;
  }[];
  readonly metrics: {
    readonly seconds: number;
    readonly messages: number;
    readonly bytes: number;
    readonly deliveries: number;
    readonly deliveriesPerSecond: number;
    readonly latencyMs: { readonly p50: number; readonly p99: number } | null;
    readonly rssBytesPerNode: number;
  };
  readonly replay: string;
}

/** The document of a run. */
export function runDocument(entry: ProtocolEntry, result: RunResult, input: Input | undefined): RunDocument {
  const { plan, judgement, reports } = result;
  return {
    schema: 'quorate.run/1',
    protocol: plan.protocol,
    ...(entry.broadcast === 'none' ? {} : { broadcast: plan.broadcast }),
    n: plan.group.n,
    f: plan.group.f,
    seed: plan.seed,
    faults: plan.faults.map(faultText),
    senders: plan.senders,
    count: countOf(plan.work),
    ...(input === undefined ? {} : { input: inputOf(input) }),
    ending: result.ending,
    verdict: judgement.verdict,
    properties: judgement.properties,
    violations: judgement.violations,
    outputs: Object.fromEntries(
      reports.map(({ node, log }) => [String(node), { count: log.count, sha256: log.sha256, ...log.shown }]),
    ),
    suspicions: accusations(reports).map(({ peer, kind, certainty, by, count }) => ({
      peer,
      kind,
      certainty,
      by,
      count,
    })),
    metrics: metricsOf(result),
    replay: replayLine(entry, plan, input),
  };
}

/** The command that does the same again. */
function replayLine(entry: ProtocolEntry, plan: RunPlan, input: Input | undefined): string {
  const { group, work, senders } = plan;
  const words = ['npx quorate run', plan.protocol, `--nodes ${group.n} --faulty ${group.f}`];
  for (const fault of plan.faults) words.push(`--fault ${faultText(fault)}`);
  if (plan.unsafe) words.push('--allow-unsafe');
  words.push(...stackWords(entry, plan));
  if (work.kind === 'random') words.push(...workWords(entry, work.count, work.payload));
  if (input !== undefined) words.push(`--input ${shellWord(input.path)}`);
  if (input?.chunk !== undefined) words.push(`--chunk ${input.chunk}`);
  const [sender] = senders;
  if (senders.length === 1 && group.n > 1 && sender !== undefined) words.push(`--sender ${sender}`);
  words.push(`--seed ${plan.seed}`);
  return words.join(' ');
}

/** The exit status that says the same as the verdict. */
export function statusOf({ judgement, ending }: Pick<RunResult, 'judgement' | 'ending'>): ExitStatus {
  if (ending === 'interrupted') return exitStatus.interrupted;
  switch (judgement.verdict) {
    case 'valid':
      return exitStatus.valid;
    case 'undecided':
      return exitStatus.undecided;
    case 'violated': {
      const safety = judgement.violations.some(({ kind }) => kind === 'safety');
      return safety ? exitStatus.safetyViolated : exitStatus.livenessViolated;
    }
  }
}

function metricsOf(result: RunResult): RunDocument['metrics'] {
  const { reports, seconds, messages, bytes, rssBytesPerNode } = result;
  const deliveries = reports.reduce((sum, { log }) => sum + log.count, 0);
  const latency = latencyOf(reports);
  return {
    seconds,
    messages,
    bytes,
    deliveries,
    deliveriesPerSecond: seconds > 0 ? deliveries / seconds : 0,
    latencyMs: latency === undefined ? null : { p50: latency(50), p99: latency(99) },
    rssBytesPerNode,
  };
}

const inputOf = ({ path, bytes, ends, sha256 }: Input): NonNullable<RunDocument['input']> => ({
  path,
  bytes: bytes.byteLength,
  values: ends.length,
  sha256,
});
