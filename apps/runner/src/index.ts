/** The documents that the command prints with `--json`, and its error codes, for programs that call it. */
export type { BenchDocument } from './bench/document.js';
export { errors } from './errors.js';
export { exitStatus, type ExitStatus } from './exit-status.js';
export type { ErrorDocument } from './output/error.js';
export type { RunDocument } from './run/document.js';
export type { VoteDocument } from './protocols/vote/voted.js';
