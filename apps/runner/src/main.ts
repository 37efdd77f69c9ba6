#!/usr/bin/env node
/** The `quorate` command. Everything that a command needs is loaded when the command runs, so that help is quick. */
import { runProgram } from './program.js';

// Somebody who stops reading (`quorate list | head -1`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

runProgram(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.exitCode = 70;
    process.stderr.write(`error Q9000: ${String(error)}\n`);
  },
);
