/** `quorate vote`: a run of the teaching protocol with the output that people know. */
import type { Configuration } from '../configuration.js';
import type { ExitStatus } from '../exit-status.js';
import type { Terminal } from '../output/terminal.js';
import { votedIn, voteDocument } from '../protocols/vote/voted.js';
import { votePage } from '../protocols/vote/vote-page.js';
import { statusOf } from '../run/document.js';
import { verdictLine } from '../run/page.js';
import { preparePlan } from './plan.js';
import { carryOut, warn } from './run.js';

/** Throws what `run` throws. */
export async function vote({
  configuration,
  terminal,
}: {
  readonly configuration: Configuration;
  readonly terminal: Terminal;
}): Promise<ExitStatus> {
  const prepared = await preparePlan('vote', configuration);
  warn(prepared, terminal);
  const { result, document } = await carryOut(prepared, terminal);
  const voted = votedIn(result);
  if (terminal.json) {
    terminal.printDocument(voteDocument(document, voted));
  } else if (terminal.quiet) {
    terminal.print(`${verdictLine(document, terminal.colors)} (seed ${document.seed})`);
  } else {
    terminal.print(votePage(voted));
    terminal.note(`replay: ${document.replay}`);
  }
  return statusOf(result);
}
