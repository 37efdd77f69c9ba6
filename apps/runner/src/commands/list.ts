import { broadcasts } from '../catalogue/broadcasts.js';
import { explanations } from '../catalogue/explanations.js';
import { faultEntries } from '../catalogue/faults.js';
import { protocols, type ProtocolName } from '../catalogue/protocols.js';
import { protocolsOf } from '../catalogue/applicability.js';
import { QuorateError } from '@quorate/serialization';
import { exitStatus, type ExitStatus } from '../exit-status.js';
import { indented, table } from '../output/table.js';
import type { Terminal } from '../output/terminal.js';
import { shown, suggestion } from '../suggest.js';

interface Listed {
  readonly name: string;
  readonly summary: string;
  readonly protocols?: readonly ProtocolName[];
}

const sections: Readonly<Record<string, () => readonly Listed[]>> = {
  protocols: () => protocols,
  broadcasts: () => broadcasts,
  faults: () =>
    faultEntries.map((behaviour) => ({
      name: behaviour.name,
      summary: behaviour.summary,
      protocols: protocolsOf(behaviour),
    })),
  errors: () => [...explanations].map(([name, { title }]) => ({ name, summary: title })),
};

/** What `quorate list` shows without an argument; error codes are too many for that. */
const shownByDefault = ['protocols', 'broadcasts', 'faults'];

/** `quorate list [protocols | broadcasts | faults | errors]`. Throws Q9012. */
export function list(what: string | undefined, terminal: Terminal): ExitStatus {
  const names = what === undefined ? shownByDefault : [sectionNamed(what)];
  const listed = names.map((name): [string, readonly Listed[]] => [name, sections[name]?.() ?? []]);
  if (terminal.json) {
    terminal.printDocument({ schema: 'quorate.list/1', ...Object.fromEntries(listed) });
  } else {
    const { bold } = terminal.colors;
    const blocks = listed.map(([name, entries]) => `${bold(name)}\n${indented(table(entries.map(rowOf)))}`);
    terminal.print(blocks.join('\n\n'));
  }
  return exitStatus.valid;
}

const rowOf = ({ name, summary, protocols: applicable }: Listed): readonly string[] =>
  applicable === undefined ? [name, summary] : [name, summary, applicable.join(', ')];

function sectionNamed(name: string): string {
  const names = Object.keys(sections);
  if (names.includes(name)) return name;
  const hint = suggestion(name, names, `use ${names.join(', ')}`);
  throw new QuorateError('Q9012', `there is no list of ${shown(name)}`, hint);
}
