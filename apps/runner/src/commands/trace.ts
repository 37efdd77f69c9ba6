/** `quorate trace FILE`: what a trace was about, in numbers or as a picture. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { QuorateError } from '@quorate/serialization';
import {
  TraceCounter,
  traceForms,
  TraceReader,
  type TraceExport,
  type TraceForm,
  type TracedEvent,
} from '@quorate/simulation';
import type { Configuration } from '../configuration.js';
import { exitStatus, type ExitStatus } from '../exit-status.js';
import type { Terminal } from '../output/terminal.js';
import { reasonOf } from '../reason.js';
import { isOneFile, readTrace } from '../sim/trace-file.js';
import { collapse } from '../sim/collapsed.js';
import { statisticsPage } from '../sim/trace-page.js';
import { shown } from '../suggest.js';

interface Context {
  readonly configuration: Configuration;
  readonly terminal: Terminal;
}

/** Throws Q5030 – Q5034 (no trace as it was written), Q9002, Q9010, Q9018, Q9030 or Q9031. */
export async function trace(path: string, { configuration, terminal }: Context): Promise<ExitStatus> {
  const form = traceForms.get(configuration.text('to') ?? '');
  if (configuration.switch('collapse') && form?.name !== 'mermaid')
    throw new QuorateError('Q9010', '--collapse is for pictures of messages', 'add --to mermaid');
  if (form === undefined) {
    if (configuration.text('output') !== undefined)
      throw new QuorateError('Q9010', '--output is for what --to writes', 'add --to, or use the shell');
    statistics(path, windowOf(configuration, Infinity), terminal);
  } else {
    if (terminal.json) throw new QuorateError('Q9010', '--json and --to ask for different documents', 'leave one away');
    return exported(path, form, configuration, terminal);
  }
  return exitStatus.valid;
}

/** Which events are shown. */
interface Window {
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

function windowOf(configuration: Configuration, limit: number): Window {
  const from = configuration.optionalNumber('from-tick') ?? 0;
  const to = configuration.optionalNumber('to-tick') ?? Infinity;
  if (from > to) throw new QuorateError('Q9010', `no tick is from ${from} to ${to}`, 'turn them around');
  return { from, to, limit: configuration.optionalNumber('limit') ?? limit };
}

function statistics(path: string, window: Window, terminal: Terminal): void {
  const reader = new TraceReader();
  let counter: TraceCounter | undefined;
  for (const traced of readTrace(path, reader)) {
    counter ??= new TraceCounter(reader.head?.nodes ?? 0);
    counter.add(traced, within(traced, window, counter.events));
  }
  counter ??= new TraceCounter(reader.head?.nodes ?? 0);
  const { traceDigest } = reader;
  const found = { schema: 'quorate.trace-statistics/1', file: path, traceDigest, ...counter.statistics() } as const;
  if (terminal.json) terminal.printDocument(found);
  else terminal.print(statisticsPage(found, terminal.colors));
}

const within = ({ event: { tick } }: TracedEvent, { from, to, limit }: Window, before: number): boolean =>
  from <= tick && tick <= to && before < limit;

async function exported(
  path: string,
  form: TraceForm,
  configuration: Configuration,
  terminal: Terminal,
): Promise<ExitStatus> {
  const window = windowOf(configuration, form.limit);
  const target = configuration.text('output');
  const sink =
    target === undefined
      ? { write: (text: string) => terminal.write(text), close: () => undefined }
      : fileSink(target, path);
  const drawing = new Drawing(form, window, sink.write);
  let complete = true;
  try {
    if (configuration.switch('collapse')) complete = await collapse(path, drawing);
    else wholly(path, drawing);
    drawing.end();
  } finally {
    sink.close();
  }
  if (drawing.left > 0)
    terminal.log('warn', `${drawing.left} more events are left out; --limit, --from-tick and --to-tick choose others`);
  if (target !== undefined) terminal.log('info', `${target}: open it with ${form.viewer}`);
  return complete ? exitStatus.valid : exitStatus.interrupted;
}

/** Every event of the trace. */
function wholly(path: string, drawing: Drawing): void {
  const reader = new TraceReader();
  for (const traced of readTrace(path, reader)) {
    if (traced.number === 0) drawing.begin(reader.head?.nodes ?? 1);
    drawing.event(traced);
  }
  if (reader.events === 0) drawing.begin(reader.head?.nodes ?? 1);
}

/** A picture that is being drawn. */
class Drawing {
  /** Events that nobody sees. */
  left = 0;
  readonly #form: TraceForm;
  readonly #window: Window;
  readonly #write: (text: string) => void;
  #open: TraceExport;
  #shown = 0;

  constructor(form: TraceForm, window: Window, write: (text: string) => void) {
    this.#form = form;
    this.#window = window;
    this.#write = write;
    this.#open = form.of(1);
  }

  readonly begin = (nodes: number): void => {
    this.#open = this.#form.of(nodes);
    this.#write(this.#open.begin());
  };

  readonly event = (traced: TracedEvent): void => {
    if (!within(traced, this.#window, 0)) return;
    if (!within(traced, this.#window, this.#shown)) {
      this.left++;
      return;
    }
    const text = this.#open.event(traced);
    if (text !== '') this.#shown++;
    this.#write(text);
  };

  end(): void {
    this.#write(this.#open.end(this.left));
  }
}

interface Sink {
  readonly write: (text: string) => void;
  readonly close: () => void;
}

/** What is there stays there until there is something to draw. Throws Q9010 when that is the trace itself, Q9030 where nothing can be written. */
function fileSink(path: string, tracePath: string): Sink {
  const attempt = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      const hint = 'name a file that can be written';
      throw new QuorateError('Q9030', `${shown(path)} cannot be written (${reasonOf(error)})`, hint, { cause: error });
    }
  };
  if (isOneFile(path, tracePath))
    throw new QuorateError('Q9010', `${shown(path)} is the trace that is drawn`, 'name another file for --output');
  attempt(() => closeSync(openSync(path, 'a')));
  let file: number | undefined;
  return {
    write: (text) =>
      attempt(() => {
        file ??= openSync(path, 'w');
        const bytes = Buffer.from(text);
        for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
      }),
    close: () => void (file !== undefined && closeSync(file)),
  };
}
