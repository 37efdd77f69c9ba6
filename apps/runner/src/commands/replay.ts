/** `quorate replay FILE`: runs a failure again that a campaign has written. */
import type { ExitStatus } from '../exit-status.js';
import { broadcastNamed } from '../catalogue/broadcasts.js';
import type { Terminal } from '../output/terminal.js';
import { simulationDocument, simulationStatus } from '../sim/document.js';
import { readFailure } from '../sim/failure-file.js';
import { simulate } from '../sim/simulate.js';
import { subjectOf } from '../sim/subjects.js';
import { show } from './sim.js';

/** Throws Q9018 (no plan), Q1001–Q1003. */
export async function replay(path: string, terminal: Terminal): Promise<ExitStatus> {
  const plan = await readFailure(path);
  const run = simulate(subjectOf(broadcastNamed(plan.subject), plan.payload), plan, true);
  const document = simulationDocument('bracha', run, `npx quorate replay ${path}`);
  if (!terminal.json && !terminal.quiet && plan.schedule !== undefined) terminal.print(`${run.trace.join('\n')}\n`);
  show('replay', document, terminal);
  return simulationStatus(document);
}
