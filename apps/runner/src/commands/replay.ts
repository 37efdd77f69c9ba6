/** `quorate replay FILE`: runs a failure again that a campaign has written. */
import type { ExitStatus } from '../exit-status.js';
import { broadcastNamed } from '../catalogue/broadcasts.js';
import { interruptible } from '../interruption.js';
import { shellWord } from '../output/shell.js';
import type { Terminal } from '../output/terminal.js';
import { simulationDocument, simulationStatus } from '../sim/document.js';
import { readFailure } from '../sim/failure-file.js';
import { simulate } from '../sim/simulate.js';
import { subjectOf } from '../sim/subjects.js';
import { show } from './sim.js';

/** Throws Q9018 (no plan), Q9020 (too large), Q1001–Q1003. */
export async function replay(path: string, terminal: Terminal): Promise<ExitStatus> {
  const plan = await readFailure(path);
  const subject = subjectOf(broadcastNamed(plan.subject), plan.payload);
  const run = await interruptible((signal) => simulate(subject, plan, { keep: plan.schedule !== undefined, signal }));
  const document = simulationDocument('bracha', run, `npx quorate replay ${shellWord(path)}`);
  if (!terminal.json && !terminal.quiet && plan.schedule !== undefined) terminal.print(`${run.trace.join('\n')}\n`);
  show('replay of bracha', document, terminal);
  return simulationStatus(document);
}
