/** What `quorate replay FILE --verify` answers. */
import { TraceReader, type TracedEvent } from '@quorate/simulation';
import { counted } from '../output/quantity.js';
import type { Colors } from '../output/terminal.js';
import { version } from '../version.js';
import { readTrace } from './trace-file.js';

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

/** Compares a run with its trace, event by event, while both go on: of neither more than one event is held. */
export class Comparison {
  readonly #path: string;
  readonly #reader = new TraceReader();
  readonly #recorded: Generator<TracedEvent>;
  readonly #stop = new AbortController();
  #next: IteratorResult<TracedEvent>;
  #equal = 0;
  #difference: Verification['difference'] = null;

  /** Opens the trace. Throws Q5030 – Q5034 or Q9030. */
  constructor(path: string) {
    this.#path = path;
    this.#recorded = readTrace(path, this.#reader);
    // The head comes with the first event, or with the end of a trace that has none.
    this.#next = this.#recorded.next();
  }

  /** What the trace says to run. */
  get plan(): unknown {
    return this.#reader.head?.plan;
  }

  /** Aborted when something differed: what comes later need not be run. */
  get differed(): AbortSignal {
    return this.#stop.signal;
  }

  /** The run's next event. Throws Q5030 – Q5034 where the trace is none from here on. */
  note(line: string): void {
    if (this.#difference !== null) return;
    if (this.#next.done === true || this.#next.value.line !== line) {
      this.#differs(line);
      return;
    }
    this.#equal++;
    this.#next = this.#recorded.next();
  }

  /** The run is over: the trace must be, too. */
  end(): void {
    if (this.#difference === null && this.#next.done !== true) this.#differs(null);
  }

  result(interrupted: boolean): Verification {
    const difference = this.#difference;
    const equal = difference !== null ? false : interrupted ? null : true;
    return {
      schema: 'quorate.verification/1',
      file: this.#path,
      equal,
      events: this.#equal,
      traceDigest: equal === true ? this.#reader.traceDigest : null,
      writtenBy: this.#reader.head?.version ?? '',
      runBy: version(),
      difference,
    };
  }

  /** Closes the trace. */
  close(): void {
    this.#recorded.return(undefined);
  }

  #differs(now: string | null): void {
    const recorded = this.#next.done === true ? undefined : this.#next.value;
    this.#difference = {
      number: this.#equal,
      tick: recorded?.event.tick ?? null,
      recorded: recorded?.line ?? null,
      now,
    };
    this.#stop.abort();
  }
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
