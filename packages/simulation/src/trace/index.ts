export { TraceDigest } from './digest.js';
export type { TraceEvent } from './event.js';
export { maxLineBytes, maxTraceBytes, traceSchema, type TraceHead } from './format.js';
export { traceLine } from './line.js';
export { TraceReader, type TracedEvent } from './reader.js';
export { TraceWriter } from './writer.js';
