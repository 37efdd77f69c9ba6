import { QuorateError } from '@quorate/serialization';
import type { Surroundings } from '../surroundings.js';
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

/** Codes that are not the person's mistake: ours, and those of the layers that no flag reaches. */
const isInternal = (code: string): boolean =>
  code === 'Q9000' || code === 'Q9015' || code === 'Q9016' || /^Q[23]/.test(code);

/** Shows an error on standard error in two lines, and answers with the exit status. */
export function reportError(error: unknown, view: ErrorView, { out, err }: Surroundings): ExitStatus {
  const known = error instanceof QuorateError ? error : unexpected(error);
  const status = isInternal(known.code) ? exitStatus.internal : exitStatus.usage;
  err.write(`error ${known.code}: ${firstLine(known.message)}\n`);
  if (known.hint !== '') err.write(`  ${known.hint}\n`);
  if (view.debug) err.write(`${traceOf(error)}\n`);
  if (view.json) {
    const { code, message, hint } = known;
    const document: ErrorDocument = { schema: 'quorate.error/1', code, message, hint, exitStatus: status };
    out.write(`${JSON.stringify(document)}\n`);
  }
  return status;
}

function unexpected(error: unknown): QuorateError {
  const message = error instanceof Error ? `${error.name}: ${firstLine(error.message)}` : String(error);
  return new QuorateError('Q9000', message, 'run again with --log-level debug to see where');
}

/** For a terminal: what a file or a peer wrote into a message cannot move its cursor. */
const firstLine = (text: string): string => (text.split('\n', 1)[0] ?? '').replaceAll(/\p{Cc}/gu, '\u{fffd}');

function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const trace = error.stack ?? String(error);
  return error.cause === undefined ? trace : `${trace}\ncaused by ${traceOf(error.cause)}`;
}
