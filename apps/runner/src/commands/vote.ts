/** `quorate vote`: a run of the teaching protocol with the output that people know. */
import type { Configuration } from '../configuration.js';
import type { ExitStatus } from '../exit-status.js';
import type { Terminal } from '../output/terminal.js';
import { LiveVotes } from '../protocols/vote/live-votes.js';
import { voteOptions } from '../protocols/vote/options.js';
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
  const { plan } = prepared;
  const live = new LiveVotes(terminal, plan, voteOptions(plan.options).rounds);
  const { result, document } = await carryOut(prepared, terminal, {
    update: (_, each) => live.update(each),
    end: () => live.end(),
  });
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
