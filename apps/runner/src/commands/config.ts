import { originText, type Configuration, type Sourced } from '../configuration.js';
import { exitStatus, type ExitStatus } from '../exit-status.js';
import { table } from '../output/table.js';
import type { Terminal } from '../output/terminal.js';

/** `quorate config show [--origin]`: every setting, and who said so. */
export function showConfiguration(configuration: Configuration, origin: boolean, terminal: Terminal): ExitStatus {
  const entries = configuration.entries();
  if (terminal.json) {
    const settings: Readonly<Record<string, object>> = Object.fromEntries(
      entries.map(({ setting, value, origin: source }) => [
        setting.name,
        { value: value ?? null, ...(origin ? { origin: originText(source) } : {}) },
      ]),
    );
    terminal.printDocument({ schema: 'quorate.config/1', settings });
  } else {
    terminal.print(table(entries.map((entry) => rowOf(entry, origin))));
  }
  return exitStatus.valid;
}

const rowOf = (entry: Sourced, origin: boolean): readonly string[] => {
  const row = [entry.setting.name, valueText(entry)];
  return origin ? [...row, originText(entry.origin)] : row;
};

function valueText({ setting, value }: Sourced): string {
  if (value === undefined) {
    return typeof setting.fallback === 'object' && 'words' in setting.fallback ? `(${setting.fallback.words})` : '';
  }
  if (typeof value === 'object') return value.length === 0 ? '(none)' : value.join(', ');
  return String(value);
}
