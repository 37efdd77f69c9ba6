import { QuorateError } from '@quorate/transport';
import { TraceDigest } from './digest.js';
import { isObject, isWhole, traceEvent, type TraceEvent } from './event.js';
import { eventLine, footLine, headLine, traceSchema, type TraceHead } from './format.js';
import { LineSplitter } from './line-splitter.js';

/** One event of a trace, checked. */
export interface TracedEvent {
  /** From 0. */
  readonly number: number;
  /** As it was written: what {@link traceLine} answered. */
  readonly line: string;
  readonly event: TraceEvent;
  /** Of a send: which one of the run it is, from 0. */
  readonly send?: number;
}

/**
 * Reads a trace as it comes, in pieces of any length, and keeps one line of it. A trace is input: everything is checked, and what is
 * not as a writer writes it is refused with Q5030 (no trace), Q5031 (another version), Q5032 (cut off), Q5033 (edited) or Q5034 (too long).
 */
export class TraceReader {
  readonly #lines = new LineSplitter();
  readonly #digest = new TraceDigest();
  #head: TraceHead | undefined;
  #ended = false;
  #tick = 0;
  #sends = 0;

  /** What the trace is of, as soon as its first line was read. */
  get head(): TraceHead | undefined {
    return this.#head;
  }

  /** Events so far. */
  get events(): number {
    return this.#digest.events;
  }

  /** The digest of all events so far: that of the run, at the end. */
  get traceDigest(): string {
    return String(this.#digest);
  }

  /** The events that end in this piece. Throws Q5030 – Q5034. */
  *push(piece: Uint8Array): Generator<TracedEvent> {
    for (const line of this.#lines.push(piece)) {
      if (this.#head === undefined) this.#head = headOf(line);
      else {
        const event = this.#next(line, this.#head);
        if (event !== undefined) yield event;
      }
    }
  }

  /** Nothing more will come. Throws Q5030 or Q5032 when something is missing. */
  end(): void {
    if (this.#head === undefined) throw noTrace('it has no first line');
    if (!this.#ended)
      throw new QuorateError('Q5032', `the trace ends after event ${this.events - 1} without a foot`, cutHint);
    if (this.#lines.pending > 0) throw edited('something stands behind the foot');
  }

  #next(line: string, head: TraceHead): TracedEvent | undefined {
    if (this.#ended) throw edited('something stands behind the foot');
    const raw = parsed(line);
    if (!isObject(raw)) throw edited(`the line of event ${this.events} is none`);
    if (Object.hasOwn(raw, 'traceDigest')) {
      this.#foot(line, raw['events'], head);
      return undefined;
    }
    return this.#event(line, raw['event'], head);
  }

  #event(line: string, raw: unknown, { nodes }: TraceHead): TracedEvent {
    const number = this.events;
    const text = written(raw);
    this.#digest.add(text);
    if (line !== eventLine(number, text, this.traceDigest))
      throw edited(`event ${number} is not the one that was written`);
    const event = traceEvent(raw, { nodes, tick: this.#tick, sends: this.#sends });
    if (typeof event === 'string') throw edited(`event ${number} has no ${event} that can be`);
    this.#tick = event.tick;
    return event.kind === 'send' ? { number, line: text, event, send: this.#sends++ } : { number, line: text, event };
  }

  #foot(line: string, events: unknown, head: TraceHead): void {
    if (!isWhole(events)) throw edited('the foot does not say how many events there were');
    if (events > this.events)
      throw new QuorateError('Q5032', `the trace has ${this.events} of ${events} events`, cutHint);
    if (line !== footLine(head, this.events, this.traceDigest))
      throw edited('the foot does not fit to what stands above it');
    this.#ended = true;
  }
}

const cutHint = 'write it again: the run that wrote it did not come to its end, or the file was cut';

function headOf(line: string): TraceHead {
  const raw = parsed(line);
  if (!isObject(raw) || typeof raw['schema'] !== 'string' || !raw['schema'].startsWith('quorate.trace/'))
    throw noTrace('its first line names no schema of a trace');
  const { schema, version, nodes, plan } = raw;
  if (schema !== traceSchema) {
    const hint = 'read it with the version that wrote it, or write it again';
    throw new QuorateError(
      'Q5031',
      `the trace is of version ${JSON.stringify(schema).slice(0, 60)}, not ${traceSchema}`,
      hint,
    );
  }
  if (typeof version !== 'string' || version.length > 100) throw noTrace('its first line names no version');
  if (!isWhole(nodes) || nodes < 1 || nodes > 256) throw noTrace('its first line names no number of nodes');
  const head = { version, nodes, plan };
  if (line !== written(head, headLine)) throw edited('the first line is not the one that was written');
  return head;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** As JSON; nothing where it is nested deeper than this machine can write. */
function written<T>(value: T, write: (value: T) => string | undefined = JSON.stringify): string {
  try {
    return write(value) ?? '';
  } catch {
    return '';
  }
}

const noTrace = (why: string): QuorateError =>
  new QuorateError('Q5030', `the file is no trace: ${why}`, 'name a file that `quorate sim --trace FILE` has written');
const edited = (why: string): QuorateError =>
  new QuorateError(
    'Q5033',
    `the trace was edited or damaged: ${why}`,
    'write it again: nothing below that line can be believed',
  );
