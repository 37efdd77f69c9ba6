/** `quorate replay FILE`: runs a trace, or a failure that a campaign has written, again. */
import { QuorateError } from '@quorate/serialization';
import { TraceReader, type RunPlan } from '@quorate/simulation';
import { exitStatus, type ExitStatus } from '../exit-status.js';
import { interruptible } from '../interruption.js';
import { shellWord } from '../output/shell.js';
import type { Terminal } from '../output/terminal.js';
import { simulationDocument, simulationStatus } from '../sim/document.js';
import { checkedPlan, readFailure } from '../sim/failure-file.js';
import { simulate, traced } from '../sim/simulate.js';
import { subjectOf } from '../sim/subjects.js';
import { isOneFile, isTrace, readTrace } from '../sim/trace-file.js';
import { shown } from '../suggest.js';
import { Comparison, verificationPage } from '../sim/verification.js';
import { show } from './sim.js';

export interface ReplayOptions {
  /** Compare the events with those of the trace. */
  readonly verify: boolean;
  /** Where the events are written, as a trace. */
  readonly trace: string | undefined;
}

/** Throws Q9018 (no plan), Q9020 (too large), Q5030 – Q5034 (no trace as it was written), Q9010, Q9030, Q1001–Q1003. */
export async function replay(path: string, options: ReplayOptions, terminal: Terminal): Promise<ExitStatus> {
  const { verify, trace } = options;
  if (trace !== undefined) checkTarget(path, trace, verify);
  const isRecorded = isTrace(path);
  if (verify && !isRecorded && (await isFailure(path)))
    throw new QuorateError('Q9010', `${shown(path)} is no trace: it has no events to compare`, 'leave --verify away');
  if (verify) return verified(path, terminal);
  const recorded = isRecorded ? await checkedTrace(path) : undefined;
  const plan = recorded?.plan ?? (await readFailure(path));
  const subject = await subjectOf(plan);
  const print = !terminal.json && !terminal.quiet && (isRecorded || plan.schedule !== undefined);
  const watch = print ? { watch: (line: string) => terminal.print(line) } : {};
  const run = await interruptible((signal) => traced(subject, plan, trace, { signal, ...watch }));
  const document = simulationDocument(subject, run, `npx quorate replay ${shellWord(path)}`);
  if (print) terminal.print('');
  show(subject.entry, `replay of ${plan.subject}`, document, terminal);
  if (recorded !== undefined && !run.interrupted && run.traceDigest !== recorded.traceDigest)
    terminal.log('warn', `the run differs from the trace: npx quorate replay ${shellWord(path)} --verify says where`);
  return simulationStatus(document);
}

const isFailure = async (path: string): Promise<boolean> =>
  readFailure(path).then(
    () => true,
    () => false,
  );

function checkTarget(path: string, target: string, verify: boolean): void {
  if (verify)
    throw new QuorateError('Q9010', '--verify reads a trace and --trace writes one', 'leave one of them away');
  if (isOneFile(path, target))
    throw new QuorateError('Q9010', `${shown(target)} is what is replayed`, 'name another file for --trace');
}

/** Reads a trace to its end: what was cut or edited is refused before anything is run. */
async function checkedTrace(path: string): Promise<{ readonly plan: RunPlan; readonly traceDigest: string }> {
  const reader = new TraceReader();
  for (const _ of readTrace(path, reader)) continue;
  return { plan: await checkedPlan(path, reader.head?.plan), traceDigest: reader.traceDigest };
}

/** Runs the trace again and compares event by event, as both go on: neither is held in memory. */
async function verified(path: string, terminal: Terminal): Promise<ExitStatus> {
  const comparison = new Comparison(path);
  try {
    const plan = await checkedPlan(path, comparison.plan);
    const subject = await subjectOf(plan);
    const watch = (line: string): void => comparison.note(line);
    const run = await interruptible((signal) =>
      simulate(subject, plan, { watch, signal: AbortSignal.any([signal, comparison.differed]) }),
    );
    if (!run.interrupted) comparison.end();
    const verification = comparison.result(run.interrupted);
    if (terminal.json) terminal.printDocument(verification);
    else terminal.print(verificationPage(verification, terminal.colors));
    if (verification.equal === null) return exitStatus.interrupted;
    return verification.equal ? exitStatus.valid : exitStatus.safetyViolated;
  } finally {
    comparison.close();
  }
}
