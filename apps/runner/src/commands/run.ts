import type { ExitStatus } from '../exit-status.js';
import type { Configuration } from '../configuration.js';
import { interruptible } from '../interruption.js';
import { progressBar } from '../output/progress-bar.js';
import type { Terminal } from '../output/terminal.js';
import { runDocument, statusOf, type RunDocument } from '../run/document.js';
import { runPage, verdictLine } from '../run/page.js';
import { correctNodes, countOf, type RunPlan } from '../run/plan.js';
import type { RunResult } from '../run/result.js';
import { runOnThreads } from '../run/threads.js';
import type { ProtocolEntry } from '../protocols/protocol.js';
import { preparePlan, type Prepared } from './plan.js';
import { preparePlot } from './plot.js';

/** What the command line was resolved to. */
interface Context {
  readonly configuration: Configuration;
  readonly terminal: Terminal;
}

/** `quorate run [protocol]`. Throws what {@link preparePlan} throws, Q9015 and Q9040. */
export async function run(protocol: string, { configuration, terminal }: Context): Promise<ExitStatus> {
  const prepared = await preparePlan(protocol, configuration);
  const draw = await preparePlot(prepared.entry, prepared.plan, configuration);
  warn(prepared, terminal);
  const { result, document } = await carryOut(prepared, terminal);
  show(prepared.entry, result, document, terminal);
  await draw(document.outputs, terminal);
  return statusOf(result);
}

/** Says what people should know before they believe what they see. */
export function warn({ entry, plan, notes }: Prepared, terminal: Terminal): void {
  const warning = entry.warning?.(plan.options);
  for (const text of warning === undefined ? notes : [warning, ...notes]) terminal.log('warn', text);
}

/** Shows how far a run has come. */
export interface RunProgress {
  /** What the correct nodes have delivered, all together and each. */
  update(delivered: number, each: readonly number[]): void;
  end(): void;
}

/** Runs a plan, with a progress bar where somebody would see it. */
export async function carryOut(
  { entry, plan, input, release }: Prepared,
  terminal: Terminal,
  progress?: RunProgress,
): Promise<{ result: RunResult; document: RunDocument }> {
  const bar = progress ?? (await progressBar(terminal, expectedDeliveries(entry, plan), 'deliveries'));
  const judging = await progressBar(terminal, countOf(plan.work), 'judged');
  try {
    const result = await interruptible((signal) =>
      runOnThreads(entry, plan, {
        signal,
        watch: (delivered, each) => bar.update(delivered, each),
        judged(done, total) {
          bar.end();
          judging.update(Math.round((done / total) * countOf(plan.work)));
        },
        log: (text) => terminal.log('info', text),
      }),
    );
    return { result, document: runDocument(entry, result, input) };
  } finally {
    bar.end();
    judging.end();
    await release();
  }
}

/** Prints a run in the form that was asked for. */
export function show(entry: ProtocolEntry, result: RunResult, document: RunDocument, terminal: Terminal): void {
  if (terminal.json) terminal.printDocument(document);
  else if (terminal.quiet) terminal.print(`${verdictLine(document, terminal.colors)} (seed ${document.seed})`);
  else terminal.print(runPage(entry, result, document, terminal.colors));
}

function expectedDeliveries({ work }: ProtocolEntry, plan: RunPlan): number {
  const correct = correctNodes(plan);
  if (work === 'votes') return correct.length * Number(plan.options['rounds'] ?? 1);
  const senders = plan.senders.filter((sender) => correct.includes(sender));
  return correct.length * senders.length * countOf(plan.work);
}
