/** What `quorate replay FILE --verify` answers. */
import { counted } from '../output/quantity.js';
import type { Colors } from '../output/terminal.js';

/** The document of `--verify --json`. */
export interface Verification {
  readonly schema: 'quorate.verification/1';
  readonly file: string;
  /** Whether the run went as the trace says; `null`: interrupted before anything differed. */
  readonly equal: boolean | null;
  /** Events that were equal. */
  readonly events: number;
  /** Of the whole run, if it is equal. */
  readonly traceDigest: string | null;
  /** Versions of this command. */
  readonly writtenBy: string;
  readonly runBy: string;
  /** The first event that differs. */
  readonly difference: {
    readonly number: number;
    readonly tick: number | null;
    /** `null`: the trace ended before. */
    readonly recorded: string | null;
    /** `null`: the run ended before. */
    readonly now: string | null;
  } | null;
}

/** The same for people. */
export function verificationPage(verification: Verification, { green, red, yellow, dim }: Colors): string {
  const { equal, events, traceDigest, difference, writtenBy, runBy } = verification;
  if (difference === null) {
    if (equal === null) return `${yellow('?')} interrupted: the first ${counted(events, 'event')} are equal`;
    return `${green('✓')} the run is the same: ${counted(events, 'event')}, digest ${traceDigest ?? ''}`;
  }
  const { number, tick, recorded, now } = difference;
  const when = tick === null ? '' : ` at tick ${tick}`;
  const versions =
    writtenBy === runBy ? [] : [dim(`  the trace was written by version ${writtenBy}, this is ${runBy}`)];
  return [
    `${red('✗')} event ${number}${when} differs; the ${counted(events, 'event')} before are equal`,
    `  trace: ${recorded === null ? 'ends before' : shortened(recorded)}`,
    `  run:   ${now === null ? 'ends before' : shortened(now)}`,
    ...versions,
  ].join('\n');
}

const shortened = (line: string): string => (line.length <= 1000 ? line : `${line.slice(0, 1000)}…`);
