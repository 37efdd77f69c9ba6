import { createColors } from 'picocolors';
import type { Configuration } from '../configuration.js';
import type { Output, Surroundings } from '../surroundings.js';

/** The colours of picocolors, or none of them. */
export type Colors = ReturnType<typeof createColors>;

/** What goes to standard error, from everything to nothing. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

/** A line of progress that is wrapped could not be drawn over. */
const leastColumns = 48;

/** Where a command writes: the result to standard output, everything else to standard error. */
export class Terminal {
  readonly colors: Colors;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly level: LogLevel;

  readonly #out: Output;
  readonly #err: Output;

  constructor(
    { out, err }: Surroundings,
    options: { colors: boolean; json: boolean; quiet: boolean; level: LogLevel },
  ) {
    this.#out = out;
    this.#err = err;
    this.colors = createColors(options.colors);
    this.json = options.json;
    this.quiet = options.quiet;
    this.level = options.level;
  }

  /** Whether a progress bar would be seen by somebody. */
  get showsProgress(): boolean {
    const { isTTY, columns = leastColumns } = this.#err;
    return isTTY === true && columns >= leastColumns && !this.quiet && this.level !== 'silent';
  }

  /** A part of the result, as it is. */
  write(text: string): void {
    this.#out.write(text);
  }

  /** The result. */
  print(text: string): void {
    this.#out.write(`${text}\n`);
  }

  /** The result as one JSON document. */
  printDocument(document: object): void {
    this.#out.write(`${JSON.stringify(document)}\n`);
  }

  /** A line about how far the work has come, where somebody would see it. */
  progress(text: string): void {
    if (this.showsProgress) this.#err.write(`${text}\n`);
  }

  /** Takes back what stands on the screen, where somebody would see it; `sequence` says how. */
  erase(sequence: string): void {
    if (this.showsProgress) this.#err.write(sequence);
  }

  /** A line beside the result, on standard error: the seed, where standard output has a form of its own. */
  note(text: string): void {
    if (!this.quiet && this.level !== 'silent') this.#err.write(`${text}\n`);
  }

  /** A line of log. */
  log(level: Exclude<LogLevel, 'silent'>, text: string): void {
    if (levels.indexOf(level) < levels.indexOf(this.quiet ? 'error' : this.level)) return;
    this.#err.write(`${level}: ${text}\n`);
  }
}

/** The terminal as the settings want it. */
export function terminalOf(configuration: Configuration, surroundings: Surroundings): Terminal {
  const level = levels.find((known) => known === configuration.text('log-level')) ?? 'warn';
  const json = configuration.switch('json');
  const colors =
    configuration.switch('color') && surroundings.out.isTTY === true && surroundings.environment['TERM'] !== 'dumb';
  const terminal = new Terminal(surroundings, { colors, json, quiet: configuration.switch('quiet'), level });
  for (const warning of configuration.warnings) terminal.log('warn', warning);
  return terminal;
}
