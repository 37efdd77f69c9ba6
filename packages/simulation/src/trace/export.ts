import type { TracedEvent } from './reader.js';

/** Turns a trace into a form that another program shows, piece by piece; each piece is text with its line ends. */
export interface TraceExport {
  /** What stands before the first event. */
  begin(): string;
  /** An event; nothing where the form does not show it. */
  event(traced: TracedEvent): string;
  /** What stands behind the last event; `left` events were not shown, because there were too many. */
  end(left: number): string;
}
