/** Traces on disk. Both ways are synchronous, because the simulator is: a line is written, or compared, when its event happens. */
import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { QuorateError } from '@quorate/serialization';
import { TraceReader, TraceWriter, traceSchema, type RunPlan, type TracedEvent } from '@quorate/simulation';
import { reasonOf } from '../reason.js';
import { shown } from '../suggest.js';
import { version } from '../version.js';

/** Written, or read, at a time, in bytes. */
const pieceBytes = 262_144;

/** A trace that is being written. */
export class TraceFile {
  readonly #path: string;
  readonly #file: number;
  readonly #writer: TraceWriter;
  #lines: string[] = [];
  #length = 0;

  /** Opens the file, empties it and writes the head. Throws Q9030 where nothing can be written. */
  constructor(path: string, plan: RunPlan) {
    this.#path = path;
    this.#file = this.#attempt(() => openSync(path, 'w'));
    this.#writer = new TraceWriter({ version: version(), nodes: plan.nodes, plan }, (line) => this.#put(line));
  }

  /** Writes an event. Throws Q5034 (too long to be read) or Q9030. */
  add(line: string): void {
    this.#writer.add(line);
  }

  /** Writes the foot: the run came to its end. */
  end(): void {
    this.#writer.end();
    this.#flush();
  }

  /** Closes the file; what has no foot is known to be cut off. */
  close(): void {
    closeSync(this.#file);
  }

  #put(line: string): void {
    this.#lines.push(line, '\n');
    this.#length += line.length + 1;
    if (this.#length >= pieceBytes) this.#flush();
  }

  #flush(): void {
    const bytes = Buffer.from(this.#lines.join(''));
    this.#lines = [];
    this.#length = 0;
    this.#attempt(() => {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
    });
  }

  #attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      const hint = 'name a file that can be written';
      throw new QuorateError('Q9030', `${shown(this.#path)} cannot be written (${reasonOf(error)})`, hint, {
        cause: error,
      });
    }
  }
}

/** Whether the file begins like a trace. What cannot be read does not. */
export function isTrace(path: string): boolean {
  const start = Buffer.from(`{"schema":"${traceSchema.replace(/\d+$/, '')}`);
  try {
    for (const piece of pieces(path, start.length)) return piece.equals(start);
  } catch {
    // Whoever reads it says why.
  }
  return false;
}

/** Whether both are names of one file. */
export function isOneFile(one: string, other: string): boolean {
  try {
    const [a, b] = [statSync(one), statSync(other)];
    return a.dev === b.dev && a.ino === b.ino;
  } catch {
    // What is not there is no other file's name; whoever opens it says what is wrong with it.
    return false;
  }
}

/** The events of a trace, one at a time, to its end. Throws Q5030 – Q5034, or Q9030 when it cannot be read. */
export function* readTrace(path: string, reader: TraceReader = new TraceReader()): Generator<TracedEvent> {
  for (const piece of pieces(path, pieceBytes)) yield* reader.push(piece);
  reader.end();
}

function* pieces(path: string, length: number): Generator<Buffer> {
  const file = attempt(path, () => openSync(path, 'r'));
  try {
    const buffer = Buffer.allocUnsafe(length);
    for (;;) {
      const bytes = attempt(path, () => readSync(file, buffer));
      if (bytes === 0) return;
      yield buffer.subarray(0, bytes);
    }
  } finally {
    closeSync(file);
  }
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const hint = 'name a file that `quorate sim --trace FILE` has written';
    throw new QuorateError('Q9030', `${shown(path)} cannot be read (${reasonOf(error)})`, hint, { cause: error });
  }
}
