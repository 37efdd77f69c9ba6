import { broadcasts } from '../catalogue/broadcasts.js';
import { explanations } from '../catalogue/explanations.js';
import { faultEntries } from '../catalogue/faults.js';
import { protocolsOf } from '../catalogue/applicability.js';
import { protocolNames } from '../protocols/names.js';
import { allCombinations, allProtocols } from '../protocols/registry.js';
import { QuorateError } from '@quorate/serialization';
import { exitStatus, type ExitStatus } from '../exit-status.js';
import { indented, table } from '../output/table.js';
import type { Terminal } from '../output/terminal.js';
import { shown, suggestion } from '../suggest.js';

interface Listed {
  readonly name: string;
  readonly summary: string;
  readonly protocols?: readonly string[];
}

const sections: Readonly<Record<string, () => Promise<readonly Listed[]>>> = {
  protocols: async () => (await allProtocols()).map(({ name, summary }) => ({ name, summary })),
  combinations: async () => (await allCombinations()).map(({ name, summary }) => ({ name, summary })),
  broadcasts: () => Promise.resolve(broadcasts),
  faults: () =>
    Promise.all(
      faultEntries.map(async (behaviour) => ({
        name: behaviour.name,
        summary: behaviour.summary,
        protocols: await protocolsOf(behaviour),
      })),
    ),
  errors: () => Promise.resolve([...explanations].map(([name, { title }]) => ({ name, summary: title }))),
};

/** What `quorate list` shows without an argument; error codes are too many for that. */
const shownByDefault = ['protocols', 'combinations', 'broadcasts', 'faults'];

/** `quorate list [protocols | combinations | broadcasts | faults | errors]`. Throws Q9012. */
export async function list(what: string | undefined, terminal: Terminal): Promise<ExitStatus> {
  const names = what === undefined ? shownByDefault : [sectionNamed(what)];
  const listed = await Promise.all(
    names.map(async (name): Promise<[string, readonly Listed[]]> => [name, (await sections[name]?.()) ?? []]),
  );
  if (terminal.json) {
    terminal.printDocument({ schema: 'quorate.list/1', ...Object.fromEntries(listed) });
  } else {
    const { bold } = terminal.colors;
    const blocks = listed.map(([name, entries]) => `${bold(name)}\n${indented(table(entries.map(rowOf)))}`);
    terminal.print(blocks.join('\n\n'));
  }
  return exitStatus.valid;
}

function rowOf({ name, summary, protocols: applicable }: Listed): readonly string[] {
  if (applicable === undefined) return [name, summary];
  const excluded = protocolNames.filter((protocol) => !applicable.includes(protocol));
  if (excluded.length === 0) return [name, summary, 'every protocol'];
  return [name, summary, excluded.length < applicable.length ? `not ${excluded.join(', ')}` : applicable.join(', ')];
}

function sectionNamed(name: string): string {
  const names = Object.keys(sections);
  if (names.includes(name)) return name;
  const hint = suggestion(name, names, `use ${names.join(', ')}`);
  throw new QuorateError('Q9012', `there is no list of ${shown(name)}`, hint);
}
