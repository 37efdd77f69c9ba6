import type { Group } from '@quorate/transport';
import type { Configuration } from '../configuration.js';
import type { ExitStatus } from '../exit-status.js';
import { indented, table } from '../output/table.js';
import type { Terminal } from '../output/terminal.js';
import { statusOf } from '../run/document.js';
import { preparePlan } from './plan.js';
import { carryOut, show } from './run.js';

/** How the command is called from here: in the repository it is not installed. */
const command = import.meta.url.endsWith('.ts') ? 'npm run -s quorate --' : 'npx quorate';

/**
 * `quorate demo`: the default group with one node that lies, its verdict, and what to try next. With `--all`, every protocol over the
 * same group at the same time.
 */
export async function demo({
  configuration,
  terminal,
}: {
  configuration: Configuration;
  terminal: Terminal;
}): Promise<ExitStatus> {
  const everything = configuration.switch('all');
  const prepared = await preparePlan(everything ? 'together' : 'bracha', configuration, oneLiar);
  const { result, document } = await carryOut(prepared, terminal);
  show(prepared.entry, result, document, terminal);
  if (!terminal.json && !terminal.quiet) terminal.print(`\n${nextSteps(terminal)}`);
  return statusOf(result);
}

/** The last node tells one half of the group one thing and the other half another, unless the group is too small for that. */
const oneLiar = ({ n, f }: Group): readonly string[] => (f === 0 ? [] : [`${n - 1}:equivocate`]);

function nextSteps({ colors: { bold, dim } }: Terminal): string {
  const steps = [
    [`${command} run bracha --broadcast best-effort --fault 3:equivocate`, 'the same lie without the protocol'],
    [`${command} demo --all`, 'every protocol over the same group at the same time'],
    [`${command} bench bracha`, 'how fast'],
  ];
  return `${bold('Try next')}\n${indented(table(steps.map(([line = '', why = '']) => [line, dim(why)])))}`;
}
