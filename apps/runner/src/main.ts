#!/usr/bin/env node
/** The `quorate` command. Everything that a command needs is loaded when the command runs, so that help is quick. */
import { exitStatus } from './exit-status.js';
import { runProgram } from './program.js';

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
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // Somebody who stops reading (`quorate list | head -1`) is no error.
    if (error.code !== 'EPIPE') fail(error);
  });
}

async function main(): Promise<void> {
  process.exitCode = await runProgram(process.argv.slice(2), {
    out: process.stdout,
    err: process.stderr,
    environment: process.env,
  });
}

void main();
