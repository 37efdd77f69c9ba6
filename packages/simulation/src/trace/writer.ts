import { QuorateError } from '@quorate/transport';
import { TraceDigest } from './digest.js';
import { eventLine, footLine, headLine, maxLineBytes, maxTraceBytes, type TraceHead } from './format.js';

/** Turns a run into the lines of a trace, one at a time: nothing of it is kept. Each line is passed to `write` without its line end. */
export class TraceWriter {
  readonly #head: TraceHead;
  readonly #write: (line: string) => void;
  readonly #digest = new TraceDigest();
  #length = 0;

  /** Writes the head. */
  constructor(head: TraceHead, write: (line: string) => void) {
    this.#head = head;
    this.#write = write;
    this.#put(headLine(head));
  }

  /** Writes an event, as {@link traceLine} puts it. Throws Q5034 when the line or the trace gets too long to be read. */
  add(line: string): void {
    const number = this.#digest.events;
    this.#digest.add(line);
    this.#put(eventLine(number, line, String(this.#digest)));
  }

  /** Writes the foot. A trace without it is one that was cut off. */
  end(): void {
    this.#put(footLine(this.#head, this.#digest.events, String(this.#digest)));
  }

  #put(line: string): void {
    // Characters are at most three bytes each; only a line that might be too long is worth measuring.
    const bytes = line.length * 3 < maxLineBytes ? line.length : new TextEncoder().encode(line).length;
    this.#length += bytes + 1;
    if (bytes > maxLineBytes || this.#length > maxTraceBytes) {
      throw new QuorateError('Q5034', 'the trace of this run is too long', 'trace fewer or shorter values');
    }
    this.#write(line);
  }
}
