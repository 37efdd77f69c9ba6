/**
 * A trace as a file, one line of JSON each (NDJSON):
 *
 * - the head: `{"schema":"quorate.trace/1","version":…,"nodes":…,"plan":…,"digest":…}`, its digest that of everything before it in the line;
 * - for each event `{"number":N,"event":{…},"digest":…}`, numbered from 0; the digest follows from all events so far;
 * - the foot: `{"events":N,"traceDigest":…,"digest":…}`: how many there were, their digest, and one of head and foot together.
 *
 * The digests tell an accident from a trace. They are no signature: whoever edits a file can compute them anew, and finds out by running it.
 */
import { digestOf } from './digest.js';

/** What this version writes and reads. */
export const traceSchema = 'quorate.trace/1';

/** The longest line that is written or read, in bytes: 16 MiB. */
export const maxLineBytes = 16_777_216;

/** The longest trace that is written or read, in bytes: 64 GiB. */
export const maxTraceBytes = 68_719_476_736;

/** What a trace is of. */
export interface TraceHead {
  /** Of the program that wrote it. */
  readonly version: string;
  /** Nodes of the group, 1 … 256. */
  readonly nodes: number;
  /** Everything that is needed to run it again, as JSON. Nobody has checked it. */
  readonly plan: unknown;
}

export function headLine({ version, nodes, plan }: TraceHead): string {
  const head = JSON.stringify({ schema: traceSchema, version, nodes, plan });
  return closed(head, digestOf(head));
}

export const eventLine = (number: number, event: string, digest: string): string =>
  `{"number":${number},"event":${event},"digest":"${digest}"}`;

export function footLine(head: TraceHead, events: number, traceDigest: string): string {
  const foot = JSON.stringify({ events, traceDigest });
  return closed(foot, digestOf(`${headLine(head)}${foot}`));
}

/** The object with its digest as the last field. */
const closed = (object: string, digest: string): string => `${object.slice(0, -1)},"digest":"${digest}"}`;
