import { explanationOf } from '../catalogue/explanations.js';
import { exitStatus, type ExitStatus } from '../exit-status.js';
import type { Terminal } from '../output/terminal.js';

/** `quorate explain CODE`: the long form of an error. Throws Q9011. */
export function explain(code: string, terminal: Terminal): ExitStatus {
  const explanation = explanationOf(code);
  if (terminal.json) {
    terminal.printDocument({ schema: 'quorate.explain/1', ...explanation });
  } else {
    terminal.print(`${terminal.colors.bold(`${explanation.code}: ${explanation.title}`)}\n\n${explanation.text}`);
  }
  return exitStatus.valid;
}
