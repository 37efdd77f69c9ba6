#!/usr/bin/env node
/** The `quorate` command. Everything that a command needs is loaded when the command runs, so that help is quick. */
import { exitStatus } from './exit-status.js';
import { runProgram } from './program.js';

// Somebody who stops reading (`quorate list | head -1`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

async function main(): Promise<void> {
  try {
    process.exitCode = await runProgram(process.argv.slice(2), {
      out: process.stdout,
      err: process.stderr,
      environment: process.env,
    });
  } catch (error) {
    process.exitCode = exitStatus.internal;
    process.stderr.write(`error Q9000: ${String(error)}\n`);
  }
}

void main();
