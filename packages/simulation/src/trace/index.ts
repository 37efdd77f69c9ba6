export { TraceDigest } from './digest.js';
export type { TraceEvent } from './event.js';
export type { TraceExport } from './export.js';
export { traceForms, type TraceForm } from './forms.js';
export { maxLineBytes, maxTraceBytes, traceSchema, type TraceHead } from './format.js';
export { traceLine } from './line.js';
export { TraceReader, type TracedEvent } from './reader.js';
export { shivizPattern } from './shiviz.js';
export {
  TraceCounter,
  type FaultStatistics,
  type KindStatistics,
  type LinkStatistics,
  type TraceStatistics,
} from './statistics.js';
export type { Summary } from './tally.js';
export { TraceWriter } from './writer.js';
