#!/usr/bin/env node
/** The `quorate` command. Everything that a command needs is loaded when the command runs, so that help is quick. */
import { exitStatus } from './exit-status.js';
import { runProgram } from './program.js';
import { reasonOf } from './reason.js';

/** What nobody caught is our mistake, and still no reason to show a stack trace. */
function fail(error: unknown): never {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  process.stderr.write(
    `error Q9000: ${text.split('\n', 1)[0] ?? ''}\n  run again with --log-level debug to see where\n`,
  );
  if (process.argv.includes('debug') && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  process.exit(exitStatus.internal);
}

process.on('uncaughtException', fail);
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Somebody who stops reading (`quorate list | head -1`) is no error.
  if (error.code === 'EPIPE') return;
  process.stderr.write(
    `error Q9043: standard output cannot be written (${reasonOf(error)})\n  make room, or let it go somewhere else\n`,
  );
  process.exit(exitStatus.usage);
});
// What cannot be said beside the result does not cost it.
process.stderr.on('error', () => undefined);

async function main(): Promise<void> {
  process.exitCode = await runProgram(process.argv.slice(2), {
    out: process.stdout,
    err: process.stderr,
    environment: process.env,
  });
}

void main();
