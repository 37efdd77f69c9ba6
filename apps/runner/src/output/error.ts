import { QuorateError } from '@quorate/serialization';
import { exitStatus, type ExitStatus } from '../exit-status.js';

/** How an error is shown. */
export interface ErrorView {
  /** One document on standard output besides. */
  readonly json: boolean;
  /** The stack trace and the causes besides. */
  readonly debug: boolean;
}

/** What a program reads where the result would stand. */
export interface ErrorDocument {
  readonly schema: 'quorate.error/1';
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly exitStatus: number;
}

/** Codes that are not the person's mistake but ours. */
const internalCodes: ReadonlySet<string> = new Set(['Q9000', 'Q9015']);

/** Shows an error on standard error in two lines, and answers with the exit status. */
export function reportError(error: unknown, view: ErrorView): ExitStatus {
  const known = error instanceof QuorateError ? error : unexpected(error);
  const status = internalCodes.has(known.code) ? exitStatus.internal : exitStatus.usage;
  process.stderr.write(`error ${known.code}: ${known.message}\n`);
  if (known.hint !== '') process.stderr.write(`  ${known.hint}\n`);
  if (view.debug) process.stderr.write(`${traceOf(error)}\n`);
  if (view.json) {
    const { code, message, hint } = known;
    const document: ErrorDocument = { schema: 'quorate.error/1', code, message, hint, exitStatus: status };
    process.stdout.write(`${JSON.stringify(document)}\n`);
  }
  return status;
}

function unexpected(error: unknown): QuorateError {
  const message = error instanceof Error ? `${error.name}: ${error.message.split('\n', 1)[0] ?? ''}` : String(error);
  return new QuorateError('Q9000', message, 'run again with --log-level debug to see where');
}

function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const trace = error.stack ?? String(error);
  return error.cause === undefined ? trace : `${trace}\ncaused by ${traceOf(error.cause)}`;
}
